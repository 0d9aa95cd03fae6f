"""What two items of one story have in common outright: an address, or all of their words.

Agencies' texts appear under many addresses, and one address may be listed by many feeds.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.model import Item

# Fewer words say too little: "Live" or "Weather forecast" is not the same news every day.
_LEAST_WORDS: Final = 5


def story_keys(
    item: Item, words: Sequence[str], canonical: Callable[[str], str]
) -> tuple[str, ...]:
    """The keys of an item's story: ``url:`` and an address, ``text:`` and a hash; perhaps none.

    ``words`` are the folded words of its title and its text; ``canonical`` gives an address's one
    form.
    """
    keys = []
    if item.url and _is_of_a_page(item.url):
        keys.append(f"url:{canonical(item.url)}")
    if len(words) >= _LEAST_WORDS:
        digest = hashlib.sha256(" ".join(words).encode()).hexdigest()
        keys.append(f"text:{digest[:32]}")
    return tuple(keys)


def _is_of_a_page(url: str) -> bool:
    """Whether it can be a report's address: some feeds link every item to the site's front page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.path.strip("/") or parts.query)
