"""Times as people write them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

if TYPE_CHECKING:
    from datetime import datetime


def local_time(moment: datetime, *, timezone: str, language: str) -> str:
    """The moment as people of that language write it there: ``18 mai 2025, 13:24``."""
    # An unknown zone, or a year that no clock has: the time as it stands, in UTC.
    with suppress(KeyError, ValueError, OSError, OverflowError):
        moment = moment.astimezone(ZoneInfo(timezone))
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    day = format_date(moment.date(), "long", locale=locale)
    time = format_time(moment.time(), "short", locale=locale)
    joined: str = locale.datetime_formats["medium"].format(time, day)
    return joined
