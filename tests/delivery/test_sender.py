"""The sender against the sandbox, over real HTTP: every delivery ends sent or on record."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import pytest

from bot.delivery.sender import Limits, Sender
from bot.errors import StoreError, TokenRefused
from bot.model import Chat, DeliveryState, Message, Priority, Severity
from bot.sandbox import FaultKind, groups, people
from bot.sandbox.records import Person, Status
from bot.store import items, outbox
from bot.store import people as store_people
from bot.telegram import make_bot
from tests.delivery.post import CLAIRE, DESK, FORUM, MEHMET, OLGA, YOU, Post, open_post, plain_alert
from tests.store.things import NOW, arrival
from tests.telegram.server import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.store.engine import Store
    from bot.store.outbox import OwedDelivery

SENT, REFUSED, POSTPONED = DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.POSTPONED
PENDING, IN_FLIGHT = DeliveryState.PENDING, DeliveryState.IN_FLIGHT
NO_QUIET = timedelta()

T = TypeVar("T")


async def test_an_answer_arrives_and_is_on_record(post: Post) -> None:
    async with post.sending() as sender:
        number = await post.owe(CLAIRE, "bonjour")
        row = await post.until_state(number, SENT)

    assert post.texts(CLAIRE) == ["bonjour"]
    assert row["message_id"] == post.sandbox.answers(CLAIRE)[0].id
    assert row["lease_token"] is None
    assert sender.totals == {"sent": 1}


async def test_an_alert_is_rendered_when_it_leaves(post: Post) -> None:
    def work(conn: Connection) -> None:
        store_people.save_chat(conn, Chat(FORUM, "supergroup"), post.now())
        store_people.subscribe(conn, FORUM, 2, "topic:war", post.now())
        items.record(conn, [arrival("one", "topic:war", severity=Severity.HIGH)], post.now())

    async with post.sending() as sender:
        await post.store.write(work)
        sender.wake()
        await post.until_settled()

    assert [(m.text, m.thread_id) for m in post.sandbox.answers(FORUM)] == [("Title one", 2)]


async def test_what_is_owed_before_the_start_leaves_in_order_of_priority(post: Post) -> None:
    for chat, priority in [
        (YOU, Priority.DIGEST),
        (CLAIRE, Priority.NORMAL),
        (MEHMET, Priority.URGENT),
        (OLGA, Priority.ANSWER),
    ]:
        await post.owe(chat, priority=priority)
    async with post.sending(Limits(quiet=NO_QUIET, in_flight=1)):
        await post.until_settled()

    assert [call.chat_id for call in post.sandbox.journal.calls] == [OLGA, MEHMET, CLAIRE, YOU]


async def test_a_chats_limit_keeps_up_nobody_else(post: Post) -> None:
    post.sandbox.faults.add(FaultKind.TOO_MANY_REQUESTS, chat=DESK, retry_after=40)
    async with post.sending():
        slow = await post.owe(DESK)
        row = await post.until_state(slow, POSTPONED)
        await post.until_state(await post.owe(CLAIRE), SENT)

        assert timedelta(seconds=38) < row["not_before"] - post.now() <= timedelta(seconds=40)
        post.skip(20)
        await post.until_state(await post.owe(MEHMET), SENT)
        assert post.calls(DESK) == [429]
        post.skip(21)
        await post.until_state(slow, SENT)

    assert post.calls(DESK) == [429, 200]


async def test_a_chat_told_to_wait_gets_nothing_meanwhile(post: Post) -> None:
    post.sandbox.faults.add(FaultKind.TOO_MANY_REQUESTS, chat=DESK, retry_after=40)
    async with post.sending():
        await post.until_state(await post.owe(DESK, priority=Priority.DIGEST), POSTPONED)
        await post.owe(DESK, priority=Priority.URGENT)  # not behind the other one
        await post.until_settled(step=1)

    first, *others = (call.arrived for call in post.sandbox.journal.calls)
    assert min(others) - first >= 40


async def test_a_limit_of_the_whole_bot_stops_everyone(post: Post) -> None:
    post.sandbox.faults.add(FaultKind.TOO_MANY_REQUESTS, times=2, retry_after=30)
    async with post.sending():
        await post.owe(CLAIRE)
        await post.owe(MEHMET)
        await eventually(lambda: post.calls() == [429, 429])
        await post.owe(OLGA)
        await post.until_settled(step=1)

    calls = list(post.sandbox.journal.calls)
    assert sorted(post.calls(), key=str) == [200, 200, 200, 429, 429]
    assert min(call.arrived for call in calls[2:]) - calls[1].arrived >= 30


async def test_a_chat_that_blocks_is_tried_twice_and_others_go_on(post: Post) -> None:
    await post.store.write(
        lambda conn: store_people.save_chat(conn, Chat(CLAIRE, "private"), post.now())
    )
    people.block(post.sandbox.world, CLAIRE)
    numbers = [await post.owe(CLAIRE, f"{n}") for n in range(3)]
    async with post.sending() as sender:
        await post.until_state(await post.owe(MEHMET), SENT)
        await post.until_settled(step=1)

    assert post.calls(CLAIRE) == [403, 403]
    for number in numbers:
        assert post.row(number)["state"] == REFUSED
        assert "blocked" in post.row(number)["reason"]
    chat = await post.store.read(lambda conn: store_people.chat(conn, CLAIRE))
    assert chat is not None
    assert chat.refuses is not None
    assert "blocked" in chat.refuses
    assert sender.totals["chat refuses"] == 1


async def test_an_unknown_chat_is_a_refusing_chat(post: Post) -> None:
    number = await post.owe(999_999)
    async with post.sending():
        await post.until_settled(step=1)

    assert post.row(number)["state"] == REFUSED
    assert post.calls(999_999) == [400, 400]


# Two messages to a chat in one second, for tests in which time does not matter.
UNPACED = Limits(per_chat=100, quiet=NO_QUIET)


async def test_refused_markup_goes_as_plain_text(post: Post) -> None:
    post.sandbox.world.limiter.limits.per_chat_per_second = 0
    number = await post.owe(CLAIRE, "<b>a &lt; b</i> <x>", parse_mode="HTML")
    async with post.sending(UNPACED):
        await post.until_settled()

    assert post.row(number)["state"] == SENT
    assert post.texts(CLAIRE) == ["a < b"]
    assert post.calls(CLAIRE) == [400, 200]


async def test_a_refused_message_is_on_record_and_the_next_one_goes(post: Post) -> None:
    post.sandbox.world.limiter.limits.per_chat_per_second = 0
    bad = await post.owe(CLAIRE, "x" * 5000)
    empty = await post.owe(CLAIRE, "<b></b>", parse_mode="HTML")
    good = await post.owe(CLAIRE, "fine")
    async with post.sending(UNPACED):
        await post.until_settled()

    assert post.row(bad)["state"] == REFUSED
    assert "too long" in post.row(bad)["reason"]
    assert post.row(empty)["state"] == REFUSED
    assert post.row(good)["state"] == SENT
    assert post.calls(CLAIRE) == [400, 400, 400, 200]


async def test_a_lost_answer_repeats_the_message_and_loses_nothing(tmp_path: Path) -> None:
    async with open_post(tmp_path, read_timeout=0.1) as post:
        post.sandbox.faults.add(FaultKind.ACCEPT_THEN_DELAY, seconds=5)
        number = await post.owe(CLAIRE, "once or twice")
        async with post.sending():
            await post.until_settled(step=0.5)

        assert post.row(number)["state"] == SENT
        assert post.texts(CLAIRE) == ["once or twice"] * 2


@pytest.mark.parametrize(
    ("kind", "copies"),
    [
        (FaultKind.BAD_GATEWAY, 1),
        (FaultKind.INTERNAL_ERROR, 1),
        (FaultKind.DROP, 1),
        (FaultKind.ACCEPT_THEN_BAD_GATEWAY, 6),
        (FaultKind.ACCEPT_THEN_DROP, 6),
    ],
)
async def test_a_network_in_trouble_loses_nothing(post: Post, kind: FaultKind, copies: int) -> None:
    post.sandbox.faults.add(kind, times=5)
    number = await post.owe(CLAIRE)
    async with post.sending():
        await post.until_settled(step=1)

    assert post.row(number)["state"] == SENT
    assert len(post.texts(CLAIRE)) == copies


def postponed(sender: Sender, times: int) -> bool:
    return sender.totals["postponed"] >= times


async def test_nobody_listens_for_a_day(post: Post) -> None:
    address = (post.sandbox.host, post.sandbox.port)
    await post.sandbox.stop()
    numbers = [await post.owe(chat) for chat in (YOU, CLAIRE, MEHMET, OLGA)]
    async with post.sending() as sender:
        for hour in range(24):
            post.skip(3600)
            await eventually(partial(postponed, sender, 4 * (hour + 1)))
        post.sandbox.host, post.sandbox.port = address
        await post.sandbox.start()
        await post.until_settled(step=10)

    assert {post.row(number)["state"] for number in numbers} == {SENT}


async def test_order_within_a_chat_through_all_faults(post: Post) -> None:
    for kind in (FaultKind.BAD_GATEWAY, FaultKind.DROP, FaultKind.ACCEPT_THEN_DROP):
        post.sandbox.faults.add(kind, times=None, share=0.2)
    post.sandbox.faults.add(FaultKind.TOO_MANY_REQUESTS, times=None, share=0.1)
    for number in range(12):
        await post.owe(CLAIRE, f"{number:02}")
        await post.owe(DESK, f"{number:02}")
    async with post.sending():
        await post.until_settled(step=2)

    for chat in (CLAIRE, DESK):
        texts = post.texts(chat)
        assert texts == sorted(texts)
        assert set(texts) == {f"{number:02}" for number in range(12)}


async def test_a_burst_to_a_hundred_chats_is_never_too_fast(post: Post) -> None:
    post.sandbox.world.limiter.limits.messages_per_second = 60
    readers = range(5000, 5100)
    for reader in readers:
        chat = post.sandbox.world.add_person(Person(reader, f"Reader {reader}"))
        chat.members[post.sandbox.world.bot.id] = Status.MEMBER
        await post.owe(reader)
    post.sandbox.faults.add(FaultKind.LATENCY, times=None, seconds=0.02)
    async with post.sending(Limits(per_second=60, quiet=NO_QUIET)):
        await post.until_settled()

    assert post.calls() == [200] * 100
    assert 1 < post.sandbox.journal.most_in_flight <= 4


async def test_a_group_gets_twenty_a_minute_without_a_refusal(post: Post) -> None:
    for number in range(25):
        await post.owe(DESK, str(number))
    async with post.sending():
        await post.until_settled(step=0.5)

    assert post.calls(DESK) == [200] * 25
    times = [call.arrived for call in post.sandbox.journal.calls]
    assert times[20] - times[0] >= 60


async def test_a_restart_remembers_what_was_sent(post: Post) -> None:
    async with post.sending():
        await post.until_state(await post.owe(CLAIRE), SENT)
    async with post.sending():
        await post.owe(CLAIRE)
        await post.until_settled()

    assert post.calls(CLAIRE) == [200, 200]


async def test_a_start_keeps_still_for_a_moment(post: Post) -> None:
    await post.owe(CLAIRE)
    began = post.clock()
    async with post.sending(Limits(quiet=timedelta(seconds=0.3))):
        await post.until_settled()

    assert post.sandbox.journal.calls[0].arrived - began >= 0.3


async def claimed_by_the_dead(post: Post, number: int) -> None:
    claim = await post.store.write(
        lambda conn: outbox.claim_deliveries(conn, 4, timedelta(minutes=5), post.now(), ())
    )
    assert [owed.id for owed in claim.rows] == [number]


async def test_what_a_killed_run_held_is_taken_up_at_once(post: Post) -> None:
    number = await post.owe(CLAIRE)
    await claimed_by_the_dead(post, number)
    async with post.sending():
        await post.until_state(number, SENT)

    assert post.texts(CLAIRE) == ["hello"]


async def test_beside_others_it_waits_for_the_lease(post: Post) -> None:
    number = await post.owe(CLAIRE)
    await claimed_by_the_dead(post, number)
    async with post.sending(alone=False):
        await post.until_state(await post.owe(MEHMET), SENT)
        assert post.row(number)["state"] == IN_FLIGHT
        post.skip(301)
        await post.until_state(number, SENT)


async def test_a_lease_that_ends_while_the_machine_sleeps_repeats_nothing(post: Post) -> None:
    post.sandbox.faults.add(FaultKind.LATENCY, seconds=0.2)
    number = await post.owe(CLAIRE)
    async with post.sending():
        await eventually(lambda: post.sandbox.journal.in_flight == 1)
        post.skip(600)
        await post.until_state(number, SENT)

    assert post.texts(CLAIRE) == ["hello"]


async def test_a_stop_waits_for_the_answers_on_their_way(post: Post) -> None:
    post.sandbox.faults.add(FaultKind.LATENCY, seconds=0.2)
    number = await post.owe(CLAIRE)
    async with post.sending():
        await eventually(lambda: post.sandbox.journal.in_flight == 1)

    assert post.row(number)["state"] == SENT


async def test_a_stop_does_not_wait_for_ever(post: Post) -> None:
    post.sandbox.faults.add(FaultKind.LATENCY, seconds=60)
    number = await post.owe(CLAIRE)
    async with post.sending(Limits(quiet=NO_QUIET, grace=timedelta(seconds=0.05))):
        await eventually(lambda: post.sandbox.journal.in_flight == 1)

    assert post.row(number)["state"] == PENDING
    assert post.row(number)["lease_token"] is None


async def test_cancelled_while_it_claims_it_gives_back(post: Post) -> None:
    number = await post.owe(CLAIRE)
    store = Slow(post.store)
    sender = Sender(
        store,  # type: ignore[arg-type] # the two methods that are used
        post.bot,
        plain_alert,
        alone=False,
        now=post.now,
        clock=post.clock,
        limits=Limits(quiet=NO_QUIET),
    )
    task = asyncio.create_task(sender.run())
    await store.written.wait()
    assert post.row(number)["state"] == IN_FLIGHT
    task.cancel()
    store.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert post.row(number)["state"] == PENDING
    assert post.calls() == []


async def test_an_edit_that_changes_nothing_is_done(post: Post) -> None:
    async with post.sending():
        row = await post.until_state(await post.owe(CLAIRE, "same"), SENT)
        edit = Message("editMessageText", {"message_id": row["message_id"], "text": "same"})
        again = await post.owe_call(CLAIRE, edit)
        await post.until_settled(step=1)

    assert post.row(again)["state"] == SENT


async def test_the_answer_to_a_press_takes_no_slot(post: Post) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Mute", "callback_data": "a:m:1"}]]}
    async with post.sending():
        row = await post.until_state(await post.owe(CLAIRE, reply_markup=keyboard), SENT)
        post.skip(2)
        message = post.sandbox.world.message(post.sandbox.world.chat(CLAIRE), row["message_id"])
        query = post.sandbox.press(CLAIRE, message, "Mute")
        answer = Message("answerCallbackQuery", {"callback_query_id": query.id, "text": "Done"})
        began = time.monotonic()
        await post.owe_call(CLAIRE, answer)
        await post.owe(CLAIRE, "and more")
        await post.until_settled()

    assert query.answer is not None
    assert time.monotonic() - began < 0.9


async def test_a_group_that_became_a_supergroup(post: Post) -> None:
    def work(conn: Connection) -> None:
        store_people.save_chat(conn, Chat(DESK, "group", "Desk", "fr"), post.now())
        store_people.subscribe(conn, DESK, 0, "topic:war", post.now())

    await post.store.write(work)
    number = await post.owe(DESK, "after the move")
    new = groups.upgrade(post.sandbox.world, DESK).id
    async with post.sending() as sender:
        await post.until_settled(step=1)

    assert post.texts(new) == ["after the move"]
    assert post.row(number)["chat_id"] == new
    assert sender.totals["chat moved"] == 1
    kept = await post.store.read(lambda conn: store_people.subscriptions(conn, new))
    assert [subscription.rule for subscription in kept] == ["topic:war"]


async def test_a_group_that_moved_before_it_was_ever_saved(post: Post) -> None:
    number = await post.owe(DESK, "unknown")
    new = groups.upgrade(post.sandbox.world, DESK).id
    async with post.sending():
        await post.until_settled(step=1)

    assert post.row(number)["state"] == SENT
    assert post.texts(new) == ["unknown"]


def one_bad_alert(conn: Connection) -> None:
    for chat in (CLAIRE, MEHMET):
        store_people.save_chat(conn, Chat(chat, "private"), NOW)
        store_people.subscribe(conn, chat, 0, "topic:war", NOW)
    items.record(conn, [arrival("one", "topic:war")], NOW)


async def test_a_defect_over_one_delivery_keeps_back_no_other(post: Post) -> None:
    def render(owed: OwedDelivery) -> Message:
        if owed.chat_id == CLAIRE:
            raise ValueError("nobody foresaw this")
        return plain_alert(owed)

    await post.store.write(one_bad_alert)
    async with post.sending(render=render):
        await post.until_settled(step=5)

    assert post.texts(MEHMET) == ["Title one"]
    rows = [post.row(number) for number in (1, 2)]
    refused = next(row for row in rows if row["chat_id"] == CLAIRE)
    assert refused["state"] == REFUSED
    assert refused["reason"] == "gave up after 5 tries: ValueError: nobody foresaw this"


async def test_a_token_that_is_no_more_stops_the_service_and_loses_nothing(post: Post) -> None:
    number = await post.owe(CLAIRE)
    right, post.bot = (
        post.bot,
        make_bot("7000000001:wrong", post.sandbox.url, request=post.bot.request),
    )
    with pytest.raises(TokenRefused):
        await Sender(post.store, post.bot, plain_alert, now=post.now, clock=post.clock).run()
    post.bot = right

    assert post.row(number)["state"] == PENDING
    async with post.sending():
        await post.until_state(number, SENT)


class FullDisk:
    """A store that refuses to write while ``full``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.full = False
        self.refused = 0
        self.works = 0

    async def write(self, work: Callable[[Connection], T]) -> T:
        self.works += 1
        if self.full:
            self.refused += 1
            raise StoreError("database or disk is full")
        return await self._store.write(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        self.works += 1
        return await self._store.read(work)


class Slow(FullDisk):
    """A store that answers a write only when the ``gate`` is open, long after its commit."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.written = asyncio.Event()
        self.gate = asyncio.Event()

    async def write(self, work: Callable[[Connection], T]) -> T:
        result = await super().write(work)
        self.written.set()
        await self.gate.wait()
        return result


async def test_a_full_disk_holds_up_and_repeats_nothing(post: Post) -> None:
    disk = FullDisk(post.store)
    post.sandbox.faults.add(FaultKind.LATENCY, seconds=0.05)
    first = await post.owe(CLAIRE, "first")
    async with post.sending(store=disk):  # type: ignore[arg-type] # the two methods that are used
        await eventually(lambda: post.sandbox.journal.in_flight == 1)
        disk.full = True
        second = await post.owe(MEHMET, "second")
        await eventually(lambda: disk.refused >= 2)
        assert post.row(first)["state"] == IN_FLIGHT
        disk.full = False
        await post.until_settled()

    assert post.row(second)["state"] == SENT
    assert post.texts(CLAIRE) == ["first"]
    assert disk.refused < 10


async def test_it_looks_again_by_itself_and_does_not_spin(post: Post) -> None:
    store = FullDisk(post.store)
    post.sandbox.faults.add(FaultKind.BAD_GATEWAY)
    number = await post.owe(CLAIRE)
    async with post.sending(store=store):  # type: ignore[arg-type] # the two methods that are used
        await post.until_state(number, SENT)

    assert store.works < 20


async def test_a_woken_sender_answers_at_once(post: Post) -> None:
    async with post.sending():
        await post.until_state(await post.owe(CLAIRE), SENT)
        took = []
        for _ in range(5):
            began = time.monotonic()
            post.skip(2)
            number = await post.owe(CLAIRE)
            await post.until_state(number, SENT)
            took.append(time.monotonic() - began)

    assert min(took) < 0.1
