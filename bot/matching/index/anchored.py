"""The plain engine: queries are filed under the words that they need, and asked when one is there.

For up to a few thousand queries, where loading the compiled one would not pay.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bot.matching.engine import Hit, evaluate, is_source
from bot.matching.index.plan import LEAF, anchors
from bot.matching.index.planning import plan_of
from bot.matching.index.signs import name_of, signs
from bot.matching.query.tree import EntityName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.matching.document import Document
    from bot.matching.index.plan import Plan
    from bot.matching.query import Query
    from bot.matching.query.tree import Leaf, Regex
    from bot.matching.vocabulary import Vocabulary


class AnchoredEngine:
    """Queries under keys, each filed under its least used anchors. ``vocabulary`` has the names."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._changing = threading.Lock()
        self._leaves = _Leaves()
        self._queries: dict[str, Query] = {}
        self._order: dict[str, int] = {}
        self._filed: dict[int, set[str]] = {}
        self._anchors: dict[str, tuple[int, ...]] = {}
        self._added = 0

    def __len__(self) -> int:
        return len(self._queries)

    def add(self, key: str, query: Query) -> None:
        """Hold a query; one that is held under the key makes way."""
        with self._changing:
            self._remove(key)
            plan = plan_of(query.tree, self._leaves)
            leaves = tuple({test[LEAF] for test in anchors(plan, self._cost)}) or (0,)
            self._anchors[key] = leaves
            self._added += 1
            self._order[key] = self._added
            self._queries[key] = query
            for leaf in leaves:
                # A new set each time: a match may be reading the old one.
                self._filed[leaf] = self._filed.get(leaf, set()) | {key}

    def remove(self, key: str) -> None:
        """Let go of a query; nothing happens where none is held."""
        with self._changing:
            self._remove(key)

    def _remove(self, key: str) -> None:
        if self._queries.pop(key, None) is None:
            return
        for leaf in self._anchors.pop(key):
            self._filed[leaf] = self._filed[leaf] - {key}
        del self._order[key]

    def match(self, documents: Sequence[Document]) -> list[list[Hit]]:
        """For each of the documents the queries that match, in the order in which they were added."""
        return [self._match(document) for document in documents]

    def _match(self, document: Document) -> list[Hit]:
        order = self._order
        asked = {key for leaf in set(self._there(document)) for key in self._filed.get(leaf, ())}
        hits = []
        for key in sorted(asked, key=lambda key: order.get(key, 0)):
            query = self._queries.get(key)
            found = evaluate(query, document) if query is not None else None
            if found is not None:
                hits.append(Hit(key, found.score, found.spans))
        return hits

    def _cost(self, leaf: int) -> float:
        return len(self._filed.get(leaf, ()))

    def _there(self, document: Document) -> Iterator[int]:
        """The leaves that may be in the document."""
        leaves = self._leaves
        yield 0
        yield from leaves.langs.get(document.lang or "", ())
        for written, source in list(leaves.sources.items()):
            if is_source(written, document):
                yield from source
        for word in {word for field in document.fields for word in field.places}:
            yield from leaves.words.get(word, ())
            for length, beginnings in list(leaves.beginnings.items()):
                yield from beginnings.get(word[:length], ())
        if leaves.entities:
            for field in document.fields:
                for occurrence in document.names(self.vocabulary, field):
                    yield from leaves.entities.get(occurrence.entity, ())


class _Leaves:
    """Numbers for leaves, found by the first word of their signs. Leaf 0 is all the others."""

    def __init__(self) -> None:
        self.words: dict[str, tuple[int, ...]] = {}
        self.beginnings: dict[int, dict[str, tuple[int, ...]]] = {}
        self.entities: dict[str, tuple[int, ...]] = {}
        self.langs: dict[str, tuple[int, ...]] = {}
        self.sources: dict[str, tuple[int, ...]] = {}
        self._numbers: dict[str, int] = {"": 0}

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf that is made of words or is an entity."""
        name = name_of(leaf)
        if name not in self._numbers:
            number = self._new(name)
            if isinstance(leaf, EntityName):
                self.entities[leaf.key] = (number,)
                return number
            for words, _, _, begins in signs(leaf):
                index = self.beginnings.setdefault(len(words[0]), {}) if begins else self.words
                if number not in index.get(words[0], ()):
                    index[words[0]] = (*index.get(words[0], ()), number)
        return self._numbers[name]

    def letters(self, leaf: Regex) -> Plan | None:
        """What letters an expression needs: nobody looks for them here."""
        del leaf
        return None

    def value(self, name: str, written: str) -> int:
        """The number of a value that ``lang:`` or ``source:`` may have."""
        known = self.langs if name == "lang" else self.sources
        if written not in known:
            known[written] = (self._new(f"{name}:{written}"),)
        return known[written][0]

    def _new(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))
