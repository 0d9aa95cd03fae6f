"""Dates as feeds and pages write them, in many orders and languages.

No dictionary of everything: a handful of shapes, month names of two dozen languages. What
fits none of them is None; a wrong date is worse than no date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from bot.sources.date_names import MONTHS, WEEKDAYS, WHOLE_MONTHS

OLDEST_YEAR = 1995
_FUTURE = timedelta(days=1)

_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "bst": 1, "cet": 1, "cest": 2, "eet": 2,
    "eest": 3, "msk": 3, "trt": 3, "tsi": 3, "est": -5, "edt": -4, "cdt": -5, "mst": -7,
    "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip

_WORD = re.compile(r"[^\W\d_]+(?:’[^\W\d_]+)?")
# A time run together with the date behind or before it, as copied pages have it: 13:2418/05/2025.
_GLUED_AFTER = re.compile(r"(?<!\d)(\d{1,2}:\d{2}(?::\d{2})?)(?=\d{1,4}[./-]\d{1,2}[./-]\d)")
_GLUED_BEFORE = re.compile(r"(\d{1,2}[./-]\d{1,2}[./-]\d{4})(?=\d{1,2}:\d{2})")
# In the form that texts are searched in: 년 and 월 fall into their letters there.
_YEAR_FIRST = re.compile(
    unicodedata.normalize(
        "NFKD",
        r"(?<![\d-])(\d{4})(?:[-/]|\.\s?|(?:년|年)\s*)(\d{1,2})(?:[-/]|\.\s?|(?:월|月)\s*)(\d{1,2})(?!\d)",
    )
)
_NUMERIC = re.compile(r"(?<![\d-])(?<!\d[./])(\d{1,2})([/-]|\.\s?)(\d{1,2})\2(\d{4})(?!\d)")
# 18.05.25: with slashes the year might as well come first.
_SHORT_YEAR = re.compile(r"(?<![\d.-])(\d\d)\.(\d\d)\.(\d\d)(?![\d.])")
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2}) thang (\d{1,2}),? nam (\d{4})(?!\d)")
# The vowel signs of Indian scripts are no letters.
_NAME = r"(?:[^\W\d_]|[\u0900-\u0963])"
_DAY_NAME = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:\.|er|ª|º|st|nd|rd|th)?[\s.-]+(?:de\s+)?({_NAME}{{2,}})\.?,?[\s.-]+(?:de\s+)?(\d{{4}})(?!\d)",
    re.IGNORECASE,
)
_NAME_DAY = re.compile(
    rf"({_NAME}{{2,}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})(?!\d)", re.IGNORECASE
)
_YEAR_NAME = re.compile(rf"(?<!\d)(\d{{4}})\.?\s+({_NAME}{{3,}})\.?\s+(\d{{1,2}})(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d:+-])(\d{1,2})(?:\s?[:hHч.時时]\s?(\d{2})分?(?::(\d{2})(?:[.,]\d+)?)?|\s?[hH](?!\w))"
    r"(?:\s?([ap]\.?m\b\.?))?(?!\d)\s*",
    re.IGNORECASE,
)
_HALF_DAY = re.compile(r"\d\s?[ap]\.?m\b")
_OFFSET = re.compile(r"\(?(?:utc|gmt)?\s?([+-])(\d{1,2}):?(\d{2})?(?![\d:])")
# RFC 822 as nearly all of RSS has it: read without looking for dates in words.
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
# ISO 8601 without its signs, as agencies write it; the day alone counts, too.
_COMPACT = re.compile(r"[0-9]{8}(?:T?[0-9]{4}(?:[0-9]{2})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_RFC_822 = re.compile(
    r"[A-Z][a-z]{2}, (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|([+-])(\d\d)(\d\d))"
)
_SHORT_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}
_EPOCH = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text: the moment in UTC, where it stood, whether a time of day was with it."""

    moment: datetime
    has_time: bool
    rest: str


def read_date(text: str, *, zone: tzinfo = UTC, now: datetime | None = None) -> datetime | None:
    """The moment that a date field names; None when it is unreadable or cannot be true.

    ``zone`` is for times that name none. A day without a time is its midnight. Seconds (or
    milliseconds) since 1970 are understood.
    """
    text = text.strip()
    # As almost all feeds write them.
    if (moment := _rfc_3339(text) or _rfc_822(text) or _compact(text, zone)) is not None:
        return believable(moment, now)
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        seconds = seconds / 1000 if seconds >= 1e11 else seconds  # noqa: PLR2004 (the year 5138)
        return believable(datetime.fromtimestamp(seconds, UTC), now)
    found = find_date(text, zone=zone)
    return believable(found.moment, now) if found else None


def _rfc_3339(text: str) -> datetime | None:
    if not _RFC_3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(microsecond=0).astimezone(UTC)
    except (ValueError, OverflowError):  # a leap second, say
        return None


def _compact(text: str, zone: tzinfo) -> datetime | None:
    if not _COMPACT.fullmatch(text):
        return None
    day, clock = text[:8], text[8:].removeprefix("T")
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}" if clock else day)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _rfc_822(text: str) -> datetime | None:
    found = _RFC_822.fullmatch(text)
    if found is None or found[2] not in _SHORT_MONTHS:
        return None
    day, month, year, hour, minute, second = (
        *(int(found[1]), _SHORT_MONTHS[found[2]], int(found[3])),
        *(int(found[4]), int(found[5]), min(int(found[6]), 59)),
    )
    offset = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0))
    try:
        zone = timezone(-offset if found[7] == "-" else offset)
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def believable(moment: datetime | None, now: datetime | None) -> datetime | None:
    """The moment, unless it lies before 1995 or more than a day behind ``now``."""
    if moment is None or moment.year < OLDEST_YEAR:
        return None
    return None if now is not None and moment > now + _FUTURE else moment


