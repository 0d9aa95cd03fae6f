"""Local times through every change of the clocks, quiet hours, and what holds an alert back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attention import (
    Hold,
    chat_hold,
    digest_time,
    hold,
    next_hour,
    next_time,
    quiet_until,
    zone_of,
)
from bot.model import Cadence, Chat, Held, Quiet, Severity, Subscription

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def minute(text: str) -> int:
    hour, _, rest = text.partition(":")
    return int(hour) * 60 + int(rest)


# Zone, local time, after (UTC), the next one (UTC), why.
NEXT = [
    ("UTC", "08:00", "2026-11-25 07:59", "2026-11-25 08:00", "today"),
    ("UTC", "08:00", "2026-11-25 08:00", "2026-11-26 08:00", "behind, not at"),
    ("Europe/Paris", "08:00", "2026-03-28 12:00", "2026-03-29 06:00", "summer time began"),
    ("Europe/Paris", "08:00", "2026-10-24 12:00", "2026-10-25 07:00", "summer time ended"),
    ("Europe/Paris", "02:30", "2026-03-28 12:00", "2026-03-29 01:00", "skipped: at the end of it"),
    ("Europe/Paris", "02:30", "2026-03-29 01:00", "2026-03-30 00:30", "and only once"),
    ("Europe/Paris", "02:30", "2026-10-24 12:00", "2026-10-25 00:30", "twice: the first"),
    ("Europe/Paris", "02:30", "2026-10-25 00:30", "2026-10-26 01:30", "twice: not again"),
    ("America/New_York", "02:30", "2026-03-08 00:00", "2026-03-08 07:00", "skipped"),
    ("America/New_York", "01:30", "2026-11-01 00:00", "2026-11-01 05:30", "twice: the first"),
    ("America/New_York", "01:30", "2026-11-01 05:30", "2026-11-02 06:30", "twice: not again"),
    ("Africa/Cairo", "00:30", "2026-04-23 12:00", "2026-04-23 22:00", "midnight itself is skipped"),
    ("Africa/Cairo", "00:30", "2026-04-23 22:00", "2026-04-24 21:30", "the day after"),
    ("Africa/Cairo", "23:30", "2026-10-29 12:00", "2026-10-29 20:30", "before midnight, twice"),
    ("Africa/Cairo", "23:30", "2026-10-29 20:30", "2026-10-30 21:30", "the day after"),
    ("Asia/Tehran", "00:30", "2022-03-21 12:00", "2022-03-21 20:30", "summer time at midnight"),
    ("Asia/Tehran", "08:00", "2026-11-25 00:00", "2026-11-25 04:30", "half an hour off"),
    ("Pacific/Apia", "08:00", "2011-12-29 12:00", "2011-12-29 18:00", "29 December"),
    ("Pacific/Apia", "08:00", "2011-12-29 18:00", "2011-12-30 18:00", "30 December was left out"),
    (
        "Australia/Lord_Howe",
        "02:15",
        "2026-10-03 00:00",
        "2026-10-03 15:30",
        "half an hour skipped",
    ),
    ("Australia/Lord_Howe", "01:45", "2026-04-04 00:00", "2026-04-04 14:45", "half an hour twice"),
    ("Australia/Lord_Howe", "01:45", "2026-04-04 14:45", "2026-04-05 15:15", "not again"),
    ("America/Nuuk", "23:30", "2024-03-30 12:00", "2024-03-31 01:00", "skipped into the next day"),
    ("America/Nuuk", "23:30", "2024-03-31 01:00", "2024-04-01 00:30", "whose own time comes too"),
]


@pytest.mark.parametrize(("zone", "local", "after", "expected", "why"), NEXT)
def test_the_next_local_time(zone: str, local: str, after: str, expected: str, why: str) -> None:
    found = next_time(minute(local), ZoneInfo(zone), moment(after))
    assert found == moment(expected), why


@pytest.mark.parametrize(
    ("day", "after", "expected"),
    [
        (0, "2026-11-25 12:00", "2026-11-30 07:00"),
        (2, "2026-11-25 06:00", "2026-11-25 07:00"),
        (2, "2026-11-25 07:00", "2026-12-02 07:00"),
        (6, "2026-03-28 12:00", "2026-03-29 06:00"),
    ],
)
def test_the_next_weekday(day: int, after: str, expected: str) -> None:
    found = next_time(8 * 60, ZoneInfo("Europe/Paris"), moment(after), day)
    assert found == moment(expected)


def test_a_weekly_time_waits_a_week_more_where_its_day_was_left_out() -> None:
    friday = 4
    found = next_time(8 * 60, ZoneInfo("Pacific/Apia"), moment("2011-12-24 00:00"), friday)
    assert found == moment("2012-01-05 18:00")


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("UTC", "2026-11-25 12:00", "2026-11-25 13:00"),
        ("UTC", "2026-11-25 12:59:59", "2026-11-25 13:00"),
        ("Asia/Kolkata", "2026-11-25 12:00", "2026-11-25 12:30"),
        ("Asia/Kathmandu", "2026-11-25 12:00", "2026-11-25 12:15"),
        ("Europe/Paris", "2026-10-25 00:30", "2026-10-25 01:00"),
        ("Europe/Paris", "2026-03-29 00:30", "2026-03-29 01:00"),
        # 01:59 becomes 01:30, and 02:00 comes half an hour later.
        ("Australia/Lord_Howe", "2026-04-04 14:30", "2026-04-04 15:30"),
        # 01:59 becomes 02:30: the next full hour is 03:00.
        ("Australia/Lord_Howe", "2026-10-03 15:00", "2026-10-03 16:00"),
    ],
)
def test_the_next_full_hour(zone: str, after: str, expected: str) -> None:
    assert next_hour(ZoneInfo(zone), moment(after)) == moment(expected)


ZONES = ["Europe/Paris", "Africa/Cairo", "Asia/Tehran", "Pacific/Apia", "Australia/Lord_Howe"]
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001
    lambda each: each.replace(tzinfo=UTC)
)


@given(st.sampled_from(ZONES), st.integers(0, 1439), MOMENTS)
def test_the_next_one_is_ahead_and_within_two_days(zone: str, local: int, after: datetime) -> None:
    found = next_time(local, ZoneInfo(zone), after)
    assert after < found <= after + timedelta(hours=50)
    shown = found.astimezone(ZoneInfo(zone))
    passed = (shown.hour * 60 + shown.minute - local) % 1440
    assert passed <= 60, "at its time, or at the end of a gap"


@given(st.sampled_from(ZONES), st.integers(0, 1439), st.integers(0, 1439), MOMENTS)
def test_quiet_hours_end_once(zone: str, start: int, end: int, now: datetime) -> None:
    until = quiet_until(Quiet(start, end), zone, now)
    if until is not None:
        assert until > now
        assert quiet_until(Quiet(start, end), zone, until) is None or start == end


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("UTC", "2026-11-25 21:59", None),
        ("UTC", "2026-11-25 22:00", "2026-11-26 07:00"),
        ("UTC", "2026-11-26 06:59", "2026-11-26 07:00"),
        ("UTC", "2026-11-26 07:00", None),
        ("Europe/Paris", "2026-03-28 21:30", "2026-03-29 05:00"),
        ("Europe/Paris", "2026-10-24 21:30", "2026-10-25 06:00"),
        ("Nowhere/None", "2026-11-25 23:00", "2026-11-26 07:00"),
    ],
)
def test_quiet_hours_over_midnight(zone: str, now: str, expected: str | None) -> None:
    found = quiet_until(Quiet(22 * 60, 7 * 60), zone, moment(now))
    assert found == (None if expected is None else moment(expected))


def test_an_unknown_zone_is_utc() -> None:
    assert zone_of("Nowhere/None") is UTC


def subscription(**values: object) -> Subscription:
    return Subscription(1, 1, 0, "war", None, NOW, **values)  # type: ignore[arg-type]


NIGHT = Quiet(11 * 60, 13 * 60)  # at NOW, too
END = NOW + timedelta(hours=1)
LATER = NOW + timedelta(hours=8)


@pytest.mark.parametrize(
    ("chat", "mine", "severity", "expected"),
    [
        ({}, {}, Severity.LOW, None),
        ({"quiet": NIGHT}, {}, Severity.HIGH, Hold(END, Held.QUIET)),
        ({"quiet": NIGHT}, {}, Severity.URGENT, None),
        ({"quiet": NIGHT, "urgent_rings": False}, {}, Severity.URGENT, Hold(END, Held.QUIET)),
        ({"muted_until": LATER}, {}, Severity.URGENT, Hold(LATER, Held.MUTE)),
        ({"muted_until": NOW}, {}, Severity.LOW, None),
        ({}, {"muted_until": LATER}, Severity.URGENT, Hold(LATER, Held.MUTE)),
        ({"muted_until": END}, {"muted_until": LATER}, Severity.LOW, Hold(LATER, Held.MUTE)),
        ({}, {"cadence": Cadence.HOURLY}, Severity.URGENT, Hold(END, Held.DIGEST)),
        (
            {"muted_until": LATER},
            {"cadence": Cadence.HOURLY},
            Severity.LOW,
            Hold(LATER, Held.DIGEST),
        ),
    ],
)
def test_what_holds_an_alert_back(
    chat: dict[str, object], mine: dict[str, object], severity: Severity, expected: Hold | None
) -> None:
    where = Chat(1, "private", **chat)  # type: ignore[arg-type]
    assert hold(subscription(**mine), where, severity, NOW) == expected


def test_what_holds_a_chat_back_is_its_mute_first() -> None:
    chat = Chat(1, "private", quiet=NIGHT, muted_until=LATER)
    assert chat_hold(chat, Severity.LOW, NOW) == Hold(LATER, Held.MUTE)


@pytest.mark.parametrize(
    ("cadence", "expected"),
    [
        (Cadence.IMMEDIATE, NOW),
        (Cadence.HOURLY, moment("2026-11-25 13:00")),
        (Cadence.DAILY, moment("2026-11-26 07:30")),
        (Cadence.WEEKLY, moment("2026-11-27 07:30")),
    ],
)
def test_when_a_digest_is_due(cadence: Cadence, expected: datetime) -> None:
    mine = subscription(cadence=cadence, digest_at=minute("08:30"), digest_day=4)
    assert digest_time(mine, "Europe/Paris", NOW) == expected
