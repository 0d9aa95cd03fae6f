"""The names of weekdays and months, by which texts say what day they are about."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from babel import Locale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LANGUAGES: Final = (
    "ar az be bg bn bs ca cs da de el en es et eu fa fi fr he hi hr hu hy id it ka kk ko lt lv mk ms "
    "nl no pl pt ro ru sk sl sq sr sv th tr uk ur uz vi zh ja"
).split()


@cache
def day_words(fold_word: Callable[[str], str]) -> frozenset[str]:
    """Weekdays and months in many languages, folded; those of one word, and of three letters."""
    words = {fold_word(name) for language in _LANGUAGES for name in _names(language)}
    return frozenset(word for word in words if len(word) > 2)  # noqa: PLR2004


def _names(language: str) -> Iterator[str]:
    locale = Locale.parse(language)
    for names in (locale.days, locale.months):
        for widths in names.values():
            yield from widths["wide"].values()
