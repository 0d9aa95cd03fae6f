from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, insert, select

from bot.errors import StoreError
from bot.store import meta, schema
from bot.store.connections import find_place
from bot.store.engine import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from tests.postgres import Postgres


def put(key: str, value: object = 1) -> Callable[[Connection], None]:
    return lambda conn: meta.put(conn, key, value)


def keys(conn: Connection) -> set[str]:
    return set(conn.scalars(select(schema.meta.c.key)))


async def test_what_is_written_can_be_read(store: Store) -> None:
    await store.write(put("a", {"b": [1, "é"]}))
    assert await store.read(lambda conn: meta.get(conn, "a")) == {"b": [1, "é"]}


async def test_a_work_that_fails_is_undone_alone(store: Store) -> None:
    def failing(conn: Connection) -> None:
        meta.put(conn, "bad", 1)
        raise LookupError("mine")

    # The writer is held so that all three share one transaction.
    gate = threading.Event()
    held = asyncio.ensure_future(store.write(lambda conn: gate.wait(10)))
    good = [asyncio.ensure_future(store.write(put("first"))) for _ in range(2)]
    bad = asyncio.ensure_future(store.write(failing))
    last = asyncio.ensure_future(store.write(put("last")))
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(held, *good, last)
    with pytest.raises(LookupError, match="mine"):
        await bad
    assert await store.read(keys) == {"first", "last"}


async def test_queued_works_share_commits(store: Store) -> None:
    commits = 0

    def count(conn: Connection) -> None:
        nonlocal commits
        commits += 1

    event.listen(store._writing, "commit", count)
    gate = threading.Event()
    held = asyncio.ensure_future(store.write(lambda conn: gate.wait(10)))
    works = [asyncio.ensure_future(store.write(put(f"k{n}"))) for n in range(300)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(held, *works)
    assert commits <= 3
    assert len(await store.read(keys)) == 300


async def test_answers_come_after_the_commit(store: Store) -> None:
    await store.write(put("a"))
    committed: list[str] = []
    event.listen(store._writing, "commit", lambda conn: committed.append("commit"))
    await store.write(put("b"))
    assert committed == ["commit"]


async def test_a_failing_commit_fails_all_and_keeps_nothing(store: Store) -> None:
    if store._writing.dialect.name == "postgresql":
        # The migrations make no constraint that waits for the commit: for once, one does.
        fk = "fk_story_keys_story_id"
        alter = f"ALTER TABLE story_keys ALTER CONSTRAINT {fk} DEFERRABLE INITIALLY IMMEDIATE"
        await store.write(lambda conn: conn.exec_driver_sql(alter).close())

    def break_commit(conn: Connection) -> None:
        # A deferred foreign key is checked by the commit, after every savepoint went well.
        postgres = conn.dialect.name == "postgresql"
        conn.exec_driver_sql(
            "SET CONSTRAINTS ALL DEFERRED" if postgres else "PRAGMA defer_foreign_keys = ON"
        )
        conn.execute(insert(schema.story_keys).values(key="url:x", story_id=99))

    gate = threading.Event()
    held = asyncio.ensure_future(store.write(lambda conn: gate.wait(10)))
    await asyncio.sleep(0)
    works = [
        asyncio.ensure_future(store.write(work)) for work in (put("a"), break_commit, put("b"))
    ]
    await asyncio.sleep(0)
    gate.set()
    results = await asyncio.gather(held, *works, return_exceptions=True)
    assert [type(result) for result in results[1:]] == [StoreError] * 3
    assert await store.read(keys) == set()
    await store.write(put("later"))
    assert await store.read(keys) == {"later"}


async def test_a_full_disk_is_an_error_and_not_the_end(sqlite_store: Store) -> None:
    store = sqlite_store

    def limit(conn: Connection, extra: int) -> None:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages + extra}")

    await store.write(lambda conn: limit(conn, 4))
    results = await asyncio.gather(
        store.write(put("small")), store.write(put("big", "x" * 1_000_000)), return_exceptions=True
    )
    assert isinstance(results[1], StoreError)
    assert "disk is full" in str(results[1])
    await store.write(lambda conn: limit(conn, 10_000))
    await store.write(put("big", "x" * 1_000_000))
    expected = {"big"} if isinstance(results[0], StoreError) else {"big", "small"}
    assert await store.read(keys) == expected


async def test_a_work_cancelled_in_the_queue_is_not_done(store: Store) -> None:
    gate, started = threading.Event(), threading.Event()

    def hold(conn: Connection) -> None:
        started.set()
        gate.wait(10)

    held = asyncio.ensure_future(store.write(hold))
    await asyncio.to_thread(started.wait, 10)
    cancelled = asyncio.ensure_future(store.write(put("never")))
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    gate.set()
    await held
    await store.write(put("after"))
    assert await store.read(keys) == {"after"}


async def test_a_work_cancelled_while_it_runs_is_kept(store: Store) -> None:
    gate, started = threading.Event(), threading.Event()

    def work(conn: Connection) -> None:
        started.set()
        gate.wait(10)
        meta.put(conn, "kept", 1)

    running = asyncio.ensure_future(store.write(work))
    await asyncio.to_thread(started.wait, 10)
    running.cancel()
    gate.set()
    await store.write(put("after"))
    assert await store.read(keys) == {"kept", "after"}


