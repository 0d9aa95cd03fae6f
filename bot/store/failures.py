"""The one place where the database's errors become ours, in words that say what to do."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

# SQLite's primary result codes, and what a person can do about each.
_ADVICE: dict[int, str] = {
    sqlite3.SQLITE_FULL: "the disk is full; make room, nothing of this step was kept",
    sqlite3.SQLITE_BUSY: "another process is writing to the database and does not finish; "
    "is a second one running?",
    sqlite3.SQLITE_LOCKED: "another connection holds the database; try again",
    sqlite3.SQLITE_CORRUPT: "the database is damaged; stop the service and restore a backup",
    sqlite3.SQLITE_NOTADB: "the file is not an SQLite database; name another one in store.url",
    sqlite3.SQLITE_READONLY: "the database cannot be written; check the rights of the file and "
    "of its folder",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened; check that its folder exists and may "
    "be written",
    sqlite3.SQLITE_PERM: "the database may not be opened; check the rights of the file",
    sqlite3.SQLITE_IOERR: "the disk failed while the database was read or written",
    sqlite3.SQLITE_NOMEM: "the machine is out of memory",
    sqlite3.SQLITE_TOOBIG: "a text is larger than the database takes",
}
_FATAL = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def store_error(error: DBAPIError | sqlite3.Error) -> StoreError:
    """The error of ours for one of the database's; the original is its cause."""
    original = next(_causes(error), None)
    code = getattr(original, "sqlite_errorcode", None)
    # The low byte is the primary code; the rest says which read or which lock it was.
    advice = None if code is None else _ADVICE.get(code & 0xFF)
    words = str(original or error)
    result = StoreError(f"{advice} ({words})" if advice else f"the database refused: {words}")
    result.__cause__ = error
    return result


def _causes(error: BaseException) -> Iterator[sqlite3.Error]:
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        yield error.orig
    elif isinstance(error, sqlite3.Error):
        yield error
