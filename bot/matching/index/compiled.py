"""The compiled engine: what a million queries ring in the time of a few tokenisings.

Queries are filed under the rarest leaf that they need. A text is scanned once; its words mark the
leaves that are there; the queries filed under those are followed, a few numbers each. What words
alone cannot tell (a regular expression, a spelling, words near each other) is asked of the naive
engine, for those few queries. So is where the words of a match stand.
"""

from __future__ import annotations

import secrets
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.matching.engine import Hit, evaluate, is_source
from bot.matching.index import kinds, layout, match_kernel
from bot.matching.index.desk import Desk, Laid, letters
from bot.matching.index.filing import Filing
from bot.matching.index.gate import Gate
from bot.matching.index.leaves import Leaves
from bot.matching.index.names import beginnings, entities
from bot.matching.index.planning import plan_of
from bot.matching.index.pointers import Pinned
from bot.matching.index.settling import settle
from bot.matching.index.signs import lang_bit
from bot.matching.index.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from bot.matching.document import Document
    from bot.matching.query import Query
    from bot.matching.vocabulary import Vocabulary

_NO_NAMES = np.zeros((0, 2), np.uint64)
# Dead queries are swept out when they are so many, and more than a quarter of all.
_WORTH_SWEEPING = 4096


class CompiledEngine:
    """Queries under keys. ``read`` gives a query again from its key: only numbers are kept."""

    def __init__(
        self,
        read: Callable[[str], Query],
        vocabulary: Vocabulary,
        *,
        key: int | None = None,
        frequencies: Mapping[str, int] | None = None,
    ) -> None:
        self._read = read
        self._vocabulary = vocabulary
        self._key = secrets.randbits(62) if key is None else key
        self._leaves = Leaves(self._key, frequencies or {})
        self._filing = Filing(self._leaves)
        self._keys = Texts()
        self._gate = Gate()
        self._changing = threading.Lock()
        self._desks: list[Desk] = []
        self._arrays: Pinned | None = None  # None once they have changed
        self._living = 0
        self._sweeping = False

    def __len__(self) -> int:
        return self._living

    @property
    def nbytes(self) -> int:
        """Its size in bytes, without the scratch of running matches."""
        return self._leaves.nbytes + self._filing.nbytes + self._keys.nbytes

    def add(self, key: str, query: Query) -> None:
        """Hold a query; one that is held under the key makes way."""
        with self._changing:
            self._remove(key)
            with self._gate.writing:
                self._arrays = None  # first: whatever happens, nobody goes on with the old ones
                plan = plan_of(query.tree, self._leaves)
                number = self._keys.add(key)
                self._living += 1
                try:
                    self._filing.file(number, plan)
                except BaseException:  # half of it may stand there
                    self._remove(key)
                    raise

    def remove(self, key: str) -> None:
        """Let go of a query; nothing happens where none is held."""
        with self._changing:
            self._remove(key)
            dead = len(self._keys) - self._living
            if dead > max(_WORTH_SWEEPING, self._living // 3) and not self._sweeping:
                self._sweeping = True
                threading.Thread(target=self._sweep, name="tocsin-sweep", daemon=True).start()

    def _sweep(self) -> None:
        try:
            self.sweep()
        finally:
            self._sweeping = False

    def _remove(self, key: str) -> None:
        number = self._keys.remove(key)
        if number is not None:
            self._filing.forget(number)
            self._living -= 1

    def sweep(self) -> None:
        """Make the room of removed queries free. Matching goes on; adding waits for it."""
        with self._changing:
            self._sweep_out()

    def _sweep_out(self) -> None:
        filing, left = self._filing.swept()
        keys = Texts(self._keys[number] for number in left.tolist())
        with self._gate.writing:
            self._arrays = None
            self._filing, self._keys = filing, keys
            self._desks.clear()

    def dump(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """All of it as arrays, and as facts that JSON can hold; nobody adds meanwhile."""
        with self._changing:
            self._sweep_out()
            arrays, facts = self._leaves.dump()
            arrays |= {f"filing.{name}": each for name, each in self._filing.dump().items()}
            arrays |= {f"keys.{name}": each for name, each in self._keys.dump().items()}
            return {name: each.copy() for name, each in arrays.items()}, facts

    @classmethod
    def restored(
        cls,
        arrays: Mapping[str, NDArray[Any]],
        facts: Mapping[str, Any],
        read: Callable[[str], Query],
        vocabulary: Vocabulary,
    ) -> CompiledEngine:
        """The engine of a dump."""
        engine = cls(read, vocabulary, key=facts["key"])
        engine._leaves = Leaves.restored(arrays, facts, {})
        engine._filing = Filing.restored(engine._leaves, _part(arrays, "filing."))
        engine._keys = Texts.restored(_part(arrays, "keys."))
        engine._living = len(engine._keys)
        engine._pin()
        return engine

    def __contains__(self, key: str) -> bool:
        return self._keys.number(key) is not None

    def held(self) -> Iterator[str]:
        """The keys of a swept engine."""
        return (self._keys[number] for number in range(len(self._keys)))

    def renew(self, read: Callable[[str], Query], vocabulary: Vocabulary) -> None:
        """Take other entities and lists. Queries that name any are to be added again."""
        with self._changing, self._gate.writing:
            self._read, self._vocabulary = read, vocabulary

    @property
    def vocabulary(self) -> Vocabulary:
        """The entities that are named."""
        return self._vocabulary

    def match(self, document: Document) -> list[Hit]:
        """The queries that match, in the order in which they were added, with what they found."""
        hits = []
        with self._gate:
            desk = self._take_desk()
            read, (candidates,) = self._candidates(desk, (document,))
            if not document.is_scanned:  # who asks next need not split it again
                document.keep(desk.scanned())
            self._put_back(desk)
        for key, _ in candidates:
            found = evaluate(read(key), document)
            if found is not None:
                hits.append(Hit(key, found.score, found.spans))
        return hits

    def keys(self, documents: Sequence[Document]) -> list[list[str]]:
        """For each of the documents the keys of the queries that match, in order."""
        with self._gate:
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
        return evaluate(query, document) is not None

    def numbers(self, documents: Sequence[Document]) -> list[list[int]]:
        """What each of the documents rings, in order: twice the numbers of the queries.

        And one more where words cannot tell. Many documents in one call cost less than as many
        calls, and other threads can run meanwhile.
        """
        with self._gate:
            desk = self._take_desk()
            found = self._numbers(desk, documents)
            self._put_back(desk)
            return found

    def scan(self, documents: Sequence[Document]) -> int:
        """The number of words in documents: what every match begins with."""
        with self._gate:
            desk = self._take_desk()
            desk.lay([self._laid(document) for document in documents], self._key)
            count = desk.scan()
            self._put_back(desk)
            return count

    def _candidates(
        self, desk: Desk, documents: Sequence[Document]
    ) -> tuple[Callable[[str], Query], list[list[tuple[str, bool]]]]:
        """How to read keys, and for each document those of what matches, surely or not."""
        keys = self._keys
        return self._read, [
            # A query that is removed just now has no key any more.
            [(key, not number & 1) for number in numbers if (key := keys[number >> 1])]
            for numbers in self._numbers(desk, documents)
        ]

    def _numbers(self, desk: Desk, documents: Sequence[Document]) -> list[list[int]]:
        leaves = self._leaves
        # Both are held by name until the end: another thread may put equal ones in their place.
        characters, arrays = letters(), self._arrays or self._pin()
        names = beginnings(self.vocabulary, self._key) if leaves.entities else None
        desk.lay([self._laid(document) for document in documents], self._key)
        if desk.fits is not arrays.table:  # a desk that lies idle does not hold old arrays
            desk.reserve(self._room())
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

    def _pin(self) -> Pinned:
        arrays = self._arrays = Pinned((*self._leaves.arrays, *self._filing.arrays), kinds.ENGINE)
        return arrays

    def _laid(self, document: Document) -> Laid:
        """A document with what is known of it before its words are."""
        leaves, lang = self._leaves, document.lang
        marked = [leaves.langs[lang]] if lang in leaves.langs else []
        if leaves.sources:
            marked += [
                leaf for written, leaf in leaves.sources.items() if is_source(written, document)
            ]
        return document.written, document.field_bits, lang_bit(lang), marked

    def _name(self, desk: Desk, document: Document) -> None:
        """Marks the entities that are named in the document in hand."""
        if not document.is_scanned:
            document.keep(desk.scanned(desk.document))
        document.keep_beginnings(self.vocabulary, desk.hits())
        leaves = self._leaves.entities
        desk.name(
            {
                leaves[entity]: bits
                for entity, bits in entities(document, self.vocabulary).items()
                if entity in leaves
            }
        )

    def _room(self) -> dict[int, int]:
        leaves, queries = self._filing.room
        # A query that could not be added may have left leaves that nothing is filed under.
        leaves = max(leaves, len(self._leaves))
        return {
            layout.SEEN: leaves,
            layout.TOUCHED: leaves + 1,
            layout.MET: queries,
            layout.LAST: self._leaves.slots,
        }

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


def _part(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {
        name.removeprefix(prefix): each for name, each in arrays.items() if name.startswith(prefix)
    }
