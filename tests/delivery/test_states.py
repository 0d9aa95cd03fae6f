"""What outlives a restart, what is set aside, and what is tried again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.delivery.calls import addressed
from bot.delivery.sender import Limits
from bot.model import Chat, DeliveryState, Message, Priority, Severity
from bot.sandbox import FaultKind, groups, people
from bot.store import deliveries, items, outbox, pauses
from bot.store import people as store_people
from tests.delivery.post import CLAIRE, DESK, FORUM, MEHMET, OLGA, YOU, Post, plain_alert
from tests.delivery.test_outcomes import owed
from tests.store.things import arrival
from tests.telegram.server import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.store.outbox import OwedDelivery

SENT, REFUSED, POSTPONED = DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.POSTPONED


async def as_time_passes(post: Post, look: Callable[[], bool]) -> None:
    """Until it is so, a second going by between two looks."""

    def seen() -> bool:
        post.skip(1)
        return look()

    await eventually(seen)


async def test_a_pause_of_a_chat_outlives_a_restart(post: Post) -> None:
    post.sandbox.faults.add(FaultKind.TOO_MANY_REQUESTS, chat=DESK, retry_after=40)
    async with post.sending():
        await post.until_state(await post.owe(DESK, priority=Priority.DIGEST), POSTPONED)

    async with post.sending():
        urgent = await post.owe(DESK, priority=Priority.URGENT)  # in another lane of the chat
        await post.until_state(await post.owe(CLAIRE), SENT)  # and the others go on
        assert post.row(urgent)["state"] == DeliveryState.PENDING
        await post.until_settled(step=1)

    first, *others = (c.arrived for c in post.sandbox.journal.calls if c.chat_id == DESK)
    assert min(others) - first >= 40


async def test_a_pause_of_everyone_outlives_a_restart(post: Post) -> None:
    post.sandbox.faults.add(FaultKind.TOO_MANY_REQUESTS, times=2, retry_after=30)
    async with post.sending():
        for chat in (CLAIRE, MEHMET):
            await post.owe(chat)
        await eventually(lambda: post.calls() == [429, 429])
        await eventually(
            lambda: (
                pauses.EVERYONE
                in post.store.read_now(lambda conn: pauses.pauses_at(conn, post.now()))
            )
        )

    async with post.sending():
        await post.owe(OLGA)
        await post.until_settled(step=1)

    calls = list(post.sandbox.journal.calls)
    assert min(call.arrived for call in calls[2:]) - calls[1].arrived >= 30


async def test_a_group_remembers_what_it_got_before_a_restart(post: Post) -> None:
    """Also what was with Telegram when the program died."""
    async with post.sending(Limits(quiet=timedelta(), per_group=2)):
        await post.until_state(await post.owe(DESK), SENT)
    number = await post.owe(DESK, "lost on the way")
    await post.store.write(
        lambda conn: outbox.claim_deliveries(conn, 1, timedelta(minutes=5), post.now(), ())
    )
    async with post.sending(Limits(quiet=timedelta(), per_group=2)):
        await post.until_state(await post.owe(CLAIRE), SENT)
        assert post.row(number)["state"] == DeliveryState.IN_FLIGHT
        post.skip(30)
        await post.until_state(await post.owe(MEHMET), SENT)
        assert len(post.texts(DESK)) == 1
        post.skip(32)
        await post.until_state(number, SENT)


async def test_a_message_that_poisons_holds_up_nothing(post: Post) -> None:
    def render(delivery: OwedDelivery) -> Message:
        message = plain_alert(delivery)
        if message.arguments["text"] == "Title poison":
            raise ValueError("cannot be told")
        return message

    def work(conn: Connection) -> None:
        store_people.save_chat(conn, Chat(CLAIRE, "private"), post.now())
        store_people.subscribe(conn, CLAIRE, 0, "topic:war", post.now())
        for name in ("poison", "bread", "water"):
            items.record(conn, [arrival(name, "topic:war")], post.now())

    await post.store.write(work)
    async with post.sending(render=render):
        await as_time_passes(post, lambda: len(post.texts(CLAIRE)) == 2)
        await post.until_settled(step=60)

    assert post.texts(CLAIRE) == ["Title bread", "Title water"]
    (poison,) = post.store.read_now(lambda conn: deliveries.listed(conn, states=[REFUSED]))
    assert poison.what == "Title poison"
    assert "gave up after" in (poison.reason or "")
    assert "cannot be told" in (poison.reason or "")


async def test_a_topic_that_closes_leaves_the_forum_alone(post: Post) -> None:
    def work(conn: Connection) -> None:
        store_people.save_chat(conn, Chat(FORUM, "supergroup"), post.now())
        for thread in (2, 3):
            store_people.subscribe(conn, FORUM, thread, "topic:war", post.now())
        items.record(conn, [arrival("one", "topic:war", severity=Severity.HIGH)], post.now())

    groups.change_thread(post.sandbox.world, FORUM, 2, "close")
    await post.store.write(work)
    async with post.sending():
        await post.until_settled(step=0.5)

    told = post.store.read_now(deliveries.listed)
    assert {(each.thread_id, each.state) for each in told} == {(2, REFUSED), (3, SENT)}
    assert [call.code for call in post.sandbox.journal.calls].count(400) == 2  # and no more
    assert post.store.read_now(lambda conn: store_people.thread_refuses(conn, FORUM, 2))


async def test_a_retry_that_passes_opens_the_chat_again(post: Post) -> None:
    def refuses() -> str | None:
        chat = post.store.read_now(lambda conn: store_people.chat(conn, YOU))
        assert chat is not None
        return chat.refuses

    await post.store.write(
        lambda conn: store_people.save_chat(conn, Chat(YOU, "private"), post.now())
    )
    people.block(post.sandbox.world, YOU)
    async with post.sending():
        number = await post.owe(YOU, priority=Priority.NORMAL)
        await as_time_passes(post, lambda: post.row(number)["state"] == REFUSED)
        assert refuses()
        people.unblock(post.sandbox.world, YOU)
        await post.store.write(lambda conn: deliveries.retry(conn, [number], post.now()))
        await as_time_passes(post, lambda: post.row(number)["state"] == SENT)

    assert refuses() is None


@pytest.mark.parametrize(
    ("method", "says"), [("sendMessage", True), ("sendChatAction", None), ("editMessageText", None)]
)
def test_paid_broadcasts_say_so(method: str, says: bool | None) -> None:
    message = addressed(owed(), Message(method, {}), paid=True)
    assert message.arguments.get("allow_paid_broadcast") is says
    assert "allow_paid_broadcast" not in addressed(owed(), Message(method, {})).arguments


async def test_a_picture_and_the_text_where_telegram_cannot_fetch_it(post: Post) -> None:
    def render(delivery: OwedDelivery) -> Message:
        text = plain_alert(delivery).arguments["text"]
        if not delivery.pictures:
            return Message("sendMessage", {"text": f"{text}, all of it", "parse_mode": "HTML"})
        photo = {"photo": "https://n.example/a.jpg", "caption": text, "parse_mode": "HTML"}
        return Message("sendPhoto", photo)

    def work(conn: Connection) -> None:
        store_people.save_chat(conn, Chat(CLAIRE, "private"), post.now())
        mine, _ = store_people.subscribe(conn, CLAIRE, 0, "topic:war", post.now())
        store_people.tune(conn, mine.id, CLAIRE, pictures=True)
        items.record(conn, [arrival("one", "topic:war")], post.now())

    await post.store.write(work)
    async with post.sending(render=render) as sender:
        await post.until_settled(step=1)
        post.sandbox.faults.add(FaultKind.PICTURE_UNREACHABLE)
        await post.store.write(
            lambda conn: items.record(conn, [arrival("two", "topic:war")], post.now())
        )
        sender.wake()
        await post.until_settled(step=1)

    first, second = post.sandbox.answers(CLAIRE)
    assert (first.text, first.photo is not None) == ("Title one", True)
    assert (second.text, second.photo) == ("Title two, all of it", None)
