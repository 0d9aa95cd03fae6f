"""A process does a role's work while it has the role, and not a moment longer."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from bot.errors import RoleLost
from bot.service.roster import UPKEEP, Roster
from bot.service.wakes import Wakes
from bot.store import meta
from bot.store.engine import Store
from tests.postgres import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    Join = Callable[..., Awaitable["Process"]]


class Process:
    """One that was given some roles, with what it does."""

    def __init__(self, store: Store, *given: str) -> None:
        self.store = store
        self.roster = Roster(store, given, Wakes(store), lease=timedelta(minutes=1), tick=0.02)
        self.busy: set[str] = set()

    async def work(self, role: str) -> None:
        self.busy.add(role)
        try:
            await asyncio.Future()
        finally:
            self.busy.discard(role)

    async def write(self, role: str) -> None:
        """What the role's loops do, whether or not they have noticed."""
        await self.roster.guarded(role).write(lambda conn: meta.put(conn, role, 1))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as server:
        yield server.make()


@pytest.fixture
async def join(url: str) -> AsyncIterator[Join]:
    async with AsyncExitStack() as stack:

        async def make(*given: str) -> Process:
            store = await asyncio.to_thread(Store.open, url, serving=True)
            stack.callback(store.close)
            process = Process(store, *given)
            stack.push_async_callback(process.roster.end)
            await process.roster.begin()
            loops = [process.roster.run()]
            loops += [process.roster.work(r, lambda r=r: process.work(r)) for r in given]  # type: ignore[misc]
            for loop in loops:
                task = asyncio.create_task(loop)
                stack.callback(task.cancel)
            return process

        yield make


async def until(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not look():
            await asyncio.sleep(0.005)


def stolen(conn: Connection) -> None:
    """What becomes of the roles of who froze for too long."""
    conn.execute(text("UPDATE roles SET token = 'another', until = 9999999999999, session = 0"))
    conn.execute(text("UPDATE roles SET session = pg_backend_pid()"))


async def test_who_stands_by_begins_when_the_other_has_ended(join: Join) -> None:
    one, other = await join("match", "chat"), await join("match", "poll")
    await until(lambda: one.busy == {"match", "chat"} and other.busy == {"poll"})
    assert (str(one.roster), str(other.roster)) == (
        "chat, match",
        "poll, and stands by for match",
    )
    await one.write("match")
    with pytest.raises(RoleLost):
        await other.write("match")
    await one.roster.end()
    await until(lambda: other.busy == {"poll", "match"})
    await other.write("match")
    assert other.roster.has(UPKEEP)


async def test_who_lost_a_role_stops_and_had_written_nothing_more(join: Join) -> None:
    one = await join("match")
    await until(lambda: bool(one.busy))
    one.store.write_now(stolen)
    with pytest.raises(RoleLost):
        await one.write("match")
    await until(lambda: not one.busy)
    one.store.write_now(lambda conn: conn.execute(text("DELETE FROM roles")))
    await until(lambda: one.busy == {"match"})


async def test_a_failure_that_only_says_that_the_role_is_lost_is_none(join: Join) -> None:
    one = await join("match")
    await until(lambda: bool(one.busy))

    async def fail() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await one.roster.work("match", fail)
    one.store.write_now(stolen)
    task = asyncio.create_task(one.roster.work("match", fail))
    await until(lambda: not one.busy)
    assert not task.done()
    task.cancel()


async def test_on_a_file_all_is_held_from_the_beginning(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as store:
        roster = Roster(store, ["match", "web"], Wakes(store))
        await roster.begin()
        await roster.run()
        assert roster.has("match")
        assert roster.has("web")
        assert roster.guarded("match") is store
        roster.say("chat", "nobody asks")
        assert roster.unready is None
        roster.say("match", "not yet")
        assert roster.unready == "not yet"
        await roster.end()