def find_date(text: str, *, zone: tzinfo = UTC) -> FoundDate | None:
    """The first date in a short text, with its time of day where there is one."""
    text = _GLUED_BEFORE.sub(r"\1 ", _GLUED_AFTER.sub(r"\1 ", _plain(text)))
    for find in (_year_first, _numeric, _day_name, _name_day, _year_name, _vietnamese, _short_year):
        if found := find(text):
            day, start, end = found
            return _with_time(day, text[:start], text[end:], zone)
    return None


def _plain(text: str) -> str:
    """Folded for names: no case, no accents, one letter i, ordinary digits and spaces."""
    text = text.casefold().replace("ı", "i").replace("'", "’")
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKD", text)
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in text
        if not unicodedata.combining(char) and unicodedata.category(char) != "Cf"
    )


def _names(table: str) -> dict[str, int]:
    return {
        word: number
        for line in _plain(table).strip().splitlines()
        for number, word in enumerate(line.split())
    }


_MONTH_NUMBERS = _names(MONTHS)
_WHOLE_MONTH_NUMBERS = _names(WHOLE_MONTHS)
_WEEKDAY_NUMBERS = _names(WEEKDAYS)
_BEGINNING_MIN = 3


def _month(word: str) -> int | None:
    """The month (from 1) of a name, or of the beginning of a name if only one month has it."""
    if word in _MONTH_NUMBERS:
        return _MONTH_NUMBERS[word] + 1
    if word in _WHOLE_MONTH_NUMBERS:
        return _WHOLE_MONTH_NUMBERS[word] + 1
    if len(word) < _BEGINNING_MIN:
        return None
    numbers = {number for name, number in _MONTH_NUMBERS.items() if name.startswith(word)}
    return numbers.pop() + 1 if len(numbers) == 1 else None


def _weekday(text: str) -> int | None:
    for word in _WORD.findall(text):
        if word in _WEEKDAY_NUMBERS:
            return _WEEKDAY_NUMBERS[word]
    return None


def _date(year: int, month: int | None, day: int) -> date | None:
    try:
        return date(year, month or 0, day)
    except ValueError:
        return None


def _year_first(text: str) -> tuple[date, int, int] | None:
    found = _YEAR_FIRST.search(text)
    day = _date(int(found[1]), int(found[2]), int(found[3])) if found else None
    return (day, found.start(), found.end()) if found and day else None


def _numeric(text: str) -> tuple[date, int, int] | None:
    """18/05/2025, and which of 03/04 is the month: the weekday tells, else ``AM``/``PM``, else Europe."""
    found = _NUMERIC.search(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    european, american = _date(year, second, first), _date(year, first, second)
    day = european or american
    if european and american and found[2][0] != ".":
        weekday = _weekday(text)
        if weekday is None:
            day = american if _HALF_DAY.search(text) else european
        elif american.weekday() == weekday != european.weekday():
            day = american
    return (day, found.start(), found.end()) if day else None


def _day_name(text: str) -> tuple[date, int, int] | None:
    for found in _DAY_NAME.finditer(text):
        if day := _date(int(found[3]), _month(found[2]), int(found[1])):
            return day, found.start(), found.end()
    return None


def _name_day(text: str) -> tuple[date, int, int] | None:
    for found in _NAME_DAY.finditer(text):
        if day := _date(int(found[3]), _month(found[1]), int(found[2])):
            return day, found.start(), found.end()
    return None


def _year_name(text: str) -> tuple[date, int, int] | None:
    for found in _YEAR_NAME.finditer(text):
        if day := _date(int(found[1]), _month(found[2]), int(found[3])):
            return day, found.start(), found.end()
    return None


def _vietnamese(text: str) -> tuple[date, int, int] | None:
    found = _VIETNAMESE.search(text)
    day = _date(int(found[3]), int(found[2]), int(found[1])) if found else None
    return (day, found.start(), found.end()) if found and day else None


def _short_year(text: str) -> tuple[date, int, int] | None:
    found = _SHORT_YEAR.search(text)
    day = _date(2000 + int(found[3]), int(found[2]), int(found[1])) if found else None
    return (day, found.start(), found.end()) if found and day else None


def _with_time(day: date, before: str, after: str, zone: tzinfo) -> FoundDate | None:
    """The moment, with the clock time that stands behind the date, or else before it."""
    clock, rest = None, f"{before} {after}"
    for part, other in ((after.removeprefix("t"), before), (before, after)):
        if found := _CLOCK.search(part):
            clock = _time(found)
            zone, tail = _zone(part[found.end() :], zone)
            rest = f"{other} {part[: found.start()]} {tail}"
            break
    try:
        moment = datetime.combine(day, clock or time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return FoundDate(moment, clock is not None, rest)


def _time(found: re.Match[str]) -> time | None:
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4].startswith("p") else 0)
    try:
        return time(hour, minute, min(second, 59))
    except ValueError:
        return None


def _zone(text: str, zone: tzinfo) -> tuple[tzinfo, str]:
    """The zone written behind a time (``+03:00``, ``UTC+3``, ``CET``; else the one given) and what follows."""
    if found := _OFFSET.match(text):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if offset < timedelta(days=1):
            return timezone(-offset if found[1] == "-" else offset), text[found.end() :]
    word = _WORD.match(text)
    hours = _ZONES.get(word.group()) if word else None
    if word is None or hours is None:
        return zone, text
    return timezone(timedelta(hours=hours)), text[word.end() :]
