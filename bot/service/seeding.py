"""Folders of seed files: what is there at the first start, and each file that comes later."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.errors import ParseError, StoreError
from bot.model import FeedState
from bot.service.reading import Reading
from bot.service.watching import changes
from bot.sources.seeds import seed_files
from bot.sources.writers import open_for_writing
from bot.store import sources as store_sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.model import Item, Source
    from bot.service.reading import Taking
    from bot.sources.pool import ParsePool
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

# A file whose size and time of change stood still for so long is no longer being written.
SETTLE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Stamp:
    size: int
    changed: int
    file: int

    @classmethod
    def of(cls, path: Path) -> _Stamp | None:
        try:
            stat = path.stat()
        except OSError:
            return None
        return cls(stat.st_size, stat.st_mtime_ns, stat.st_ino)


class Seeding:
    """Reads one folder of seed files into the store, and goes on doing so."""

    def __init__(
        self,
        source: Source,
        *,
        store: Store,
        pool: ParsePool,
        intake: Taking,
        backlog: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self._source = source
        self._folder = Path(source.address)
        self._store = store
        self._pool = pool
        self._intake = intake
        self._backlog = backlog
        self._clock = clock
        self._read: dict[Path, _Stamp] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Read what is new or changed, each time the folder changes, until ``stop``."""
        if not self._folder.is_dir():
            log.warning("no such folder of seed files, waiting for it", folder=str(self._folder))
        async for _ in changes(self._folder, stop):
            try:
                await self.look()
            except StoreError as error:
                # Nothing was marked as read: the next look, seconds away, tries again.
                log.error("seed files not stored", folder=str(self._folder), reason=str(error))

    async def look(self) -> None:
        """Read each file that was not read as it stands now."""
        if not self._folder.is_dir():
            return
        state = await self._store.read(
            lambda conn: store_sources.feed_state(conn, self._source.key)
        )
        first = state is None or state.first_read is None
        for path, stamp in await self._settled():
            items = await self._items(path)
            if _Stamp.of(path) != stamp:  # somebody went on writing while it was read
                continue
            if items:
                await self._intake.take(
                    Reading(
                        self._source,
                        items,
                        rings=self._backlog or not first,
                        waiting=self._backlog and first,
                        now=self._clock(),
                    )
                )
            self._read[path] = stamp
        if first:
            now = self._clock()
            done = FeedState(first_read=now, last_success=now)
            await self._store.write(
                lambda conn: store_sources.set_feed_state(conn, self._source.key, done, None)
            )

    async def _settled(self) -> list[tuple[Path, _Stamp]]:
        """The files to read, oldest change first, leaving out those still being written."""
        before = await asyncio.to_thread(self._changed)
        fresh = [path for path in before if self._is_fresh(before[path])]
        if fresh:
            await asyncio.sleep(SETTLE_SECONDS)
        still = {path for path, stamp in before.items() if _Stamp.of(path) == stamp}
        # A slow writer may pause for longer than that: while it has the file open, it is not done.
        still -= await asyncio.to_thread(open_for_writing, still)
        return [(path, before[path]) for path in sorted(still, key=lambda p: before[p].changed)]

    def _is_fresh(self, stamp: _Stamp) -> bool:
        age = self._clock().timestamp() - stamp.changed / 1e9
        return -SETTLE_SECONDS < age < SETTLE_SECONDS

    def _changed(self) -> dict[Path, _Stamp]:
        stamps = {path: _Stamp.of(path) for path in seed_files(self._folder)}
        present = {path: stamp for path, stamp in stamps.items() if stamp is not None}
        for gone in self._read.keys() - present.keys():
            del self._read[gone]  # one that comes back is read again
        return {path: stamp for path, stamp in present.items() if self._read.get(path) != stamp}

    async def _items(self, path: Path) -> tuple[Item, ...]:
        try:
            return await self._pool.read_seed(path, self._source)
        except ParseError as error:
            log.warning("seed file left out", file=str(path), reason=str(error))
            return ()
