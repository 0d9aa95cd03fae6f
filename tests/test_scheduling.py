"""The hours of a topic: what is written, when it opens, and what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.scheduling import parse_schedule

PARIS = ZoneInfo("Europe/Paris")
OFFICE = "Mon-Fri 08:00-20:00 Europe/Paris"


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("schedule", "now", "opens"),
    [
        (OFFICE, "2025-05-19T08:00", None),  # a Monday
        (OFFICE, "2025-05-19T19:59", None),
        (OFFICE, "2025-05-19T20:00", "2025-05-20T08:00"),
        (OFFICE, "2025-05-23T20:00", "2025-05-26T08:00"),
        (OFFICE, "2025-05-19T07:59", "2025-05-19T08:00"),
        ("22:00-06:00 Europe/Paris", "2025-05-19T05:59", None),
        ("22:00-06:00 Europe/Paris", "2025-05-19T06:00", "2025-05-19T22:00"),
        ("Fri 22:00-06:00 Europe/Paris", "2025-05-24T05:00", None),
        ("Fri 22:00-06:00 Europe/Paris", "2025-05-25T05:00", "2025-05-30T22:00"),
        ("Sat,Sun Europe/Paris", "2025-05-23T12:00", "2025-05-24T00:00"),
        ("Sat-Mon Europe/Paris", "2025-05-19T12:00", None),
        ("mo-fr 08:00-12:00,14:00-18:00 Europe/Paris", "2025-05-19T13:00", "2025-05-19T14:00"),
        ("Mon 08:00-09:00; Tue 10:00-11:00 Europe/Paris", "2025-05-19T09:30", "2025-05-20T10:00"),
        ("00:00-24:00 Europe/Paris", "2025-05-19T23:59", None),
        ("08:00-08:00 Europe/Paris", "2025-05-19T07:00", None),
        # The clocks go forward over 02:30: it opens behind the gap.
        ("Sun 02:30-05:00 Europe/Paris", "2025-03-30T01:30", "2025-03-30T03:00"),
    ],
)
def test_it_opens(schedule: str, now: str, opens: str | None) -> None:
    found = parse_schedule(schedule).opens(paris(now).astimezone(UTC))
    assert found == (None if opens is None else paris(opens))


def test_without_a_zone_it_is_utc() -> None:
    schedule = parse_schedule("Monday 08:00-20:00")
    assert schedule.zone == "UTC"
    assert schedule.opens(datetime(2025, 5, 19, 8, tzinfo=UTC)) is None
    assert parse_schedule("Mon-Fri CET").zone == "CET"
    assert parse_schedule("08:00–20:00; Europe/Paris").zone == "Europe/Paris"


@pytest.mark.parametrize(
    ("schedule", "message", "hint"),
    [
        ("", "must say days or hours, such as", None),
        ("Europe/Paris", "must say days or hours, such as", None),
        (
            "Mon-Fri 08:00-20:00 Europe/Pariss",
            "time zone that there is not, Europe/Pariss",
            "Europe/Paris",
        ),
        ("Mon-Fri 08:00-20:00 europe/paris", "a time zone that there is not", "Europe/Paris"),
        ("Mon-Fri 08:00-20:00 ../../etc/passwd", "a time zone that there is not", None),
        ("Mon-Fri 08:00-25:00", "has hours that no clock shows", None),
        ("Mon-Fri 08:60-20:00", "has hours that no clock shows", None),
        ("Mon-Fri 8-20", "must have hours such as 08:00-20:00", None),
        ("Mondai 08:00-20:00", "must begin with a weekday such as Mon or hours", "Monday"),
        ("Mon-Fry 08:00-20:00", 'not "Fry"', "Friday"),
        ("0 8 * * 1-5", "must have hours such as 08:00-20:00", None),
        ("M 08:00-20:00", "must begin with a weekday", None),
        ("sometimes", "must begin with a weekday", None),
        ("Mon 08:00-09:00;; Tue", "must say days or hours", None),
    ],
)
def test_what_is_wrong(schedule: str, message: str, hint: str | None) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        parse_schedule(schedule)
    assert message in raised.value.args[0]
    assert raised.value.args[1:] == (() if hint is None else (hint,)) or (
        hint is None and raised.value.args[1] is None
    )
