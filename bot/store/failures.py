"""The one place where the database's errors become ours, in words that say what to do."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError

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
# PostgreSQL's classes of SQLSTATE (its manual, appendix A), and a code that has advice of its own.
_POSTGRES: dict[str, str] = {
    "08": "PostgreSQL does not answer; is it running, and is store.url right?",
    "28": "PostgreSQL does not let Tocsin in; check the user and password in store.url",
    "3D": "there is no such database; make it with `createdb`, or correct store.url",
    "42501": "the database user may not do this; it must own the database's tables",
    "53": "the database server has run out of disk, memory or connections",
    "57": "the database server is stopping or starting; try again",
    "58": "the disk of the database server failed",
    "XX": "the database is damaged; stop the service and restore a backup",
}


def store_error(error: DBAPIError | sqlite3.Error) -> StoreError:
    """The error of ours for one of the database's; the original is its cause."""
    original = error.orig if isinstance(error, DBAPIError) else error
    advice = _advice(original)
    # What follows the first line on PostgreSQL are the values of rows: nobody else's business.
    words = (str(original or error).splitlines() or [""])[0]
    result = StoreError(f"{advice} ({words})" if advice else f"the database refused: {words}")
    result.__cause__ = error
    return result


def _advice(error: BaseException | None) -> str | None:
    if isinstance(error, sqlite3.Error):
        # The low byte is the primary code; the rest says which read or which lock it was.
        return _ADVICE.get(getattr(error, "sqlite_errorcode", -1) & 0xFF)
    # psycopg's errors have one, None where no server answered; psycopg itself is loaded only for it.
    if error is None or not hasattr(error, "sqlstate"):
        return None
    state: str = error.sqlstate or "08"
    return _POSTGRES.get(state) or _POSTGRES.get(state[:2])
