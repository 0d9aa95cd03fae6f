from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.errors import StoreError
from bot.store import meta
from bot.store.backup import copy_database, restore_database
from bot.store.engine import Store

if TYPE_CHECKING:
    from pathlib import Path


def value(path: Path) -> object:
    with Store.open(f"sqlite:///{path}") as store:
        return store.read_now(lambda conn: meta.get(conn, "a"))


def put(store: Store, text: str) -> None:
    store.write_now(lambda conn: meta.put(conn, "a", text))


def test_a_copy_of_an_open_store_is_whole_and_alone(
    sqlite_store: Store, database: Path, tmp_path: Path
) -> None:
    put(sqlite_store, "then")
    copy = tmp_path / "copy.db"
    copy_database(database, copy)
    put(sqlite_store, "now")
    assert sorted(path.name for path in tmp_path.glob("copy.db*")) == ["copy.db"]
    assert value(copy) == "then"


def test_restoring_keeps_what_was_there(
    sqlite_store: Store, database: Path, tmp_path: Path
) -> None:
    put(sqlite_store, "then")
    copy = tmp_path / "copy.db"
    copy_database(database, copy)
    put(sqlite_store, "now")
    sqlite_store.close()
    kept = restore_database(copy, database)
    assert value(database) == "then"
    assert kept is not None
    assert value(kept) == "now"


def test_restoring_where_nothing_was(sqlite_store: Store, database: Path, tmp_path: Path) -> None:
    put(sqlite_store, "then")
    other = tmp_path / "other.db"
    assert restore_database(database, other) is None
    assert value(other) == "then"


def test_a_running_service_is_not_pulled_away(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with Store.open(f"sqlite:///{database}", serving=True):
        copy_database(database, copy)
        with pytest.raises(StoreError, match="already runs"):
            restore_database(copy, database)


@pytest.mark.parametrize("content", [b"", b"no database " * 500, None])
def test_what_is_no_copy_is_not_restored(
    sqlite_store: Store, database: Path, tmp_path: Path, content: bytes | None
) -> None:
    put(sqlite_store, "here")
    sqlite_store.close()
    copy = tmp_path / "copy.db"
    if content is not None:
        copy.write_bytes(content)
    with pytest.raises(StoreError):
        restore_database(copy, database)
    assert value(database) == "here"


def test_a_copy_that_cannot_be_written(sqlite_store: Store, database: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        copy_database(database, tmp_path / "no" / "copy.db")
    with pytest.raises(StoreError, match="no database at"):
        copy_database(tmp_path / "none.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_store_is_no_copy_of_itself(database: Path) -> None:
    with Store.open(f"sqlite:///{database}") as store:
        store.write_now(lambda conn: meta.put(conn, "kept", "in the log"))
        before = database.stat().st_ino
        with pytest.raises(StoreError, match="is the store itself"):
            copy_database(database, database)
        assert database.stat().st_ino == before
    with pytest.raises(StoreError, match="is the store itself"):
        restore_database(database, database)
    with Store.open(f"sqlite:///{database}") as store:
        assert store.read_now(lambda conn: meta.get(conn, "kept")) == "in the log"
