"""The engine that suits the number of queries: plain for a few thousand, compiled beyond."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from bot.errors import QueryError
from bot.matching.index.anchored import AnchoredEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from bot.matching.document import Document
    from bot.matching.engine import Hit
    from bot.matching.index.compiled import CompiledEngine
    from bot.matching.query import Query
    from bot.matching.vocabulary import Vocabulary

# Loading numba takes a second and 100 MB: from here on it is worth it.
ENOUGH = 3_000

# So many changes are made up for while others wait: some milliseconds.
_FEW = 100


class GrowingEngine:
    """Changes its engine by itself, in the background, while matching goes on.

    ``read`` gives a query again from its key, ``vocabulary`` the entities that are named;
    ``frequencies`` says how often words are met in a million, when the time to ask has come.
    """

    def __init__(
        self,
        read: Callable[[str], Query],
        vocabulary: Vocabulary,
        frequencies: Callable[[], Mapping[str, int]] = dict,
        enough: int = ENOUGH,
    ) -> None:
        self._read = read
        self._frequencies = frequencies
        self._enough = enough
        self._changing = threading.RLock()
        self._engine: AnchoredEngine | CompiledEngine = AnchoredEngine(vocabulary)
        self._keys: dict[str, None] | None = {}  # None once it has grown
        self._building: threading.Thread | None = None
        self._missed: list[str] = []  # keys that changed while the other engine is built

    def __len__(self) -> int:
        return len(self._engine)

    @property
    def is_compiled(self) -> bool:
        """Whether it has grown."""
        return self._keys is None

    def match(self, documents: Sequence[Document]) -> list[list[Hit]]:
        """For each of the documents the queries that match, in the order in which they were added."""
        return self._engine.match(documents)

    def add(self, key: str, query: Query) -> None:
        """Hold a query; one that is held under the key makes way."""
        with self._changing:
            self._engine.add(key, query)
            if self._keys is None:
                return
            self._keys.pop(key, None)
            self._keys[key] = None
            self._missed.append(key)
            if len(self._keys) >= self._enough and self._building is None:
                self._building = threading.Thread(
                    target=self._grow, name="tocsin-index", daemon=True
                )
                self._building.start()

    def fill(self, keys: Collection[str]) -> dict[str, QueryError]:
        """Hold the queries of these keys; those that cannot be read, with the reason.

        Where they are enough for the other engine, they are all put there, and only then asked for.
        """
        with self._changing:
            held = self._keys if self._building is None else None
            if held is not None and len(held) + len(keys) >= self._enough:
                engine = self._compiled(self._read, self._engine.vocabulary)
                _fill(engine, held, self._read)
                unreadable = _fill(engine, keys, self._read)
                self._engine, self._keys = engine, None
                return unreadable
        return _fill(self, keys, self._read)

    def remove(self, key: str) -> None:
        """Let go of a query; nothing happens where none is held."""
        with self._changing:
            self._engine.remove(key)
            if self._keys is not None:
                self._keys.pop(key, None)
                self._missed.append(key)

    def renew(
        self, read: Callable[[str], Query], vocabulary: Vocabulary, keys: Iterable[str]
    ) -> None:
        """Take other entities and lists; ``keys`` are the queries that name some."""
        with self._changing:
            self._read = read
            if self._keys is None:
                self._engine.renew(read, vocabulary)  # type: ignore[union-attr] # the compiled one
                for key in keys:
                    self._engine.add(key, read(key))
                return
            # A change of engine that is under way sees at its end that it began with others.
            engine = AnchoredEngine(vocabulary)
            for key in self._keys:
                engine.add(key, read(key))
            self._engine = engine

    def save(self, path: Path) -> None:
        """Write a snapshot, where there are queries enough for one. Raises OSError."""
        if self._keys is None:
            from bot.matching.index.snapshot import save  # noqa: PLC0415 - it loads numba

            save(self._engine, path)  # type: ignore[arg-type] # the compiled one

    def load(self, path: Path, wanted: Collection[str]) -> Collection[str]:
        """Take the queries of a snapshot that are wanted; those that are still to be added."""
        if len(wanted) < self._enough or not path.exists():
            return wanted
        from bot.matching.index.snapshot import load  # noqa: PLC0415 - it loads numba

        engine = load(path, self._read, self._engine.vocabulary)
        if engine is None:
            return wanted
        for key in [key for key in engine.held() if key not in wanted]:
            engine.remove(key)
        with self._changing:
            self._engine, self._keys = engine, None
        return [key for key in wanted if key not in engine]

    def settle(self) -> None:
        """Wait until a change of engine that has begun is done."""
        if self._building is not None:
            self._building.join()

    def _grow(self) -> None:
        while not self._has_grown():
            pass  # other rules came meanwhile: begin again with them

    def _has_grown(self) -> bool:
        with self._changing:
            read, vocabulary = self._read, self._engine.vocabulary
            keys, self._missed = list(self._keys or ()), []
        engine = self._compiled(read, vocabulary)
        _fill(engine, keys, read)
        while True:
            # A start adds tens of thousands meanwhile: only the last few are worth a wait of others.
            with self._changing:
                if self._read is not read:
                    return False
                missed, self._missed = _each_last(self._missed), []
                if len(missed) <= _FEW:
                    self._catch_up(engine, missed, read)
                    self._engine, self._keys = engine, None
                    return True
            self._catch_up(engine, missed, read)

    def _compiled(self, read: Callable[[str], Query], vocabulary: Vocabulary) -> CompiledEngine:
        """The other engine, empty."""
        from bot.matching.index.compiled import CompiledEngine  # noqa: PLC0415 - it loads numba

        return CompiledEngine(read, vocabulary, frequencies=self._frequencies())

    def _catch_up(
        self, engine: CompiledEngine, missed: Iterable[str], read: Callable[[str], Query]
    ) -> None:
        # What changes once more while this goes on is missed once more, and comes again.
        held = self._keys or {}
        for key in missed:
            engine.remove(key)
            if key in held:
                _fill(engine, [key], read)


def _each_last(keys: list[str]) -> list[str]:
    """Each key once, where it came last: what comes again goes to the end."""
    return list(dict.fromkeys(reversed(keys)))[::-1]


def _fill(
    engine: CompiledEngine | GrowingEngine, keys: Iterable[str], read: Callable[[str], Query]
) -> dict[str, QueryError]:
    """Adds what can be read; what other rules have made unreadable is not held any more."""
    unreadable = {}
    for key in keys:
        try:
            query = read(key)
        except QueryError as error:
            unreadable[key] = error
            continue
        engine.add(key, query)
    return unreadable
