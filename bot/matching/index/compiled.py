"""The compiled engine: what a million queries ring in the time of a few tokenisings.

Queries are filed under the rarest leaf that they need. A text is scanned once; its words mark the
leaves that are there; the queries filed under those are followed, a few numbers each. What words
alone cannot tell (a regular expression, a spelling, words near each other) is asked of the naive
engine, for those few queries. So is where the words of a match stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.matching.engine import Hit, evaluate, holds, is_source
from bot.matching.index import layout, match_kernel
from bot.matching.index.desk import Desk, Laid, letters
from bot.matching.index.holding import Holding
from bot.matching.index.names import beginnings, may_name, named
from bot.matching.index.settling import settle
from bot.matching.index.signs import lang_bit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from bot.matching.document import Document
    from bot.matching.query import Query
    from bot.matching.vocabulary import Vocabulary

_NO_NAMES = np.zeros((0, 2), np.uint64)


class CompiledEngine:
    """Queries under keys. ``read`` gives a query again from its key: only numbers are kept."""

    def __init__(
        self,
        read: Callable[[str], Query],
        vocabulary: Vocabulary,
        *,
        frequencies: Mapping[str, int] | None = None,
        held: Holding | None = None,
    ) -> None:
        self._read = read
        self._vocabulary = vocabulary
        self._held = Holding(frequencies=frequencies) if held is None else held
        self._key = self._held.leaves.key
        self._desks: list[Desk] = []

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: str) -> bool:
        return key in self._held

    @property
    def nbytes(self) -> int:
        """Its size in bytes, without the scratch of running matches."""
        return self._held.nbytes

    def add(self, key: str, query: Query) -> None:
        """Hold a query; one that is held under the key makes way."""
        self._held.add(key, query.tree)

    def remove(self, key: str) -> None:
        """Let go of a query; nothing happens where none is held."""
        self._held.remove(key)

    def sweep(self) -> None:
        """Make the room of removed queries free. Matching goes on; adding waits for it."""
        self._held.sweep()

    def dump(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """All of it as arrays, and as facts that JSON can hold; nobody adds meanwhile."""
        return self._held.dump()

    def held(self) -> Iterator[str]:
        """The keys of a swept engine."""
        return self._held.held()

    def renew(self, read: Callable[[str], Query], vocabulary: Vocabulary) -> None:
        """Take other entities and lists. Queries that name any are to be added again."""
        with self._held.gate.writing:
            self._read, self._vocabulary = read, vocabulary

    @property
    def vocabulary(self) -> Vocabulary:
        """The entities that are named."""
        return self._vocabulary

    def match(self, documents: Sequence[Document]) -> list[list[Hit]]:
        """For each of the documents the queries that match, as added, with what they found.

        Many in one call cost less than as many calls; their words are kept, for who asks next.
        """
        with self._held.gate:
            desk = self._take_desk()
            read, asked = self._candidates(desk, documents, keeping=True)
            for document, scanned in zip(documents, desk.all_scanned(), strict=True):
                if not document.is_scanned:
                    document.keep(scanned)
            self._put_back(desk)
        return [
            list(_confirmed(read, document, candidates))
            for document, candidates in zip(documents, asked, strict=True)
        ]

    def keys(self, documents: Sequence[Document]) -> list[list[str]]:
        """For each of the documents the keys of the queries that match, in order."""
        with self._held.gate:
            desk = self._take_desk()
            read, asked = self._candidates(desk, documents)
            self._put_back(desk)
        return [
            [key for key, sure in candidates if sure or self._confirms(read(key), document)]
            for document, candidates in zip(documents, asked, strict=True)
        ]

    def _confirms(self, query: Query, document: Document) -> bool:
        if not document.is_scanned:
            document.scanned(self._key)
        return holds(query, document)

    def numbers(self, documents: Sequence[Document]) -> list[list[int]]:
        """What each of the documents rings, in order: twice the numbers of the queries.

        And one more where words cannot tell. Many documents in one call cost less than as many
        calls, and other threads can run meanwhile.
        """
        with self._held.gate:
            desk = self._take_desk()
            found = self._numbers(desk, documents)
            self._put_back(desk)
            return found

    def scan(self, documents: Sequence[Document]) -> int:
        """The number of words in documents: what every match begins with."""
        with self._held.gate:
            desk = self._take_desk()
            desk.lay([self._laid(document) for document in documents], self._key)
            count = desk.scan()
            self._put_back(desk)
            return count

    def _candidates(
        self, desk: Desk, documents: Sequence[Document], *, keeping: bool = False
    ) -> tuple[Callable[[str], Query], list[list[tuple[str, bool]]]]:
        """How to read keys, and for each document those of what matches, surely or not."""
        keys = self._held.keys
        return self._read, [
            # A query that is removed just now has no key any more.
            [(key, not number & 1) for number in numbers if (key := keys[number >> 1])]
            for numbers in self._numbers(desk, documents, keeping=keeping)
        ]

    def _numbers(
        self, desk: Desk, documents: Sequence[Document], *, keeping: bool = False
    ) -> list[list[int]]:
        leaves = self._held.leaves
        # Both are held by name until the end: another thread may put equal ones in their place.
        characters, arrays = letters(), self._held.arrays
        names = beginnings(self.vocabulary, self._key) if leaves.entities else None
        desk.lay([self._laid(document) for document in documents], self._key, keeping=keeping)
        if desk.fits is not arrays.table:  # a desk that lies idle does not hold old arrays
            desk.reserve(self._held.room)
            desk.fits = arrays.table
        while status := match_kernel.match(
            self._key,
            characters.table,
            desk.table,
            arrays.table,
            leaves.prefix_lengths,
            _NO_NAMES if names is None else names.known,
        ):
            if status == layout.FULL:
                desk.reserve({layout.RUNG: 4 * len(desk.part(layout.RUNG))})
            elif status == layout.LEARN and names is not None:
                names.learn(desk.unknown())
            elif status == layout.NAMED:
                self._name(desk, documents[desk.document])
            else:
                settle(desk, status)
        return desk.rung()

    def _laid(self, document: Document) -> Laid:
        """A document with what is known of it before its words are."""
        leaves, lang = self._held.leaves, document.lang
        marked = [leaves.langs[lang]] if lang in leaves.langs else []
        if leaves.sources:
            marked += [
                leaf for written, leaf in leaves.sources.items() if is_source(written, document)
            ]
        texts, bits = document.written
        return texts, bits, lang_bit(lang), marked

    def _name(self, desk: Desk, document: Document) -> None:
        """Marks the entities that are named in the document in hand, of those that are asked for."""
        asked = self._held.leaves.entities
        if not may_name(desk.hit_words(), self.vocabulary, asked):
            return
        if not document.is_scanned:
            document.keep(desk.scanned())
        document.keep_beginnings(self.vocabulary, desk.hits())
        desk.name(named(document, self.vocabulary, asked))

    def _take_desk(self) -> Desk:
        """A desk that nobody else works at."""
        try:
            return self._desks.pop()
        except IndexError:
            return Desk()

    def _put_back(self, desk: Desk) -> None:
        """Has others use a desk, unless it was left in the middle of something, or grew too large."""
        if not desk.is_large:
            self._desks.append(desk)


def _confirmed(
    read: Callable[[str], Query], document: Document, candidates: Iterable[tuple[str, bool]]
) -> Iterator[Hit]:
    """What the naive engine finds of the candidates."""
    for key, _ in candidates:
        found = evaluate(read(key), document)
        if found is not None:
            yield Hit(key, found.score, found.spans)
