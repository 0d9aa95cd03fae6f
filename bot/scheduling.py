"""The hours of a topic: ``Mon-Fri 08:00-20:00; Sat 10:00-14:00 Europe/Paris``. Pure.

Local times go by the clock on the wall, see :mod:`bot.attention`. A window that ends before it
begins goes over midnight and belongs to the day on which it begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

from bot.attention import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY: Final = timedelta(days=1)
_MINUTES: Final = 24 * 60
_HORIZON: Final = 16  # days: a weekly window, and one more where its day was left out
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY_DAY: Final = frozenset(range(7))
_TIMES: Final = re.compile(r"(\d{1,2}):(\d{2})[-–](\d{1,2}):(\d{2})")
_EXAMPLE: Final = '"Mon-Fri 08:00-20:00 Europe/Paris"'


@dataclass(frozen=True, slots=True)
class Window:
    """On these weekdays (0 is Monday) from ``start`` to ``end``, minutes after local midnight.

    ``end`` lies behind ``start``, on the next day where it is more than a day's minutes.
    """

    days: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a topic may ring. ``text`` is as it was written."""

    text: str
    windows: tuple[Window, ...]
    zone: str

    def opens(self, now: datetime) -> datetime | None:
        """When it may ring next; None where it may now, or never."""
        upcoming: list[datetime] = []
        for start, end in self._spans(now.astimezone(ZoneInfo(self.zone)).date()):
            if start <= now < end:
                return None
            if start > now:
                upcoming.append(start)
        return min(upcoming, default=None)

    def _spans(self, today: date) -> Iterator[tuple[datetime, datetime]]:
        zone = ZoneInfo(self.zone)
        for ahead in range(-1, _HORIZON):
            day = today + ahead * _DAY
            for window in self.windows:
                if day.weekday() not in window.days:
                    continue
                start, end = (
                    moment_of(_local(day, minute), zone) for minute in (window.start, window.end)
                )
                if start is not None and end is not None:
                    yield start, end


def parse_schedule(text: str) -> Schedule:
    """Read a schedule. Raises ``ValueError(message)`` or ``ValueError(message, hint)``."""
    parts = [part.split() for part in text.split(";")]
    zone = "UTC"
    if parts[-1] and not _is_times(parts[-1][-1]) and _day(parts[-1][-1].split("-")[0]) is None:
        last = parts[-1][-1]
        if len(parts[-1]) > 1 or len(parts) > 1 or "/" in last or _exists(last):
            zone = _zone(last)
            del parts[-1][-1]
            if not parts[-1] and len(parts) > 1:
                del parts[-1]
    return Schedule(text, tuple(window for part in parts for window in _windows(part)), zone)


def _windows(words: list[str]) -> Iterator[Window]:
    if not words:
        raise ValueError(f"must say days or hours, such as {_EXAMPLE}")
    days = _EVERY_DAY
    if not _is_times(words[0]):
        days, words = _weekdays(words[0]), words[1:]
    if not words:
        yield Window(days, 0, _MINUTES)
    for word in words:
        for piece in filter(None, word.split(",")):
            start, end = _minutes(piece)
            yield Window(days, start, end if end > start else end + _MINUTES)


def _is_times(word: str) -> bool:
    return word[:1].isdigit()


def _minutes(piece: str) -> tuple[int, int]:
    found = _TIMES.fullmatch(piece)
    if found is None:
        raise ValueError(f'must have hours such as 08:00-20:00, not "{piece}"')
    hours = [int(group) for group in found.groups()]
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if start >= _MINUTES or end > _MINUTES or hours[1] > 59 or hours[3] > 59:  # noqa: PLR2004
        raise ValueError(f'has hours that no clock shows, "{piece}"')
    return start, end


def _weekdays(word: str) -> frozenset[int]:
    days: set[int] = set()
    for piece in word.split(","):
        first, _, last = piece.replace("–", "-").partition("-")
        start = _known_day(first)
        end = _known_day(last) if last else start
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def _known_day(word: str) -> int:
    day = _day(word)
    if day is None:
        near = get_close_matches(word.casefold(), [*_DAYS, *(d[:3] for d in _DAYS)], 1)
        hint = near[0].capitalize() if near else None
        raise ValueError(
            f'must begin with a weekday such as Mon or hours such as 08:00-20:00, not "{word}"',
            hint,
        )
    return day


def _day(word: str) -> int | None:
    """``mon``, ``Mo`` or ``Monday``: as much as tells it from the others."""
    word = word.casefold().rstrip(".")
    if len(word) < 2:  # noqa: PLR2004
        return None
    found = [number for number, name in enumerate(_DAYS) if name.startswith(word)]
    return found[0] if len(found) == 1 else None


def _zone(word: str) -> str:
    if _exists(word):
        return word
    folded = {name.casefold(): name for name in available_timezones()}
    near = get_close_matches(word.casefold(), folded, 1)
    hint = folded[near[0]] if near else None
    raise ValueError(f"names a time zone that there is not, {word}", hint)


@cache
def _exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _local(day: date, minute: int) -> datetime:
    days, minute = divmod(minute, _MINUTES)
    return datetime.combine(day + days * _DAY, clock_time(*divmod(minute, 60)))
