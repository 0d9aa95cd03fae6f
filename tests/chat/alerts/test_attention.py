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
from tests.chat.room import CLAIRE, GROUP, OWNER, now

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
    async def test_they_hold_back_and_then_deliver_one_message(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        you.says("/quiet 22:00-07:00")
        await you.sees("Quiet hours: 22:00–07:00", "Urgent alerts ring nevertheless", "UTC")
        await room.until(tomorrow(22))
        for name in ("A first truce", "A second truce", "A third truce"):
            await room.publish(name)
        await you.hears_nothing_of("truce holds")
        await room.until(tomorrow(22, 30))
        assert texts(you, "first truce") == []
        await room.until(tomorrow(7) + timedelta(days=1))
        message = await you.sees("During your quiet hours: 3 news items", "A first truce")
        assert message.text.index("first") < message.text.index("second")
        assert len(texts(you, "third truce")) == 1
        await room.tick()
        assert len(texts(you, "third truce")) == 1, "once"

    async def test_over_a_restart(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        you.says("/quiet 22:00-07:00")
        await you.sees("Quiet hours: 22:00–07:00")
        await room.until(tomorrow(23))
        await room.publish("A first truce")
        await room.publish("A second truce")
        await room.settled()
        await room.stop()
        room.start()
        await room.until(tomorrow(7) + timedelta(days=1))
        await you.sees("During your quiet hours: 2 news items")

    async def test_one_alert_alone_comes_as_itself(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        you.says("/quiet 22:00-07:00")
        await you.sees("Quiet hours: 22:00–07:00")
        await room.until(tomorrow(23))
        await room.publish("A lone truce")
        await room.until(tomorrow(7) + timedelta(days=1))
        alert = await you.sees("A lone truce")
        assert "Why?" in you.buttons(alert)

    async def test_urgent_alerts_pass_if_they_may(self, room: Room) -> None:
        you = await subscribed(room, "urgent-things")
        you.says("/quiet 22:00-07:00")
        await you.sees("Quiet hours: 22:00–07:00")
        await room.until(tomorrow(23))
        await room.publish("A zeppelin")
        await you.sees("A zeppelin")
        you.says("/quiet")
        await you.sees("Quiet hours")
        you.presses("Hold back urgent alerts too")
        await you.sees("Not even urgent alerts ring")
        await room.publish("Another zeppelin")
        await you.hears_nothing_of("Another zeppelin")
        you.presses("Let urgent alerts ring")
        await you.sees("Urgent alerts ring nevertheless")

    async def test_in_the_local_time_and_off_again(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        you.says("/timezone Asia/Tokyo")
        await you.sees("Asia/Tokyo now")
        you.says("/quiet 22h-7h")
        await you.sees("Quiet hours: 22:00–07:00", "Asia/Tokyo")
        await room.until(tomorrow(14))  # 23:00 in Tokyo
        await room.publish("A truce at night")
        await you.hears_nothing_of("at night")
        you.presses("No quiet hours")
        await you.sees("You have no quiet hours")
        await room.tick()
        await you.sees("A truce at night")

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

    @pytest.mark.parametrize("wrong", ["25:00-07:00", "22:00", "22:61-7", "x", "7-7"])
    async def test_hours_that_are_none(self, room: Room, wrong: str) -> None:
        you = room.person(OWNER)
        you.says(f"/quiet {wrong}")
        await you.sees("I cannot read these hours", "/quiet 22:00-07:00")


class TestMute:
    async def test_a_mute_holds_back_and_sends_without_a_sound(self, room: Room) -> None:
        you = await subscribed(room, "truce", "urgent-things")
        you.says("/mute 2h")
        await you.sees("I do not ring here until")
        await room.publish("A truce")
        await room.publish("An urgent zeppelin")
        await you.hears_nothing_of("zeppelin")
        await room.until(now() + timedelta(hours=2, minutes=1))
        message = await you.sees("While I was muted: 2 news items", "A truce", "zeppelin")
        assert message.silent

    async def test_resume_ends_it(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        you.says("/mute 1d")
        await you.sees("I do not ring here until")
        await room.publish("A truce")
        await room.publish("A second truce")
        you.says("/resume")
        await you.sees("I ring again.")
        await room.tick()
        await you.sees("A truce", "A second truce")
        await room.publish("A third truce")
        alert = await you.sees("A third truce")
        assert not alert.silent
        you.says("/resume")
        await you.sees("I am not muted.")

    async def test_one_topic_from_its_alert(self, room: Room) -> None:
        you = await subscribed(room, "truce", "grain")
        await room.publish("A truce")
        await you.sees("A truce")
        you.presses("Mute")
        await you.sees("For how long shall I not ring for truce?")
        you.presses("8 hours")
        await you.sees("I do not ring for truce until")
        await room.publish("A second truce")
        await room.publish("Some grain")
        await you.sees("Some grain")
        await you.hears_nothing_of("second truce")
        you.presses("Ring again now")
        await you.sees("I ring for truce again")
        await room.tick()
        await you.sees("second truce")

    async def test_without_how_long_it_asks(self, room: Room) -> None:
        you = room.person(OWNER)
        you.says("/mute")
        await you.sees("For how long shall I not ring here?")
        you.presses("8 hours")
        await you.sees("I do not ring here until")
        you.says("/settings")
        await you.sees("Quiet hours: none", "Muted until")

    async def test_what_it_cannot_read(self, room: Room) -> None:
        you = room.person(OWNER)
        you.says("/mute a while")
        await you.sees("I cannot read how long", "/mute 2h")

    async def test_in_a_group_it_is_its_admins_to_mute(self, room: Room) -> None:
        claire = room.person(CLAIRE, GROUP)
        claire.says("/mute 2h")
        await claire.sees("seuls ses administrateurs")


class TestDigests:
    async def test_a_daily_digest_at_its_hour(self, room: Room) -> None:
        you = await subscribed(room, "truce", "grain")
        you.says("/subscriptions")
        await you.sees("You have 2 subscriptions")
        you.presses("⚙️ 1. truce")
        await you.sees("truce", "When: at once", "With a sound")
        you.presses("Every day")
        await you.sees("every day at 08:00 as one message")
        you.presses("🕗 08:00")
        await you.sees("At what time shall I send the digest?")
        you.presses("18:00")
        await you.sees("every day at 18:00 as one message")
        await room.until(tomorrow(9))
        await room.publish("A truce", url="https://news.example/1")
        await room.publish("A second truce")
        await room.publish("Some grain")
        await you.sees("Some grain")
        await you.hears_nothing_of("second truce")
        await room.until(tomorrow(18))
        digest = await you.sees(
            "Your digest: 2 news items", "A truce", "A second truce", "The <Wire>"
        )
        assert you.buttons(digest) == ["Subscriptions", "Mute"]
        assert states(room)[DeliveryState.FOLDED] == 2
        await room.until(tomorrow(18) + timedelta(days=1))
        assert len(texts(you, "Your digest")) == 1, "nothing new, no digest"

    async def test_a_weekly_one_has_its_day(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        you.says("/subscriptions")
        await you.sees("You have 1 subscription")
        you.presses("⚙️ 1. truce")
        await you.sees("at once")
        you.presses("Every week")
        await you.sees("once a week (Monday) at 08:00")
        you.presses("📅 Monday")
        await you.sees("On which day")
        you.presses("Friday")
        await you.sees("once a week (Friday) at 08:00")

    async def test_an_hourly_one_that_goes_back_to_at_once(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        you.says("/subscriptions")
        await you.sees("You have 1 subscription")
        you.presses("⚙️ 1. truce")
        await you.sees("at once")
        you.presses("Every hour")
        await you.sees("every full hour")
        await room.publish("A truce")
        await you.hears_nothing_of("A truce")
        you.presses("At once")
        await you.sees("When: at once")
        await room.tick()
        await you.sees("Your digest: 1 news item", "A truce")

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
    async def test_the_least_severity(self, room: Room) -> None:
        you = await subscribed(room, "grain-deal")
        you.says("/subscriptions")
        await you.sees("You have 1 subscription")
        you.presses("⚙️ 1. Grain deal")
        await you.sees("Severity: All")
        you.presses("Only urgent")
        page = await you.sees("Severity: Only urgent")
        assert "✅ Only urgent" in you.buttons(page)
        await room.publish("The grain deal")
        await you.hears_nothing_of("The grain deal")

    async def test_without_a_sound(self, room: Room) -> None:
        you = await subscribed(room, "truce")
        await room.publish("A truce")
        assert not (await you.sees("A truce")).silent
        you.presses("Mute")
        await you.sees("For how long")
        you.presses("Always without a sound")
        await you.sees("Without a sound")
        await room.publish("A second truce")
        assert (await you.sees("A second truce")).silent

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
