"""The sources by key, each looked up when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.store.sources import all_sources, get_source

if TYPE_CHECKING:
    from bot.model import Source
    from bot.store.engine import Store


class KnownSources(Mapping[str, "Source"]):
    """Every source that stored items may name, those added while the service runs included.

    Looking one up for the first time waits for the store, for less than a millisecond.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Source] = {}

    def __getitem__(self, key: str) -> Source:
        found = self._known.get(key)
        if found is None:
            row = self._store.read_now(lambda conn: get_source(conn, key))
            if row is None:
                raise KeyError(key)
            found = self._known[key] = row[0]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.read_now(all_sources))

    def __len__(self) -> int:
        return len(self._store.read_now(all_sources))
