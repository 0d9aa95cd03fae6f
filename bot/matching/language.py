"""The language of an item: the seam where it is recognised from the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import Item, Source


def language_of(item: Item, source: Source | None) -> str | None:
    """What the item says, else what its source says; None where neither does."""
    return item.lang or (source.lang if source else None)
