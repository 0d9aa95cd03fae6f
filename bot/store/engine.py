"""The store: one writer with group commit, a few readers with snapshots."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
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
    from datetime import datetime, timedelta
    from types import TracebackType

    from sqlalchemy import Connection

    from bot.store.connections import Lock, Place
    from bot.store.roles import Leases
    from bot.store.signals import Signals

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
        self._check: Callable[[Connection], None] | None = None

    @classmethod
    def open(cls, url: str, *, serving: bool = False) -> Store:
        """Opens ``url``, migrating an older schema first; StoreError where that cannot be.

        ``serving`` is for the service: a second one on the same file is refused, while those on
        one PostgreSQL share the work. The command line opens beside it.
        """
        place = find_place(url)
        lock = place.lock(alone=False) if serving else None
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
    def shared(self) -> bool:
        """Whether several services may have it open, each with a part of the work."""
        return self._place.shared

    def signals(
        self, heard: Callable[[str, str], None], missed: Callable[[], None]
    ) -> Signals | None:
        """The line to other services on this store; None where there can be none."""
        return self._place.signals(heard, missed)

    def leases(self, token: str, lease: timedelta) -> Leases | None:
        """The leases on roles; None where one process has them all."""
        return self._place.leases(token, lease)

    def guarded(self, check: Callable[[Connection], None]) -> Self:
        """The same store, for who may write only while ``check`` does not raise, in the transaction."""
        other = copy(self)
        other._check = check  # noqa: SLF001 - it is one of us
        return other

    @property
    def revision(self) -> str:
        """The schema's, which is current in every store that is open."""
        return HEAD

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Runs a work on the writer and answers after its commit is on disk.

        What the work raises reaches the caller, and its changes alone are undone. A caller that is
        cancelled before the work starts prevents it; later, the work is kept.
        """
        return await asyncio.wrap_future(self._writer.submit(self._checked(work)))

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Runs a work that only reads; it sees one snapshot, and never waits for the writer."""
        return await asyncio.wrap_future(self._submit(work))

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """:meth:`write`, blocking."""
        return self._writer.submit(self._checked(work)).result()

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

    def _checked(self, work: Callable[[Connection], T]) -> Callable[[Connection], T]:
        check = self._check
        if check is None:
            return work

        def checked(conn: Connection) -> T:
            check(conn)
            return work(conn)

        return checked

    def _submit(self, work: Callable[[Connection], T]) -> Future[T]:
        return self._readers.submit(self._read, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._reading.begin() as connection:
                return work(connection)
        except DBAPIError as error:
            raise store_error(error) from error
