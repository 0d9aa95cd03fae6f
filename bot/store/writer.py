"""The one writer: a thread that commits many works in one transaction.

A commit waits for the disk (synchronous FULL), and a second writing connection would starve beside
the first. So every write goes through one thread, which takes what has queued up since the last
commit, runs each work in a savepoint of its own, commits once and only then answers.
"""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.store.failures import store_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

T = TypeVar("T")

# psycopg's names of the states in which a transaction is open.
_WITHIN = {"INTRANS", "INERROR"}
# How many works share a commit: enough to make the disk's wait cheap, few enough to answer soon.
_BATCH = 256


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Connection], Any]
    future: Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a work came to: its value, or the error that it raised."""

    value: Any = None
    error: BaseException | None = None


class Writer:
    """Runs works on the write connection, in order, many to a commit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queues a work; the future resolves after its commit. Cancelling works until it starts."""
        job = _Job(work, Future())
        with self._closing:
            if self._closed:
                raise StoreError("the store is closed")
            self._queue.put(job)
        return job.future

    def close(self) -> None:
        """Ends the thread after all that was queued before."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            jobs, last = self._gather(first)
            running = [job for job in jobs if job.future.set_running_or_notify_cancel()]
            if running:
                self._commit(running)
            if last:
                return

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        """What has queued up, and whether the end of the queue was among it."""
        jobs = [first]
        while len(jobs) < _BATCH:
            try:
                job = self._queue.get_nowait()
            except Empty:
                break
            if job is None:
                return jobs, True
            jobs.append(job)
        return jobs, False

    def _commit(self, jobs: list[_Job]) -> None:
        outcomes: list[_Outcome] = []
        try:
            with self._engine.begin() as connection:
                outcomes.extend(_outcome(job.work, connection) for job in jobs)
        except BaseException as error:  # noqa: BLE001  # whoever waits must hear of it, and the thread must live
            outcomes = [_Outcome(error=_failure(error))] * len(jobs)
        for job, outcome in zip(jobs, outcomes, strict=True):
            if outcome.error is None:
                job.future.set_result(outcome.value)
            else:
                job.future.set_exception(outcome.error)


def _outcome(work: Callable[[Connection], Any], connection: Connection) -> _Outcome:
    savepoint = connection.begin_nested()
    try:
        value = work(connection)
        savepoint.commit()
    except BaseException as error:  # whatever a work raises belongs to its caller
        if not _in_transaction(connection):
            # A full disk can end the whole transaction, the other works' changes included; what
            # came now would be committed by itself.
            raise
        savepoint.rollback()
        mine = store_error(error) if isinstance(error, DBAPIError) else error
        return _Outcome(error=mine)
    return _Outcome(value=value)


def _failure(error: BaseException) -> StoreError:
    if isinstance(error, DBAPIError):
        return store_error(error)
    failure = StoreError(f"the transaction ended before its commit ({error})")
    failure.__cause__ = error
    return failure


def _in_transaction(connection: Connection) -> bool:
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.in_transaction
    # An error leaves PostgreSQL's transaction waiting for the savepoint to be undone.
    return driver is not None and driver.info.transaction_status.name in _WITHIN
