"""Times of day and lengths of time as people write them: ``22h-7h``, ``2 heures 30``, ``18:30``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.attention import next_time, zone_of
from bot.model import Quiet
from bot.values import parse_duration

if TYPE_CHECKING:
    from datetime import datetime

_CLOCK: Final = r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})?)?"
_HOURS: Final = re.compile(rf"{_CLOCK}\s*(?:-|–|—|\s)\s*(?:\w+\s+)?{_CLOCK}", re.IGNORECASE)
_ONE_CLOCK: Final = re.compile(r"(\d{1,2})\s*[:.]\s*(\d{2})")
_DAY: Final = 24 * 60  # minutes
_LONGEST_MUTE: Final = timedelta(days=365)
_STEP: Final = re.compile(r"(\d{1,5})\s*([^\W\d_]*)\.?\s*")
# How lengths of time begin in the languages that people write to the bot.
_UNITS: Final = {
    "w": ("w", "sem", "haf", "нед", "أسب", "أساب"),
    "d": ("d", "j", "gün", "gun", "д", "сут", "يوم", "أيام", "ايام"),
    "h": ("h", "sa", "ч", "ساع"),
    "m": ("m", "dk", "dak", "м", "دق"),
}


def span(hours: Quiet) -> str:
    """``22:00–07:00``."""
    return f"{clock(hours.start)}–{clock(hours.end)}"


def clock(minute: int) -> str:
    """A local time, ``07:00``."""
    return "{:02}:{:02}".format(*divmod(minute, 60))


def read_hours(text: str) -> Quiet | None:
    """``22:00-07:00``, ``22h-7h``, ``22-7``; None where it is none, or an empty span."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        return None
    start, end = _minute(found[1], found[2]), _minute(found[3], found[4])
    return None if start is None or end is None or start == end else Quiet(start, end)


def read_until(text: str, timezone: str, now: datetime) -> datetime | None:
    """When a mute of ``2h``, ``1 jour`` or ``18:30`` ends; None where it is none."""
    if (at := _ONE_CLOCK.fullmatch(text)) is not None:
        minute = _minute(at[1], at[2])
        return None if minute is None else next_time(minute, zone_of(timezone), now)
    written = "".join(_steps(text))
    try:
        length = parse_duration(written)
    except ValueError:
        return None
    return now + min(length, _LONGEST_MUTE)


def _steps(text: str) -> list[str]:
    """``2 heures 30`` as ``2h``, ``30m``: each number with its unit; empty where it has none."""
    steps: list[str] = []
    at = 0
    for step in _STEP.finditer(text.lower()):
        if step.start() != at:
            return []
        at = step.end()
        unit = _unit(step[2])
        if not unit and not step[2] and steps and steps[-1].endswith("h"):
            unit = "m"
        steps.append(f"{int(step[1])}{unit}")
    return steps if at == len(text) else []


def _unit(word: str) -> str:
    """The unit that a word means: that of its longest known beginning."""
    known = {begin: unit for unit, begins in _UNITS.items() for begin in begins}
    fitting = [begin for begin in known if word.startswith(begin)]
    return known[max(fitting, key=len)] if fitting else ""


def _minute(hour: str, minutes: str | None) -> int | None:
    minute = int(hour) * 60 + int(minutes or 0)
    return minute % _DAY if int(minutes or 0) < 60 and minute <= _DAY else None  # noqa: PLR2004 - of an hour
