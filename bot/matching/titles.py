"""Titles in other forms than they are written in: “зерновую сделку” is “Зерновая сделка”."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.matching.inflection import forms
from bot.matching.text import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    Words = tuple[str, ...]

# Letters with which a form begins as its word does. It spares nearly all titles their expansion.
_ALIKE: Final = 2
_BEGIN_OTHERWISE: Final = frozenset({"ar", "he"})  # clitics stand before the word


class InflectedTitles:
    """Titles that are found by forms of all their words, in their order."""

    def __init__(self, titles: Iterable[tuple[str, str, str]]) -> None:
        """Each title with its key, and the language whose forms it has: key, language, title."""
        self._titles: dict[tuple[int, str], list[tuple[str, str, Words]]] = {}
        for key, lang, title in titles:
            words = _words_of(title)
            if words:
                begins = "" if lang in _BEGIN_OTHERWISE else words[0][:_ALIKE]
                self._titles.setdefault((len(words), begins), []).append((key, lang, words))

    def find(self, text: str) -> str | None:
        """The key of the first title whose words in some form the text is."""
        asked = _words_of(text)
        if not asked:
            return None
        for begins in (asked[0][:_ALIKE], ""):
            for key, lang, words in self._titles.get((len(asked), begins), ()):
                if _are_forms(asked, words, lang):
                    return key
        return None


def _words_of(text: str) -> Words:
    return tuple(token.text for token in tokens(text))


def _are_forms(asked: Words, title: Words, lang: str) -> bool:
    pairs = list(zip(asked, title, strict=True))
    if lang not in _BEGIN_OTHERWISE and any(a[:_ALIKE] != b[:_ALIKE] for a, b in pairs):
        return False
    return all(word in forms(other, lang) for word, other in pairs)
