"""Engines for one SQLite file: one for the writer, one for the readers.

Transactions are begun by SQLAlchemy's hook and not by the driver, which would begin them late and
only before some statements (SQLAlchemy's documentation of the SQLite dialect, "Enabling Non-Legacy
SQLite Transactional Modes"). A write takes the write lock at its beginning: a transaction that
reads first and asks for the lock later can be refused at once, whatever the busy timeout.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from bot.errors import StoreError
from bot.store.failures import store_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.pool import ConnectionPoolEntry

# RETURNING came with 3.35, which every system that has Python 3.11 surpasses.
_OLDEST_SQLITE = (3, 35, 0)
_BUSY_SECONDS = 30
_WRITER = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # The log shrinks back to this after a burst.
    "PRAGMA journal_size_limit = 67108864",
    # What is deleted is overwritten: people may have themselves forgotten.
    "PRAGMA secure_delete = ON",
)
# A file up to this size is written anew, so that nothing is left between its rows, in a second or
# two. In a larger one what stands between rows is overwritten as the room is used again.
_WRITTEN_ANEW = 256 * 2**20


def database_file(url: URL) -> Path:
    """The file that an SQLite address names; StoreError where it names none that can be used."""
    if url.database in {None, "", ":memory:"}:
        raise StoreError("store.url: a file is needed, for example sqlite:///tocsin.db")
    path = Path(str(url.database))
    if path.is_dir():
        raise StoreError(f"store.url: {path} is a folder, and not a database file")
    if not path.parent.is_dir():
        raise StoreError(f"store.url: the folder {path.parent} does not exist; make it first")
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old; 3.35 or newer is needed")
    return path


def writing_engine(path: Path) -> Engine:
    """An engine of one connection, whose transactions hold the write lock from the start."""

    def prepare(connection: sqlite3.Connection) -> None:
        _log_ahead(connection)
        for pragma in _WRITER:
            connection.execute(pragma).close()

    return _engine(path, prepare, "BEGIN IMMEDIATE", size=1)


def reading_engine(path: Path, size: int) -> Engine:
    """An engine whose connections cannot write, and see one snapshot a transaction."""

    def prepare(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA query_only = ON").close()

    return _engine(path, prepare, "BEGIN", size=size)


def scrub(path: Path) -> bool:
    """Leaves nothing in the files of what was deleted; False where a reader is in the way.

    Deleting overwrites a row where it is. SQLite moves rows when it balances its pages, and what
    it leaves behind there goes as the file is written anew; the log goes as it is emptied.
    """
    try:
        with closing(
            sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
        ) as connection:
            connection.execute("PRAGMA secure_delete = ON").close()
            if path.stat().st_size <= _WRITTEN_ANEW:
                connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise store_error(error) from error
    return not busy


def _engine(
    path: Path, prepare: Callable[[sqlite3.Connection], None], begin: str, *, size: int
) -> Engine:
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        connect_args={
            "isolation_level": None,
            "timeout": _BUSY_SECONDS,
            "check_same_thread": False,
        },
    )

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        prepare(connection)

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Switches the file to write-ahead logging, which stays.

    Processes that open a new file together are refused at once while one of them switches it, the
    busy timeout notwithstanding: they try again.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