async def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot be written|read-only transaction"):
        await store.read(put("a"))


async def test_a_read_sees_one_snapshot(store: Store) -> None:
    await store.write(put("a"))
    looked, written = threading.Event(), threading.Event()

    def twice(conn: Connection) -> tuple[set[str], set[str]]:
        before = keys(conn)
        looked.set()
        written.wait(10)
        return before, keys(conn)

    reading = asyncio.ensure_future(store.read(twice))
    await asyncio.to_thread(looked.wait, 10)
    await store.write(put("b"))
    written.set()
    assert await reading == ({"a"}, {"a"})


def test_blocking_use(store: Store) -> None:
    assert store.write_now(lambda conn: 7) == 7
    store.write_now(put("a"))
    assert store.read_now(keys) == {"a"}


def test_closing_finishes_what_was_queued(database: Path) -> None:
    store = Store.open(f"sqlite:///{database}")
    futures = [store._writer.submit(put(f"k{n}")) for n in range(50)]
    store.close()
    assert all(future.done() for future in futures)
    with pytest.raises(StoreError, match="closed"):
        store.write_now(put("late"))
    assert not database.with_name(database.name + "-wal").exists()
    with Store.open(f"sqlite:///{database}") as again:
        assert len(again.read_now(keys)) == 50


def test_the_pragmas_are_in_force(sqlite_store: Store) -> None:
    store = sqlite_store

    def pragma(conn: Connection, name: str) -> object:
        return conn.exec_driver_sql(f"PRAGMA {name}").scalar_one()

    assert store.write_now(lambda conn: pragma(conn, "journal_mode")) == "wal"
    assert store.write_now(lambda conn: pragma(conn, "synchronous")) == 2
    assert store.write_now(lambda conn: pragma(conn, "foreign_keys")) == 1
    assert store.read_now(lambda conn: pragma(conn, "query_only")) == 1


def test_two_services_do_not_run_on_one_file(database: Path) -> None:
    url = f"sqlite:///{database}"
    with Store.open(url, serving=True) as service:
        with pytest.raises(StoreError, match="another service already runs"):
            Store.open(url, serving=True)
        with Store.open(url) as command:
            command.write_now(put("beside"))
        assert service.read_now(keys) == {"beside"}
    Store.open(url, serving=True).close()


def test_services_share_a_database_and_a_restore_has_it_alone(server: Postgres) -> None:
    url = server.make()
    place = find_place(url)
    with Store.open(url, serving=True) as service, Store.open(url, serving=True) as other:
        other.write_now(put("beside"))
        assert service.read_now(keys) == {"beside"}
        with pytest.raises(StoreError, match="another service already runs"):
            place.lock()
    restoring = place.lock()
    with pytest.raises(StoreError, match="a command has this database to itself"):
        Store.open(url, serving=True)
    restoring.release()
    Store.open(url, serving=True).close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://user:hush@127.0.0.1:1/tocsin", "PostgreSQL does not answer"),
        ("postgresql+asyncpg://127.0.0.1:1/tocsin", "PostgreSQL does not answer"),
        ("mysql://db/tocsin", "mysql is not supported"),
        ("sqlite://", "a file is needed"),
        ("sqlite:///:memory:", "a file is needed"),
        ("tocsin.db", "not a database address"),
        ("sqlite:///no/such/folder/tocsin.db", "does not exist"),
        ("sqlite:////", "is a folder"),
    ],
)
def test_addresses_that_cannot_be_used(url: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        Store.open(url)
    assert "hush" not in str(caught.value)


def test_a_file_that_is_no_database(database: Path) -> None:
    database.write_bytes(b"not a database, but long enough to be mistaken for one" * 100)
    with pytest.raises(StoreError, match="not an SQLite database"):
        Store.open(f"sqlite:///{database}")


def test_a_damaged_database(database: Path) -> None:
    with Store.open(f"sqlite:///{database}") as store:
        store.write_now(put("a", "x" * 50_000))
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        Store.open(f"sqlite:///{database}")


_WRITE_UNTIL_KILLED = """
import sys
from bot.store import meta
from bot.store.engine import Store

store = Store.open(sys.argv[1])
for n in range(1_000_000):
    store.write_now(lambda conn: meta.put(conn, f"k{n}", "x" * 500))
    print(n, flush=True)
"""


@pytest.mark.crash
def test_what_was_answered_survives_a_kill(url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _WRITE_UNTIL_KILLED, url], stdout=subprocess.PIPE, text=True
    ) as writing:
        assert writing.stdout is not None
        answered = [int(writing.stdout.readline()) for _ in range(100)]
        writing.send_signal(signal.SIGKILL)
        answered += [int(line) for line in writing.stdout if line.endswith("\n")]
    with Store.open(url) as store:
        kept = store.read_now(keys)
        count = store.read_now(
            lambda conn: conn.scalar(select(func.count()).select_from(schema.meta))
        )
    assert {f"k{n}" for n in answered} <= kept
    assert count is not None
    assert count <= len(answered) + 1
