"""The store: one writer with group commit, a few readers with snapshots."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.store.backup import remove_backups
from bot.store.connections import find_place
from bot.store.failures import store_error
from bot.store.migrate import HEAD, exists, is_current, migrate
from bot.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import TracebackType

    from sqlalchemy import Connection

    from bot.store.connections import Lock, Place

T = TypeVar("T")

_READERS = 3


class Store:
    """A database that is open. ``work`` is a function over a connection, in a transaction.

    A work is run in another thread: it must touch nothing that is not safe there, must not block
    on the store itself, and its effects outside the database must bear that its commit fails.
    """

    def __init__(self, place: Place, lock: Lock | None = None) -> None:
        """Opens a database whose schema is current; use :meth:`open`."""
        self._lock = lock
        self._place = place
        self._writing = place.writing_engine()
        self._reading = place.reading_engine(_READERS)
        self._writer = Writer(self._writing)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reader")

    @classmethod
    def open(cls, url: str, *, exclusive: bool = False) -> Store:
        """Opens ``url``, migrating an older schema first; StoreError where that cannot be.

        ``exclusive`` is for the service: a second one on the same store is refused. The command
        line opens beside it.
        """
        place = find_place(url)
        lock = place.lock() if exclusive else None
        try:
            migrate(place)
            return cls(place, lock)
        except BaseException:
            if lock is not None:
                lock.release()
            raise

    @classmethod
    def open_as_it_is(cls, url: str) -> Store:
        """Opens a database that is there and current; StoreError otherwise, and nothing changes."""
        place = find_place(url)
        if not exists(place):
            raise StoreError(f"no store at {place} yet: `tocsin run` makes it")
        if not is_current(place):
            raise StoreError("the store is of an older version: `tocsin migrate` brings it up")
        return cls(place)

    @property
    def url(self) -> str:
        """Where it can be opened again, by another process."""
        return self._place.url.render_as_string(hide_password=False)

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
        return await asyncio.to_thread(self._place.scrub)

    def remove_backups(self, before: datetime) -> None:
        """Removes the copies that migrations made of this store before then."""
        if self._place.file is not None:
            remove_backups(self._place.file, before)

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
