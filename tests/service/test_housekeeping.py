"""What is done behind everything else: chats that were left long ago, copies of old schemas."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.service.forgetting import Forgetting
from bot.service.housekeeping import BACKUPS_KEPT, Housekeeping
from bot.store import forgetting, outbox, people
from bot.store.engine import Store
from tests.chat.room import until
from tests.store.things import NOW, subscriber

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

RETENTION = timedelta(days=90)


def refusing(conn: Connection, number: int, since: datetime) -> None:
    subscriber(conn, number, f"query:word{number}")
    outbox.chat_refuses(conn, number, "blocked", since)


async def test_who_left_long_ago_is_forgotten(tmp_path: Path) -> None:
    woken: list[bool] = []
    ended: list[str] = []
    with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as store:
        for number, days in ((1, 91), (2, 89)):
            since = NOW - timedelta(days=days)
            await store.write(partial(refusing, number=number, since=since))
        keeping = Housekeeping(
            store,
            ended=ended.append,
            forgotten=lambda: woken.append(True),
            retention=RETENTION,
            clock=lambda: NOW,
        )
        await keeping.prune()
        assert await store.read(lambda conn: people.chat(conn, 1)) is None
        assert await store.read(lambda conn: people.chat(conn, 2)) is not None
        assert (ended, woken) == (["word1"], [True])


async def test_copies_of_old_schemas_go_and_others_stay(tmp_path: Path) -> None:
    database = tmp_path / "tocsin.db"
    old, new = NOW - BACKUPS_KEPT - timedelta(days=1), NOW
    for name in (f"backup-0004-{old:%Y%m%dT%H%M%SZ}", f"backup-restore-{old:%Y%m%dT%H%M%SZ}"):
        database.with_name(f"tocsin.db.{name}").touch()
    kept = database.with_name(f"tocsin.db.backup-0005-{new:%Y%m%dT%H%M%SZ}")
    kept.touch()
    with Store.open(f"sqlite:///{database}") as store:
        store.remove_backups(NOW - BACKUPS_KEPT)
    left = sorted(path.name for path in tmp_path.glob("*.backup-*"))
    assert len(left) == 2
    assert kept.name in left
    assert any("restore" in name for name in left), "the operator's own"


async def test_a_start_scrubs_what_the_last_run_was_killed_over(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tocsin.db'}"
    with Store.open(url) as store:
        store.write_now(lambda conn: subscriber(conn, 1))
        store.write_now(lambda conn: forgetting.forget(conn, 1, 1))
    with Store.open(url) as store:
        assert store.read_now(forgetting.scrub_is_due)
        task = asyncio.create_task(Forgetting(store).run())
        await until(lambda: not store.read_now(forgetting.scrub_is_due), "clean files")
        task.cancel()
