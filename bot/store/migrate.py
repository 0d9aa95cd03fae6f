"""Brings a database to the schema of this version, once, whoever comes first."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import inspect
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.store.backup import backup_path, copy_database
from bot.store.failures import store_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from bot.store.connections import Place

# The newest revision in migrations/versions. Written here too so that a start on a current schema
# need not load Alembic, which takes longer than all the rest of opening; a test compares the two.
HEAD = "0012"


def migrate(place: Place) -> None:
    """Migrates the database at ``place`` unless it is current; StoreError where it cannot be.

    Processes that start together wait for the first one's transaction and find nothing left to do.
    An older file is copied to ``<file>.backup-<revision>-<date>`` first; on PostgreSQL the whole
    migration is one transaction, and backups are its own business.
    """
    try:
        if _has_head(place):
            return
        with _disposed(place.writing_engine()) as engine, engine.begin() as connection:
            revision = _revision(connection)
            if revision != HEAD:
                _upgrade(connection, place, revision)
    except DBAPIError as error:
        raise store_error(error) from error


def exists(place: Place) -> bool:
    """Whether there is a store, of whatever version; StoreError where that cannot be read."""
    if place.file is not None and not place.file.exists():
        return False
    try:
        with _disposed(place.reading_engine(1)) as engine, engine.begin() as connection:
            return _revision(connection) is not None
    except DBAPIError as error:
        raise store_error(error) from error


def is_current(place: Place) -> bool:
    """Whether the database is of this version's schema; StoreError where that cannot be read."""
    try:
        return _has_head(place)
    except DBAPIError as error:
        raise store_error(error) from error


def _has_head(place: Place) -> bool:
    with _disposed(place.reading_engine(1)) as engine, engine.begin() as connection:
        return _revision(connection) == HEAD


@contextmanager
def _disposed(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def _revision(connection: Connection) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" in tables:
        revision: str | None = connection.scalar(sql("SELECT version_num FROM alembic_version"))
        return revision
    if tables:
        raise StoreError("store.url: this database belongs to another program; name another file")
    return None


def _upgrade(connection: Connection, place: Place, revision: str | None) -> None:
    # Alembic is slow to load and seldom needed.
    from bot.store import migrations  # noqa: PLC0415

    if revision is not None:
        if revision not in migrations.revisions():
            raise StoreError(
                f"the database was written by a newer Tocsin (schema {revision}, this one knows "
                f"up to {HEAD}); install that version, or restore the backup made before it"
            )
        if place.file is not None:
            copy_database(place.file, backup_path(place.file, revision))
    migrations.upgrade(connection)
