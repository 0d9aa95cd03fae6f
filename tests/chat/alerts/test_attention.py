"""Digests, quiet hours, mutes, bursts, thresholds: set in chat, and what then rings when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.attention import Burst
from bot.chat.meaning.clocks import read_hours, read_until
from bot.matching.rules import load_rules
from bot.model import DeliveryState, Held, Quiet
from bot.store import outbox, people
from tests.chat.room import CLAIRE, OWNER, now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.chat.room import Person, Room

RULES = Path(__file__).parents[2] / "cases" / "attention"
TOMORROW = (now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)


def tomorrow(hour: int, minute: int = 0) -> datetime:
    return TOMORROW.replace(hour=hour, minute=minute)


@pytest.fixture
async def room(open_room: Callable[..., Awaitable[Room]]) -> Room:
    return await open_room(rules=load_rules(RULES))


async def subscribed(room: Room, *queries: str, who: int = OWNER) -> Person:
    you = room.person(who)
    for query in queries:
        you.says(f"/subscribe {query}")
        await you.sees("Done!")
    return you


def texts(you: Person, *words: str) -> list[str]:
    return [each.text for each in you.messages() if all(word in each.text for word in words)]


def states(room: Room) -> dict[DeliveryState, int]:
    return {state: n for state, n in room.store.read_now(outbox.counts).items() if n}


class TestQuietHours:
    async def test_alerts_on_their_way_when_they_begin_are_held(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        you.says("/quiet 22:00-07:00")
        await you.sees("Quiet hours")
        await room.until(tomorrow(21, 59))
        await room.settled()
        await room.stop()
        await room.publish("A late truce")
        assert states(room)[DeliveryState.PENDING] == 1
        room.ahead += timedelta(minutes=2)
        room.start()
        await you.hears_nothing_of("late")
        assert states(room)[DeliveryState.HELD] == 1


class TestDigests:
    async def test_a_digest_longer_than_a_message_is_several_and_loses_nothing(
        self, room: Room
    ) -> None:
        you = await subscribed(room, "truce")
        await room.store.write(
            lambda conn: people.tune(
                conn, people.subscriptions(conn, OWNER)[0].id, OWNER, cadence="hourly"
            )
        )
        titles = [f"Truce number {n:03d} 😀 " + "of many words " * 9 for n in range(120)]
        for title in titles:
            await room.publish(title)
        await room.until(now() + timedelta(hours=1))
        await you.sees("Your digest: 120 news items (1/")
        found = [each for each in you.messages() if "Your digest" in each.text]
        assert len(found) > 3
        for n in range(120):
            assert len([each for each in found if f"number {n:03d}" in each.text]) == 1
        assert all(len(each.text.encode("utf-16-le")) // 2 <= 4096 for each in found)

    async def test_unsubscribing_ends_what_was_held(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        you.says("/mute 2h")
        await you.sees("I do not ring here")
        await room.publish("A truce")
        await room.settled()
        you.says("/unsubscribe truce")
        await you.sees("I will not ring for truce any more")
        await room.until(now() + timedelta(hours=3))
        assert texts(you, "A truce") == []
        assert states(room)[DeliveryState.REFUSED] == 1

    async def test_a_story_held_for_one_subscription_rings_for_another_at_once(
        self, room: Room
    ) -> None:
        you = await subscribed(room, "truce", "holds")
        await room.store.write(
            lambda conn: people.tune(
                conn, people.subscriptions(conn, OWNER)[0].id, OWNER, cadence="hourly"
            )
        )
        await room.publish("A truce holds")
        await you.sees("A truce holds")
        await room.until(now() + timedelta(hours=1))
        assert len(texts(you, "A truce holds")) == 1, "never twice"


class TestSubscription:
    async def test_anothers_subscription_cannot_be_changed(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        mine = room.store.read_now(lambda conn: people.subscriptions(conn, OWNER))[0]
        claire = room.person(CLAIRE)
        claire.says("/topics")
        menu = await claire.sees("Sujets")
        for data in (f"o:{mine.id}", f"c:{mine.id}:daily", f"mu:{mine.id}:60", f"re:{mine.id}"):
            (menu.markup or {})["inline_keyboard"] = [[{"text": data, "callback_data": data}]]
            notice = await claire.sees_notice(claire.presses(data))
            assert "déjà supprimé" in notice["text"], data
        assert room.store.read_now(lambda conn: people.subscriptions(conn, OWNER)) == [mine]
        assert you.number == OWNER


class TestBursts:
    async def test_what_is_too_much_becomes_one_list(
        self, open_room: Callable[..., Awaitable[Room]]
    ) -> None:
        room = await open_room(rules=load_rules(RULES), burst=Burst(3))
        you = await subscribed(room, "truce", "urgent-things")
        for n in range(8):
            await room.publish(f"Truce number {n}")
            await room.settled()
        assert len(texts(you, "Truce number")) == 3
        room.ahead += timedelta(seconds=6)
        await room.tick()
        first = await you.sees("Much at once: 5 more news items", "number 3", "number 7")
        await room.publish("Truce number 8")
        await room.publish("A zeppelin")
        await you.sees("A zeppelin")
        await room.settled()
        room.ahead += timedelta(seconds=6)
        await room.tick()
        changed = await you.sees("Much at once: 6 more news items", "number 3", "number 8")
        assert changed.id == first.id
        room.ahead += timedelta(minutes=11)
        await room.publish("Truce number 9")
        assert "Why?" in you.buttons(await you.sees("Truce number 9"))
        for n in range(10):
            assert len(texts(you, f"Truce number {n}")) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("22:00-07:00", Quiet(1320, 420)),
        ("22-7", Quiet(1320, 420)),
        ("22h30 – 7h", Quiet(1350, 420)),
        ("22:00 to 07:00", Quiet(1320, 420)),
        ("24:00-6", Quiet(0, 360)),
        ("24:30-6", None),
        ("22:00-22:00", None),
        ("", None),
    ],
)
def test_hours_as_people_write_them(text: str, expected: Quiet | None) -> None:
    assert read_hours(text) == expected


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2h", 120),
        ("90m", 90),
        ("1d", 1440),
        ("2 heures 30", 150),
        ("1h30", 90),
        ("3 jours", 4320),
        ("30 dakika", 30),
        ("2 saat", 120),
        ("1 gün", 1440),
        ("2 часа", 120),
        ("1 неделя", 10080),
        ("ساعة", None),
        ("2 ساعات", 120),
        ("٣ أيام", 4320),
        ("2 أسابيع", 20160),
        ("45 دقيقة", 45),
        ("18:30", 390),
        ("9999 d", 365 * 1440),
        ("99999 d", None),
        ("25:00", None),
        ("0h", None),
        ("soon", None),
        ("2", None),
    ],
)
def test_lengths_as_people_write_them(text: str, minutes: int | None) -> None:
    at = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    expected = None if minutes is None else at + timedelta(minutes=minutes)
    assert read_until(text, "UTC", at) == expected


def test_the_reasons_are_those_of_the_record() -> None:
    assert {str(each) for each in Held} == {"digest", "quiet", "mute", "burst", "schedule"}
