"""The names of weekdays and months, by which texts say what day they are about."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.stories.day_names import DAY_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def day_words(fold_word: Callable[[str], str]) -> frozenset[str]:
    """Weekdays and months in many languages, folded; those of one word, and of three letters."""
    return frozenset(word for word in map(fold_word, DAY_NAMES) if len(word) > 2)  # noqa: PLR2004
