"""A backup is an SQLite file, whatever the store is, and goes into either kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.errors import StoreError
from bot.store import items, meta, people, search
from bot.store.connections import find_place
from bot.store.engine import Store
from bot.store.schema import metadata
from bot.store.transfer import export_store, replace_store
from tests.store.things import NOW, arrival, subscriber

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.postgres import Postgres


def everything(conn: Connection) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, but for the queue of the word index."""
    return {
        table.name: sorted((dict(row) for row in conn.execute(select(table)).mappings()), key=str)
        for table in metadata.sorted_tables
        if table.name != "unindexed"
    }


def fill(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "topic:war", "query:x"))
    batch = [arrival(f"i{n}", "topic:war", keys=(f"url:{n}",)) for n in range(1200)]
    store.write_now(lambda conn: items.record(conn, batch, NOW))
    store.write_now(lambda conn: search.index_pending(conn, str.casefold, 10))
    store.write_now(lambda conn: meta.put(conn, "ключ", {"ż": None}))


def test_from_a_file_to_postgres_and_back(
    server: Postgres, tmp_path: Path, sqlite_store: Store, database: Path
) -> None:
    fill(sqlite_store)
    before = sqlite_store.read_now(everything)
    url = server.make()
    assert replace_store(database, find_place(url)) is None
    with Store.open(url) as moved:
        assert moved.read_now(everything) == before
        # Counters go on behind what came, and every item is still found.
        assert moved.write_now(
            lambda c: items.record(c, [arrival("new", keys=("url:z",))], NOW)
        ).new
        found = moved.read_now(lambda c: search.candidates(c, [["absent"]], limit=2000))
        assert len(found) == 1201
        subscribed, _ = moved.write_now(lambda c: people.subscribe(c, 1, 0, "query:y", NOW))
        assert subscribed.id == 3
        then = moved.read_now(everything)
    copy = tmp_path / "copy.db"
    export_store(find_place(url), copy)
    assert sorted(path.name for path in tmp_path.glob("copy.db*")) == ["copy.db"]
    with Store.open(f"sqlite:///{copy}") as back:
        assert back.read_now(everything) == then


def test_what_was_there_is_kept_beside_the_copy(
    postgres_store: Store, postgres_url: str, sqlite_store: Store, database: Path
) -> None:
    postgres_store.write_now(lambda conn: meta.put(conn, "a", "there"))
    sqlite_store.write_now(lambda conn: meta.put(conn, "a", "copied"))
    kept = replace_store(database, find_place(postgres_url))
    assert kept is not None
    assert postgres_store.read_now(lambda conn: meta.get(conn, "a")) == "copied"
    with Store.open(f"sqlite:///{kept}") as old:
        assert old.read_now(lambda conn: meta.get(conn, "a")) == "there"


def test_what_is_no_copy_changes_nothing(
    postgres_store: Store, postgres_url: str, tmp_path: Path
) -> None:
    postgres_store.write_now(lambda conn: meta.put(conn, "a", "there"))
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError):
        replace_store(wrong, find_place(postgres_url))
    assert postgres_store.read_now(lambda conn: meta.get(conn, "a")) == "there"
