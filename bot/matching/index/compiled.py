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
from bot.matching.index.filing import Filing
from bot.matching.index.gate import Gate
from bot.matching.index.leaves import Leaves
from bot.matching.index.names import entities
from bot.matching.index.plan import ANYWHERE
from bot.matching.index.planning import plan_of
from bot.matching.index.ring_kernel import collect, mark, ring
from bot.matching.index.signs import lang_bit
from bot.matching.index.tables import EMPTY
from bot.matching.index.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from bot.matching.document import Document
    from bot.matching.query import Query
    from bot.matching.vocabulary import Vocabulary

_ROOM = 1024
# Dead queries are swept out when they are so many, and more than a quarter of all.
_WORTH_SWEEPING = 4096


class _Scratch:
    """What one match needs of its own; clean between two."""

    def __init__(self, leaves: int, queries: int) -> None:
        self.seen = np.zeros(leaves, np.uint16)
        self.touched = np.empty(leaves, np.int32)
        self.met = np.zeros(queries, np.uint8)
        self.rung = np.empty(_ROOM, np.int32)


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
        self._keys = Texts(self._key)
        self._gate = Gate()
        self._changing = threading.Lock()
        self._scratches: list[_Scratch] = []
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
            with self._gate.writing():
                plan = plan_of(query.tree, self._leaves)
                self._filing.file(self._keys.add(key), plan)
                self._living += 1

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
        if number != EMPTY:
            self._filing.forget(number)
            self._living -= 1

    def sweep(self) -> None:
        """Make the room of removed queries free. Matching goes on; adding waits for it."""
        with self._changing:
            filing, left = self._filing.swept()
            keys = self._keys.some(left.tolist())
            with self._gate.writing():
                self._filing, self._keys = filing, keys
                self._scratches.clear()

    def dump(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """All of it as arrays, and as facts that JSON can hold; nobody adds meanwhile."""
        self.sweep()
        with self._changing:
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
        engine._keys = Texts.restored(engine._key, _part(arrays, "keys."))
        engine._living = len(engine._keys)
        return engine

    def __contains__(self, key: str) -> bool:
        return self._keys.number(key) != EMPTY

    def held(self) -> Iterator[str]:
        """The keys of a swept engine."""
        return (self._keys[number] for number in range(len(self._keys)))

    def renew(self, read: Callable[[str], Query], vocabulary: Vocabulary) -> None:
        """Take other entities and lists. Queries that name any are to be added again."""
        with self._changing, self._gate.writing():
            self._read, self._vocabulary = read, vocabulary

    @property
    def vocabulary(self) -> Vocabulary:
        """The entities that are named."""
        return self._vocabulary

    def match(self, document: Document) -> list[Hit]:
        """The queries that match, in the order in which they were added, with what they found."""
        hits = []
        read, candidates = self._candidates(document)
        for key, _ in candidates:
            found = evaluate(read(key), document)
            if found is not None:
                hits.append(Hit(key, found.score, found.spans))
        return hits

    def keys(self, document: Document) -> list[str]:
        """The keys of the queries that match, in order."""
        read, candidates = self._candidates(document)
        return [
            key for key, sure in candidates if sure or evaluate(read(key), document) is not None
        ]

    def _candidates(
        self, document: Document
    ) -> tuple[Callable[[str], Query], list[tuple[str, bool]]]:
        """The keys of the queries that match, surely or not, and how to read them."""
        with self._gate.reading():
            numbers = self.numbers(document)
            plain = np.where(numbers < 0, ~numbers, numbers)
            order = np.argsort(plain)
            keys = self._keys.several(plain[order])
            return self._read, list(zip(keys, (numbers[order] >= 0).tolist(), strict=True))

    def scan(self, document: Document) -> int:
        """The number of words in a document: what every match begins with."""
        return document.scanned(self._key).count

    def numbers(self, document: Document) -> NDArray[np.int32]:
        """The queries that match, unordered: their numbers, as ~number where that is not sure."""
        leaves = self._leaves
        scratch = self._take_scratch()
        scanned = document.scanned(self._key)
        count = collect(
            scanned.words,
            scanned.count,
            document.field_bits,
            lang_bit(document.lang),
            leaves.key,
            leaves.terms.slots,
            leaves.terms.filter,
            leaves.pairs.slots,
            leaves.prefixes.slots,
            leaves.prefix_lengths,
            leaves.emissions.array,
            leaves.phrases.array[: leaves.phrases.count],
            leaves.rest.array,
            scratch.seen,
            scratch.touched,
        )
        count = self._mark_others(document, scratch, count)
        while (
            found := ring(
                scratch.touched, count, scratch.seen, self._filing.filed, scratch.met, scratch.rung
            )
        ) < 0:
            scratch.rung = np.empty(4 * len(scratch.rung), np.int32)
        numbers = scratch.rung[:found].copy()
        self._scratches.append(scratch)
        return numbers

    def _mark_others(self, document: Document, scratch: _Scratch, count: int) -> int:
        """Marks leaf 0, the item's language and source, and the entities."""
        leaves = self._leaves
        marked = {0: ANYWHERE << 8}
        if document.lang in leaves.langs:
            marked[leaves.langs[document.lang]] = ANYWHERE
        for written, leaf in leaves.sources.items():
            if is_source(written, document):
                marked[leaf] = ANYWHERE
        if leaves.entities:
            for entity, bits in entities(
                document, document.scanned(self._key), self.vocabulary
            ).items():
                if entity in leaves.entities:
                    marked[leaves.entities[entity]] = bits
        return int(
            mark(
                np.fromiter(marked, np.int32, len(marked)),
                np.fromiter(marked.values(), np.uint16, len(marked)),
                scratch.seen,
                scratch.touched,
                count,
            )
        )

    def _take_scratch(self) -> _Scratch:
        leaves, queries = self._filing.room
        while self._scratches:
            scratch = self._scratches.pop()
            if len(scratch.seen) >= leaves and len(scratch.met) >= queries:
                return scratch
        return _Scratch(leaves, queries)


def _part(arrays: Mapping[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {
        name.removeprefix(prefix): each for name, each in arrays.items() if name.startswith(prefix)
    }
