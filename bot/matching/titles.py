"""Titles in other forms than they are written in: “зерновую сделку” is “Зерновая сделка”."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.matching.inflection import forms
from bot.matching.text import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

# Letters with which a form begins as its word does. It spares nearly all titles their expansion.
_ALIKE: Final = 2
_BEGIN_OTHERWISE: Final = frozenset({"ar", "he"})  # clitics stand before the word


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text."""
    return tuple(token.text for token in tokens(text))


def are_forms(asked: Sequence[str], title: Sequence[str], lang: str) -> bool:
    """Whether the words are forms of the title's in that language, all of them in its order."""
    if not asked or len(asked) != len(title):
        return False
    pairs = list(zip(asked, title, strict=True))
    if lang not in _BEGIN_OTHERWISE and any(a[:_ALIKE] != b[:_ALIKE] for a, b in pairs):
        return False
    return all(word in forms(other, lang) for word, other in pairs)
