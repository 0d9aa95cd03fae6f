"""Later reports of a story edit its alert; what changes it rings once more, in reply to the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.chat.words.languages import Languages
from bot.delivery import retold
from bot.matching.matcher import Matcher
from bot.matching.ruleset import RuleSet
from bot.model import Chat, DeliveryState, Message, Source, SourceKind
from bot.service.amending import Amending
from bot.service.rendering import Rendering
from bot.store import amending, deliveries, items, people
from bot.store.owed import Standing
from bot.store.stories import ByKeys
from tests.delivery.post import CLAIRE, OLGA, YOU, Post
from tests.store.things import arrival

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Item
    from bot.store.incoming import Arrival, Placement

WAR = "topic:war"
SHARED = ("url:x",)
NAMES = {"tass": "TASS", "afp": "AFP", "dpa": "dpa", "ansa": "ANSA", "efe": "EFE"}
SOURCES = {
    key: Source(key, SourceKind.FEED, f"https://{key}.example/", name=name)
    for key, name in {**NAMES, "news": "News"}.items()
}


class Placing(ByKeys):
    """By keys, and whose title says "UPDATE" changes its story."""

    def place(
        self, conn: Connection, arrivals: Sequence[Arrival], now: datetime
    ) -> list[Placement]:
        placed = super().place(conn, arrivals, now)
        return [
            each
            if arrived.item.id == "a"
            else replace(each, kinship="near 80", changed="UPDATE" in arrived.item.title)
            for each, arrived in zip(placed, arrivals, strict=True)
        ]

    def revises(self, old: Item, new: Arrival, now: datetime) -> bool:
        return "UPDATE" in new.item.title


@pytest.fixture
def rendering() -> Rendering:
    return Rendering(Matcher(RuleSet()), Languages.read(), SOURCES)


@pytest.fixture
async def readers(post: Post) -> None:
    def work(conn: Connection) -> None:
        for chat, how in ((YOU, {}), (CLAIRE, {"every_report": True}), (OLGA, {"pictures": True})):
            people.save_chat(conn, Chat(chat, "private"), post.now())
            mine, _ = people.subscribe(conn, chat, 0, WAR, post.now())
            if how:
                people.tune(conn, mine.id, chat, **how)

    await post.store.write(work)


async def report(post: Post, name: str, source: str, title: str = "Truce", **more: Any) -> None:
    come = arrival(name, WAR, keys=SHARED, source=source, title=title, **more)
    await post.store.write(lambda conn: items.record(conn, [come], post.now(), placing=Placing()))
    if post.sender is not None:
        post.sender.wake()


async def amend(post: Post, seconds: float = 30) -> None:
    post.skip(seconds)
    wake = post.sender.wake if post.sender else lambda: None
    await Amending(post.store, wake, clock=post.now).tick()
    await post.until_settled(step=1)


@pytest.mark.usefixtures("readers")
async def test_later_reports_edit_the_alert(post: Post, rendering: Rendering) -> None:
    picture = "https://n.example/a.jpg"
    async with post.sending(render=rendering):
        await report(post, "a", "news", picture=picture)
        await post.until_settled(step=1)
        for number, source in enumerate(NAMES):
            await report(post, f"b{number}", source, picture=picture)
        await post.until_settled(step=1)
        await amend(post)
        calls = [call.method for call in post.sandbox.journal.calls]
        assert calls.count("editMessageText") == 1, "several reports are one edit"
        assert calls.count("editMessageCaption") == 1
        (mine,) = post.sandbox.answers(YOU)
        assert "also: TASS, AFP, dpa, +2" in mine.text
        assert mine.markup
        (pictured,) = post.sandbox.answers(OLGA)
        assert pictured.photo is not None
        assert "also: TASS, AFP, dpa, +2" in pictured.text
        assert len(post.sandbox.answers(CLAIRE)) == 6, "every report rings, and none is edited"
        assert "also:" not in post.sandbox.answers(CLAIRE)[0].text
        # A report more: not at once, so that edits do not use up what Telegram allows.
        await report(post, "c", "late")
        await amend(post)
        assert "+2" in post.sandbox.answers(YOU)[0].text
        await amend(post, amending.PAUSE.total_seconds())
        assert "+3" in post.sandbox.answers(YOU)[0].text
        assert post.store.read_now(amending.next_due) is None


@pytest.mark.usefixtures("readers")
async def test_the_same_source_again_is_no_news(post: Post, rendering: Rendering) -> None:
    async with post.sending(render=rendering):
        await report(post, "a", "news")
        await report(post, "b", "news")
        assert post.store.read_now(amending.next_due) is None


@pytest.mark.usefixtures("readers")
async def test_an_alert_that_waits_tells_of_all_reports(post: Post, rendering: Rendering) -> None:
    await report(post, "a", "news")
    await report(post, "b", "tass")
    async with post.sending(render=rendering):
        await post.until_settled(step=1)
        assert "also: TASS" in post.sandbox.answers(YOU)[0].text
        await amend(post)  # which changes nothing, and Telegram says so
    (edit,) = [
        each
        for each in post.store.read_now(deliveries.listed)
        if each.chat_id == YOU and each.what != "Truce"
    ]
    assert edit.state is DeliveryState.SENT


@pytest.mark.usefixtures("readers")
async def test_a_message_that_was_deleted_is_left_alone(post: Post, rendering: Rendering) -> None:
    async with post.sending(render=rendering):
        await report(post, "a", "news")
        await post.until_settled(step=1)
        (mine,) = post.sandbox.answers(YOU)
        post.sandbox.world.remove_message(mine)
        await report(post, "b", "tass")
        await post.until_settled(step=1)
        await amend(post)
    listed = post.store.read_now(
        lambda conn: deliveries.listed(conn, states=[DeliveryState.REFUSED])
    )
    assert [each.chat_id for each in listed] == [YOU]
    assert "not found" in (listed[0].reason or "")


@pytest.mark.usefixtures("readers")
async def test_a_change_rings_once_more_as_an_update(post: Post, rendering: Rendering) -> None:
    async with post.sending(render=rendering):
        await report(post, "a", "news")
        await post.until_settled(step=1)
        first = post.sandbox.answers(YOU)[0]
        await report(post, "b", "tass", title="UPDATE Truce in two places")
        await post.until_settled(step=1)
        await report(post, "c", "afp", title="UPDATE Truce in three places")
        await post.until_settled(step=1)
        _, second = post.sandbox.answers(YOU)
        assert second.text.startswith("Update: ")
        assert "two places" in second.text
        assert second.reply_to == first.id


@pytest.mark.usefixtures("readers")
async def test_an_edited_item_rings_once_more_where_it_rang(
    post: Post, rendering: Rendering
) -> None:
    async with post.sending(render=rendering):
        await report(post, "a", "news")
        await post.until_settled(step=1)

        def join(conn: Connection) -> None:
            people.save_chat(conn, Chat(1004 + 1, "private"), post.now())
            people.subscribe(conn, 1004 + 1, 0, WAR, post.now())

        await post.store.write(join)
        await report(post, "a", "news", title="UPDATE Truce off")
        await report(post, "a", "news", title="UPDATE 2 Truce off")
        await post.until_settled(step=1)
        assert [each.text.startswith("Update: ") for each in post.sandbox.answers(YOU)] == [
            False,
            True,
        ]
        assert not [call for call in post.sandbox.journal.calls if call.chat_id == 1005]


async def test_a_held_alert_tells_of_the_change_instead(post: Post, rendering: Rendering) -> None:
    def work(conn: Connection) -> None:
        people.save_chat(conn, Chat(YOU, "private"), post.now())
        mine, _ = people.subscribe(conn, YOU, 0, WAR, post.now())
        people.tune(conn, mine.id, YOU, muted_until=post.now() + timedelta(hours=1))

    await post.store.write(work)
    await report(post, "a", "news")
    await report(post, "b", "tass", title="UPDATE Truce off")
    (held,) = post.store.read_now(deliveries.listed)
    assert (held.state, held.what) == (DeliveryState.HELD, "UPDATE Truce off")


def test_names_are_told_once_and_not_its_own() -> None:
    english = Languages.read().find("en")
    assert retold.also(["AFP", "News", "afp", "A<b"], ["News"], english) == "also: AFP, A&lt;b"
    assert retold.also(["News"], ["news"], english) == ""


def test_a_long_alert_keeps_who_else_reports() -> None:
    message = Message("sendPhoto", {"photo": "x", "caption": "word " * 300})
    told = retold.told(message, mark="", also="also: AFP", reply_to=None)
    assert len(told.arguments["caption"]) <= 1024
    assert told.arguments["caption"].endswith("also: AFP")
    edit = retold.as_edit(told, Standing(7, pictured=False))
    assert edit.method == "editMessageText"
    assert "photo" not in edit.arguments
