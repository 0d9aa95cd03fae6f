"""No update is lost and none has its effects twice, whatever breaks between."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.chat import router
from bot.chat.dispatcher import Dispatcher
from bot.chat.receiver import Receiver
from bot.errors import StoreError, TokenRefused
from bot.sandbox import FaultKind
from bot.store import inbox, leases, schema
from bot.telegram import AiohttpRequest, introduce, make_bot
from tests.chat.room import CLAIRE, GROUP, JAMES, OWNER, Room, now, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.chat.turns.turn import Turn
    from bot.store.engine import Store

SHORT = timedelta(milliseconds=1)
PEOPLE = (OWNER, CLAIRE, JAMES)


def update(number: int, person: int, text: str) -> dict[str, Any]:
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_750_000_000,
            "chat": {"id": person, "type": "private", "first_name": "Somebody"},
            "from": {"id": person, "is_bot": False, "first_name": "Somebody"},
            "text": text,
        },
    }


class Killed(BaseException):
    """The process dies here. Not an Exception: nothing may handle it."""


class MortalStore:
    """A store whose process dies before, or just after, its so-many-th transaction."""

    def __init__(self, store: Store, death: int, *, after: bool) -> None:
        self._store = store
        self._left = death
        self._after = after

    async def read(self, work: Callable[[Connection], Any]) -> Any:
        return await self._store.read(work)

    async def write(self, work: Callable[[Connection], Any]) -> Any:
        self._left -= 1
        if self._left < 0 or (self._left == 0 and not self._after):
            raise Killed
        result = await self._store.write(work)
        if self._left == 0:
            raise Killed
        return result


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_death_at_any_transaction_loses_and_doubles_nothing(
    room: Room, *, after: bool
) -> None:
    await room.stop()
    updates = [
        update(number, person, f"/subscribe word{number}")
        for number, person in enumerate(PEOPLE * 3, 1)
    ]
    updates += [update(100 + number, person, "word") for number, person in enumerate(PEOPLE)]
    await room.store.write(lambda conn: inbox.receive(conn, updates, now()))
    deaths = 0
    while room.store.read_now(inbox.open_count):
        deaths += 1
        mortal: Any = MortalStore(room.store, 1 + deaths % 5, after=after)
        dispatcher = Dispatcher(mortal, room.bot, room.house, lambda: None, pause=SHORT)
        with pytest.raises(Killed):
            await dispatcher.run()
        assert deaths < 100
    assert deaths > 3
    for at, person in enumerate(PEOPLE):
        rules = [f"query:word{number}" for number in range(1 + at, 10, 3)]
        assert room.rules_of(person) == rules, "each once, and in order"
    told = room.store.read_now(
        lambda conn: list(conn.execute(select(schema.deliveries)).mappings())
    )
    assert len(told) == len(updates), "each answered once"


async def test_what_arrived_before_a_start_is_handled_at_it(room: Room) -> None:
    you = room.person(OWNER)
    await room.stop()
    you.says("/subscribe truce")
    you.says("/subscribe war")
    room.start()
    await you.sees("truce")
    await you.sees("war")
    assert room.rules_of(OWNER) == ["query:truce", "query:war"]


async def test_what_an_earlier_run_had_claimed_is_taken_up_at_once(room: Room) -> None:
    await room.stop()
    wanted = update(1, OWNER, "/subscribe truce")
    await room.store.write(lambda conn: inbox.receive(conn, [wanted], now()))
    await room.store.write(
        lambda conn: leases.claim(conn, leases.INBOX, limit=1, lease=timedelta(hours=1), now=now())
    )
    room.start()
    await until(lambda: room.rules_of(OWNER) == ["query:truce"], "the update to be handled")


async def test_a_defect_is_tried_a_few_times_noted_and_apologised_for(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def broken(turn: Turn) -> None:
        tries.append(turn.arguments)
        turn.say(turn.language.html("Undo"))
        raise RuntimeError("a defect")

    monkeypatch.setitem(router.COMMANDS, "broken", router.Route(broken))
    claire = room.person(CLAIRE)
    claire.says("/broken once")
    await claire.sees("Désolé, quelque chose s’est mal passé")
    await room.settled()
    assert tries == ["once"] * inbox.MAX_ATTEMPTS
    assert len(claire.messages()) == 1
    row = room.store.read_now(lambda conn: conn.execute(select(schema.inbox)).mappings().one())
    assert row["error"] == "RuntimeError: a defect"
    claire.says("/start")
    await claire.sees("Bonjour")


async def test_an_update_that_cannot_be_read_blocks_nobody(room: Room) -> None:
    strange = {"update_id": 1, "message": {"chat": {"id": OWNER}, "text": 5}}
    await room.store.write(lambda conn: inbox.receive(conn, [strange], now()))
    room.dispatcher.wake()
    await until(lambda: not room.store.read_now(inbox.open_count), "the update to be given up")
    you = room.person(OWNER)
    you.says("/help")
    await you.sees("What you can say to me")


async def test_while_telegram_cannot_be_asked_who_is_admin_the_update_waits(room: Room) -> None:
    await room.stop()
    room.telegram.faults.add(FaultKind.BAD_GATEWAY, method="getChatMember", times=5)
    you = room.person(OWNER, GROUP)
    you.says("/subscribe truce")
    room.start()
    room.dispatcher._pause = 0.001
    await you.sees("Done! I will ring for: truce")


async def test_a_full_disk_makes_updates_wait(room: Room) -> None:
    await room.stop()

    class FullDisk:
        full = 6

        async def read(self, work: Callable[[Connection], Any]) -> Any:
            return await room.store.read(work)

        async def write(self, work: Callable[[Connection], Any]) -> Any:
            self.full -= 1
            if self.full > 0 and self.full % 2 == 0:
                raise StoreError("the disk is full")
            return await room.store.write(work)

    disk: Any = FullDisk()
    await room.store.write(
        lambda conn: inbox.receive(conn, [update(1, OWNER, "/subscribe truce")], now())
    )
    dispatcher = Dispatcher(disk, room.bot, room.house, lambda: None, pause=SHORT)
    room.spawn(dispatcher.run())
    await until(lambda: room.rules_of(OWNER) == ["query:truce"], "room on the disk")


class TestReceiver:
    async def test_faults_of_the_network_are_outlived(self, room: Room) -> None:
        await room.stop()
        for kind in (FaultKind.BAD_GATEWAY, FaultKind.DROP, FaultKind.TOO_MANY_REQUESTS):
            room.telegram.faults.add(kind, method="getUpdates", retry_after=0)
        room.start()
        room.receiver._pause = 0.001
        you = room.person(OWNER)
        you.says("/help")
        await you.sees("What you can say to me")

    async def test_another_copy_takes_over_and_this_one_stops(self, room: Room) -> None:
        await room.stop()
        first = Receiver(room.store, room.bot, lambda: None)
        running = room.spawn(first.run())
        await until(lambda: room.telegram.world.updates._reader > 0, "the first poll")
        other = make_bot(room.telegram.token, room.telegram.url)
        await introduce(other)
        polling = room.spawn(Receiver(room.store, other, lambda: None).run())
        async with asyncio.timeout(5):
            await running
        assert not polling.done()
        await room.stop()
        await other.shutdown()

    async def test_a_wrong_token_ends_it_without_telling_the_token(self, room: Room) -> None:
        wrong, request = "7000000001:this-is-not-the-token-at-all", AiohttpRequest()
        bot = make_bot(wrong, room.telegram.url, updates_request=request)
        with pytest.raises(TokenRefused) as caught:
            await Receiver(room.store, bot, lambda: None).run()
        assert "not-the-token" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
        await request.shutdown()

    async def test_an_update_is_confirmed_only_when_it_is_on_disk(self, room: Room) -> None:
        await room.stop()

        class FullDisk:
            full = True

            async def read(self, work: Callable[[Connection], Any]) -> Any:
                return await room.store.read(work)

            async def write(self, work: Callable[[Connection], Any]) -> Any:
                if self.full:
                    raise StoreError("the disk is full")
                return await room.store.write(work)

        disk: Any = FullDisk()
        room.person(OWNER).says("/help")
        room.spawn(Receiver(disk, room.bot, lambda: None, pause=SHORT).run())
        asked = room.telegram.journal
        await until(
            lambda: sum(call.method == "getUpdates" for call in asked.since(0)) > 2, "tries"
        )
        assert len(room.telegram.world.updates) == 1
        disk.full = False
        await until(lambda: room.store.read_now(inbox.open_count) == 1, "the update on disk")
