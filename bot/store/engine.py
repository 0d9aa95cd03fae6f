"""The store: one writer with group commit, a few readers with snapshots."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.store.backup import remove_backups
from bot.store.connections import database_path, reading_engine, scrub, writing_engine
from bot.store.failures import store_error
from bot.store.lock import ServiceLock
from bot.store.migrate import HEAD, is_current, migrate
from bot.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from sqlalchemy import Connection

T = TypeVar("T")

_READERS = 3


class Store:
    """A database that is open. ``work`` is a function over a connection, in a transaction.

    A work is run in another thread: it must touch nothing that is not safe there, must not block
    on the store itself, and its effects outside the database must bear that its commit fails.
    """

    def __init__(self, path: Path, lock: ServiceLock | None = None) -> None:
        """Opens a database whose schema is current; use :meth:`open`."""
        self._lock = lock
        self._path = path
        self._writing = writing_engine(path)
        self._reading = reading_engine(path, _READERS)
        self._writer = Writer(self._writing)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reader")

    @classmethod
    def open(cls, url: str, *, exclusive: bool = False) -> Store:
        """Opens ``url``, migrating an older schema first; StoreError where that cannot be.

        ``exclusive`` is for the service: a second one on the same file is refused. The command
        line opens beside it.
        """
        path = database_path(url)
        lock = ServiceLock(path) if exclusive else None
        try:
            migrate(path)
            return cls(path, lock)
        except BaseException:
            if lock is not None:
                lock.release()
            raise

    @classmethod
    def open_as_it_is(cls, url: str) -> Store:
        """Opens a database that is there and current; StoreError otherwise, and nothing changes."""
        path = database_path(url)
        if not path.exists():
            raise StoreError(f"no store at {path} yet: `tocsin run` makes it")
        if not is_current(path):
            raise StoreError("the store is of an older version: `tocsin migrate` brings it up")
        return cls(path)

    @property
    def revision(self) -> str:
        """The schema's, which is current in every store that is open."""
        return HEAD

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Runs a work on the writer and answers after its commit is on disk.

        What the work raises reaches the caller, and its changes alone are undone. A caller that is
        cancelled before the work starts prevents it; later, the work is kept.
        """
        return await asyncio.wrap_future(self._writer.submit(work))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Runs a work that only reads; it sees one snapshot, and never waits for the writer."""
        return await asyncio.wrap_future(self._submit(work))

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """:meth:`write`, blocking."""
        return self._writer.submit(work).result()

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """:meth:`read`, blocking."""
        return self._submit(work).result()

    async def scrub(self) -> bool:
        """Leaves nothing in the files of what was deleted; False where it is to be tried again."""
        return await asyncio.to_thread(scrub, self._path)

    def remove_backups(self, before: datetime) -> None:
        """Removes the copies that migrations made of this store before then."""
        remove_backups(self._path, before)

    def close(self) -> None:
        """Ends the store after everything that was queued before."""
        self._writer.close()
        self._readers.shutdown()
        # The writer's connection is the last to go: the last one tidies the log away.
        self._reading.dispose()
        self._writing.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _submit(self, work: Callable[[Connection], T]) -> Future[T]:
        return self._readers.submit(self._read, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._reading.begin() as connection:
                return work(connection)
        except DBAPIError as error:
            raise store_error(error) from error
