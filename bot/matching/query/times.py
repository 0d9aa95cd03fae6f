"""What ``since:`` and ``before:`` take: an age (24h, 30d) or a date (2025-05-18)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from bot.matching.query.tree import Time

_AGE = re.compile(r"(\d{1,6})(m|min|h|d|j|w)")
_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "j": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_LONGEST = timedelta(days=36_525)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(t\d{2}:\d{2}(:\d{2})?(z|[+-]\d{2}:\d{2})?)?")


def read_time(written: str, *, start: bool) -> Time | None:
    """The time bound as a leaf, or None where it is neither an age nor a date.

    A date is its first moment; times without an offset are in UTC.
    """
    written = written.lower()
    if age := _AGE.fullmatch(written):
        ago = int(age[1]) * _UNITS[age[2]]
        return Time(start, written, ago=ago) if ago <= _LONGEST else None
    if not (_DATE.fullmatch(written) and written.isascii()):
        return None
    try:
        moment = datetime.fromisoformat(written.upper())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Time(start, written.upper(), moment=moment)
