"""Where in a text names may begin: at which words it is worth to look closer.

Whether a name begins with a word is asked once of each word and remembered under its hash.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from bot.matching.first_words import first_words
from bot.matching.index.naming_kernel import places
from bot.matching.index.tables import Table
from bot.matching.names import name_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from bot.matching.document import Document
    from bot.matching.index.scanning import Scanned
    from bot.matching.index.tables import Slots
    from bot.matching.vocabulary import Vocabulary

# What is remembered of a word: it begins a name, or one only with a capital, or none.
ANYWAY, WITH_CAPITAL, NEVER = 0, 1, 2
# The words of very many texts; then it begins anew.
_MOST = 1_000_000


class Beginnings:
    """The words with which the names of a vocabulary begin, as far as they have been met."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._index = name_index(vocabulary)
        self._learning = Lock()
        self._known = Table()

    @property
    def known(self) -> Slots:
        """What is known of words, by their hashes; compiled code may read it meanwhile."""
        return self._known.slots

    def within(self, scanned: Scanned) -> NDArray[np.int32]:
        """The numbers of the words of a text at which a name may begin."""
        hits = np.empty(scanned.count, np.int32)
        unknown = np.empty(scanned.count, np.int32)
        while True:
            found, new = places(scanned.words, scanned.count, self.known, hits, unknown)
            if not new:
                return hits[:found]
            self.learn(
                (int(scanned.words.hashes[number]), scanned.word(number))
                for number in unknown[:new].tolist()
            )

    def learn(self, words: Iterable[tuple[int, str]]) -> None:
        """Find out about words, each with its hash."""
        with self._learning:
            table = self._known if len(self._known) < _MOST else Table()
            for hashed, word in words:
                table.set(hashed, self._kind(word))
            self._known = table

    def _kind(self, word: str) -> int:
        names = self._index.at(word)
        if not names:
            return NEVER
        capital = all(name.case and name.surfaces[0][:1].isupper() for name in names)
        return WITH_CAPITAL if capital else ANYWAY


@lru_cache(maxsize=4)
def beginnings(vocabulary: Vocabulary, key: int) -> Beginnings:
    """The beginnings of names in texts that are hashed under ``key``."""
    del key  # hashes of another key would be other words
    return Beginnings(vocabulary)


def may_name(words: Iterable[str], vocabulary: Vocabulary, asked: Mapping[str, int]) -> bool:
    """Whether a name of one of these entities begins with one of the folded words."""
    known, keys = first_words(vocabulary), asked.keys()
    return any(not keys.isdisjoint(known.at(word).keys) for word in words)


def named(document: Document, vocabulary: Vocabulary, asked: Mapping[str, int]) -> dict[int, int]:
    """What stands in ``asked`` for the entities that a document names, with the bits of the fields.

    Only places are judged by what stands around them, and names that read like adverbs by whether the entity
    is named otherwise; any other name is believed where it stands.
    """
    found: dict[int, int] = {}
    adverbs = first_words(vocabulary).adverbs
    for field, bit in zip(document.fields, document.written[1], strict=True):
        judged = False
        for spot in document.spots_in(vocabulary, field):
            for name in spot.names:
                leaf = asked.get(name.key) if name.key is not None else None
                if leaf is None:
                    continue
                if name.country is None and name.key not in adverbs:
                    found[leaf] = found.get(leaf, 0) | bit
                else:
                    judged = True
        if judged:
            for occurrence in document.names(vocabulary, field):
                leaf = asked.get(occurrence.entity)
                if leaf is not None:
                    found[leaf] = found.get(leaf, 0) | bit
    return found
