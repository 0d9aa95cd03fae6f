from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from bot.errors import StoreError
from bot.store import meta, migrate, migrations
from bot.store.connections import find_place
from bot.store.engine import Store
from bot.store.schema import metadata

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

LATER = "0999"  # a revision that there will hardly be


def definitions(path: Path) -> dict[str, list[str]]:
    """What each table and index was made with, but for the search index and Alembic's own."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {
            # Neither the order of a table's columns nor that of its constraints means anything.
            name: sorted(map(str.strip, re.split(r",\s+(?![^(]*\))", " ".join(sql.split())[:-1])))
            for name, sql in rows
            if not name.startswith(("items_fts", "alembic", "sqlite_"))
        }


def set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        connection.commit()


def test_head_is_the_newest_revision() -> None:
    assert migrations.revisions()[0] == migrate.HEAD


def test_migrations_arrive_at_the_schema(database: Path, tmp_path: Path) -> None:
    Store.open(f"sqlite:///{database}").close()
    other = tmp_path / "created.db"
    engine = create_engine(f"sqlite:///{other}")
    metadata.create_all(engine)
    engine.dispose()
    assert definitions(database) == definitions(other)


def test_alembic_sees_no_difference(url: str, request: pytest.FixtureRequest) -> None:
    Store.open(url).close()
    engine = find_place(url).reading_engine(1)
    request.addfinalizer(engine.dispose)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, *_: not (name or "").startswith("items_fts")},
        )
        assert compare_metadata(context, metadata) == []


def test_a_current_schema_needs_no_alembic(database: Path) -> None:
    url = f"sqlite:///{database}"
    Store.open(url).close()
    program = (
        "import sys; from bot.store.engine import Store; Store.open(sys.argv[1]).close(); "
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, url], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.crash
def test_four_processes_open_a_new_database_at_once(url: str) -> None:
    program = (
        "import sys; from bot.store.engine import Store; from bot.store import meta, migrations\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "with Store.open(sys.argv[1]) as store:\n"
        "    store.write_now(lambda conn: meta.put(conn, sys.argv[2], 1))\n"
    )
    command = [sys.executable, "-c", program, url]
    pipe = subprocess.PIPE
    opening = [
        subprocess.Popen([*command, f"k{n}"], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for n in range(4)
    ]
    for process in opening:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in opening:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate()[1] for process in opening]
    assert errors == [""] * 4
    with Store.open(url) as store:
        assert store.read_now(lambda conn: [meta.get(conn, f"k{n}") for n in range(4)]) == [1] * 4


def test_a_newer_schema_is_left_alone(database: Path) -> None:
    Store.open(f"sqlite:///{database}").close()
    set_revision(database, "9999")
    with pytest.raises(StoreError, match=r"newer Tocsin \(schema 9999"):
        Store.open(f"sqlite:///{database}")
    assert list(database.parent.glob("*.backup-*")) == []


def test_an_older_schema_is_copied_first(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{database}"
    with Store.open(url) as store:
        store.write_now(lambda conn: meta.put(conn, "a", 1))
    # Today's revision stands in for an older one: the next one adds a table.
    today = migrate.HEAD
    monkeypatch.setattr(migrate, "HEAD", LATER)

    def upgrade(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE later (n INTEGER)")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (LATER,))

    monkeypatch.setattr(migrations, "upgrade", upgrade)
    with Store.open(url) as store:
        assert store.read_now(lambda conn: meta.get(conn, "a")) == 1
    (copy,) = database.parent.glob(f"tocsin.db.backup-{today}-*")
    assert "later" in definitions(database)
    assert "later" not in definitions(copy)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT key FROM meta").fetchall() == [("a",)]


def test_a_migration_that_fails_changes_nothing(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{database}"
    Store.open(url).close()
    before = definitions(database)
    monkeypatch.setattr(migrate, "HEAD", LATER)

    def upgrade(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE later (n INTEGER)")
        connection.exec_driver_sql("CREATE TABLE later (n INTEGER)")

    monkeypatch.setattr(migrations, "upgrade", upgrade)
    with pytest.raises(StoreError, match="already exists"):
        Store.open(url)
    assert definitions(database) == before


def test_another_programs_database_is_left_alone(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE theirs (n INTEGER)")
    with pytest.raises(StoreError, match="belongs to another program"):
        Store.open(f"sqlite:///{database}")
    assert set(definitions(database)) == {"theirs"}
