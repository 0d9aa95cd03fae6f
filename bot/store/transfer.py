"""All that a store holds, from one database into another of either kind.

A backup is an SQLite file whatever the store is: from PostgreSQL it is written by this, and so is
PostgreSQL filled from one. It is also how a store moves from a file to PostgreSQL.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from bot.store.backup import backup_path, check_copy, copy_database
from bot.store.connections import Place
from bot.store.failures import store_error
from bot.store.migrate import exists, migrate
from bot.store.schema import items, metadata, roles, unindexed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine, Table

_PAGE: Final = 500  # rows


def export_store(place: Place, target: Path) -> None:
    """Writes what is committed at ``place`` to ``target``, an SQLite file; StoreError if it cannot.

    It is made beside the target and renamed, so a broken one never bears its name.
    """
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    _transfer(place, Place.of_file(partial))
    partial.replace(target)


def replace_store(source: Path, place: Place) -> Path | None:
    """Puts what the SQLite file ``source`` holds in the place of all that is at ``place``.

    Answers where that was kept, if there was a store: beside ``source``. One transaction: with a
    StoreError nothing has changed. A file of an older version is read, too. No service may run there.
    """
    check_copy(source)
    lock = place.lock()
    try:
        return _replace(source, place)
    finally:
        lock.release()


def _replace(source: Path, place: Place) -> Path | None:
    kept = None
    if exists(place):
        kept = backup_path(source, "restore")
        export_store(place, kept)
    with TemporaryDirectory(prefix="tocsin-") as folder:
        copy = Path(folder) / "copy.db"
        copy_database(source, copy)
        migrate(Place.of_file(copy))
        _transfer(Place.of_file(copy), place)
    return kept


def _transfer(source: Place, target: Place) -> None:
    migrate(target)
    reading, writing = source.reading_engine(1), target.writing_engine()
    try:
        with reading.begin() as here, writing.begin() as there:
            _copy(here, there)
    except DBAPIError as error:
        raise store_error(error) from error
    finally:
        reading.dispose()
        _tidy(writing)


def _copy(here: Connection, there: Connection) -> None:
    tables = metadata.sorted_tables  # those that others refer to come first
    for table in reversed(tables):
        there.execute(delete(table))
    there.execute(sql("DELETE FROM items_fts"))
    for table in tables:
        if table is roles:
            continue  # that of processes, and not of the store
        for page in _pages(here, table):
            there.execute(insert(table), page)
    # The words are indexed anew; until then every item is a candidate.
    there.execute(delete(unindexed))
    there.execute(insert(unindexed).from_select(["item"], select(items.c.number)))
    if there.dialect.name == "postgresql":
        _count_on(there)


def _pages(conn: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    rows = conn.execution_options(yield_per=_PAGE).execute(select(table)).mappings()
    for page in rows.partitions():
        yield [dict(row) for row in page]


def _count_on(conn: Connection) -> None:
    """PostgreSQL's counters of rows go on behind what was put in with its numbers."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            counter = func.pg_get_serial_sequence(table.name, column.name)
            last = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            conn.execute(select(func.setval(counter, last, False)))  # noqa: FBT003 - SQL's, not ours


def _tidy(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        # The copy is one file by itself, with no log beside it.
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA journal_mode = DELETE")  # type: ignore[union-attr]
    engine.dispose()
