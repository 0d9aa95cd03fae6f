"""Copies of the database: one file each, taken while others use it, and put back again."""

from __future__ import annotations

import glob
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.errors import StoreError
from bot.store.failures import store_error
from bot.store.lock import ServiceLock

if TYPE_CHECKING:
    from pathlib import Path


_STAMP = "%Y%m%dT%H%M%SZ"


def copy_database(database: Path, target: Path) -> None:
    """Copies what is committed in ``database`` to ``target``; StoreError where it cannot.

    The copy is made beside the target and renamed, so a broken one never bears its name.
    """
    if not database.is_file():
        raise StoreError(f"there is no database at {database}")
    _check_apart(target, database)
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(database)) as source,
            closing(sqlite3.connect(partial)) as copy,
        ):
            source.backup(copy)
            # The copy is one file by itself, with no log beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        partial.replace(target)
    except sqlite3.Error as error:
        partial.unlink(missing_ok=True)
        raise store_error(error) from error
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error


def restore_database(source: Path, database: Path) -> Path | None:
    """Puts a copy in the place of ``database``; where that was kept, if there was one.

    StoreError where the copy is not one of ours or is damaged, or where a service runs.
    """
    lock = ServiceLock(database)
    try:
        check_copy(source)
        _check_apart(source, database)
        kept = None
        if database.exists():
            kept = backup_path(database, "restore")
            copy_database(database, kept)
        # A log of the old database must not be read into the new one.
        for ending in ("-wal", "-shm"):
            database.with_name(database.name + ending).unlink(missing_ok=True)
        copy_database(source, database)
    finally:
        lock.release()
    return kept


def _check_apart(copy: Path, database: Path) -> None:
    """A store put over itself would lose what is in its log, and a service would write to nowhere."""
    if copy.exists() and database.exists() and copy.samefile(database):
        raise StoreError(f"{copy} is the store itself; name another file")


def backup_path(database: Path, why: str) -> Path:
    """A name beside the database for a copy of it that is made now."""
    stamp = datetime.now(UTC).strftime(_STAMP)
    return database.with_name(f"{database.name}.backup-{why}-{stamp}")


def remove_backups(database: Path, before: datetime) -> None:
    """Removes the copies that migrations made of ``database`` before then."""
    for copy in database.parent.glob(f"{glob.escape(database.name)}.backup-[0-9]*-*Z"):
        made = copy.name.rpartition("-")[2]
        with suppress(ValueError, OSError):
            if datetime.strptime(made, _STAMP).replace(tzinfo=UTC) < before:
                copy.unlink()


def check_copy(source: Path) -> None:
    """Raises StoreError where a file is not a database of ours, or is damaged."""
    if not source.is_file():
        raise StoreError(f"there is no database at {source}")
    try:
        with closing(sqlite3.connect(source)) as connection:
            (health,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ours = ("alembic_version",) in tables.fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise StoreError(f"{source} is not an SQLite database; nothing was done") from error
        raise store_error(error) from error
    if health != "ok" or not ours:
        raise StoreError(f"{source} is damaged, or is not a database of Tocsin; nothing was done")
