"""Whose name some words are as they stand: without their other forms, and so without much ado.

A name in a text may be written in any of its forms (:mod:`bot.matching.names`); one that somebody
types, or that stands in a query, is looked up here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bot.matching.names import names_of
from bot.matching.places import gazetteer
from bot.matching.places.merging import BuiltIn
from bot.matching.text import fold_word, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.matching.name import Name
    from bot.matching.places import Place
    from bot.matching.vocabulary import Vocabulary


@lru_cache(maxsize=4)
def spellings(vocabulary: Vocabulary) -> Spellings:
    """The spellings of a vocabulary, gathered once."""
    return Spellings(vocabulary)


class Spellings:
    """The names of a vocabulary by all of their folded words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        entities = vocabulary.entities
        self._own: dict[tuple[str, ...], list[Name]] = {}
        for name in names_of(entities):
            self._own.setdefault(name.words, []).append(name)
        self._hidden = entities.own.keys() if isinstance(entities, BuiltIn) else entities.keys()
        self._first_words: dict[str, list[int]] = {}
        self._rows: list[Place] = []
        if isinstance(entities, BuiltIn):
            self._first_words = gazetteer().first_words
            self._rows = list(gazetteer().places.values())

    def own(self, words: tuple[str, ...]) -> Sequence[Name]:
        """The names of files' entities that are these folded words."""
        return self._own.get(words, ())

    def places(self, words: tuple[str, ...]) -> Iterator[tuple[Place, str]]:
        """The built-in places with a name that is these folded words, and how it is written."""
        for number in self._first_words.get(words[0], ()):
            place = self._rows[number]
            if place.key not in self._hidden:
                for spelling in (*place.names, *place.others):
                    if is_spelt(spelling, words):
                        yield place, spelling


def is_spelt(spelling: str, words: tuple[str, ...]) -> bool:
    """Whether the words of the spelling, folded, are these; the usual no is a cheap one."""
    if spelling.isascii() and spelling.replace(" ", "").isalnum():
        return tuple(spelling.lower().split()) == words
    if not words[0].startswith(fold_word(spelling[0])[:1]):
        return False
    return tuple(token.text for token in tokens(spelling)) == words
