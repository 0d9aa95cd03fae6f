"""Spans of time as people name them, in the calendar of their time zone, as bounds of a query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import TYPE_CHECKING, Final

from bot.attention import zone_of

if TYPE_CHECKING:
    from datetime import tzinfo

_WEEK: Final = 7
_SATURDAY: Final = 5
_DECEMBER: Final = 12
# What ``since:`` calls the units, and by how much a longer one is more of them.
_WRITTEN: Final = {
    "minute": (1, "min"),
    "hour": (1, "h"),
    "day": (1, "d"),
    "week": (1, "w"),
    "month": (30, "d"),
    "year": (365, "d"),
}
_LONGEST_DAYS: Final = 36_000


@dataclass(frozen=True, slots=True)
class Calendar:
    """What day it is for somebody."""

    timezone: str
    now: datetime

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self._zone).date()

    @property
    def _zone(self) -> tzinfo:
        return zone_of(self.timezone)

    def named(self, meaning: str) -> tuple[str, ...]:
        """The bounds of what needs no more words: “yesterday”, “last month”; see the phrases."""
        today = self.today
        monday = today - timedelta(days=today.weekday())
        first = today.replace(day=1)
        before_first = (first - timedelta(days=1)).replace(day=1)
        match meaning:
            case "today":
                return self.since(today)
            case "yesterday":
                return self.on(today - timedelta(days=1))
            case "before":
                return self.on(today - timedelta(days=2))
            case "this_week":
                return self.since(monday)
            case "last_week":
                return self.between(monday - timedelta(days=_WEEK), monday)
            case "this_weekend":
                saturday = today - timedelta(days=(today.weekday() - _SATURDAY) % _WEEK)
                return self.between(saturday, saturday + timedelta(days=2))
            case "last_weekend":
                return self.between(monday - timedelta(days=2), monday)
            case "this_month":
                return self.since(first)
            case "last_month":
                return self.between(before_first, first)
            case _:
                return self.since(today.replace(month=1, day=1))

    def ago(self, number: int, unit: str) -> tuple[str, ...]:
        """The last so many units."""
        times, written = _WRITTEN[unit]
        most = _LONGEST_DAYS if written in {"d", "h", "min"} else _LONGEST_DAYS // _WEEK
        return (f"since:{min(max(number, 1) * times, most)}{written}",)

    def since(self, day: date) -> tuple[str, ...]:
        """From the beginning of the day on."""
        return (f"since:{self._written(day)}",)

    def on(self, day: date) -> tuple[str, ...]:
        """The day itself."""
        return self.between(day, day + timedelta(days=1))

    def between(self, first: date, end: date) -> tuple[str, ...]:
        """From the first day on, and before the other."""
        return f"since:{self._written(first)}", f"before:{self._written(end)}"

    def days(self, first: date, last: date) -> tuple[str, ...]:
        """From one day to another, both included; of weekdays the latest such row."""
        while first > last:
            first -= timedelta(days=_WEEK)
        return self.between(first, last + timedelta(days=1))

    def month(self, month: int) -> tuple[date, date]:
        """The latest month of that number, 0 being January, that has begun: its first day, its end."""
        today = self.today
        first = date(today.year, month + 1, 1)
        if first > today:
            first = first.replace(year=today.year - 1)
        end = (
            date(first.year + 1, 1, 1)
            if first.month == _DECEMBER
            else first.replace(month=first.month + 1)
        )
        return first, end

    def weekday(self, weekday: int, *, passed: bool = False) -> date:
        """The latest such day, 0 being Monday: today is one, unless it must have ``passed``."""
        today = self.today
        back = (today.weekday() - weekday) % _WEEK
        return today - timedelta(days=back or (_WEEK if passed else 0))

    def dated(self, day: int, month: int, year: int | None) -> date | None:
        """A date; without a year the latest that is not ahead. None where there is no such day."""
        try:
            if year is not None:
                return date(year, month, day)
            this = date(self.today.year, month, day)
            return this if this <= self.today else this.replace(year=this.year - 1)
        except ValueError:
            return None

    def _written(self, day: date) -> str:
        """The day's first moment, as short as a query takes it."""
        moment = datetime.combine(day, clock_time(), self._zone)
        offset = moment.utcoffset()
        if not offset:
            return day.isoformat()
        return moment.isoformat(timespec="minutes")
