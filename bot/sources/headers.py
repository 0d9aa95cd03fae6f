"""What an answer's headers say about when to ask again, and how to ask for changes only."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from aiohttp import hdrs

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,10}")
_VALIDATOR_MAX = 1024


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What ``Retry-After`` asks for, in either form; None where it is absent or senseless."""
    value = headers.get(hdrs.RETRY_AFTER, "").strip()
    if _SECONDS.fullmatch(value):
        return timedelta(seconds=int(value))
    return _until(value, headers, now)


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer stays good: the longer of ``max-age`` and ``Expires``."""
    waits = []
    said, until = headers.get(hdrs.CACHE_CONTROL), headers.get(hdrs.EXPIRES)
    if said and (found := _MAX_AGE.search(said)):
        waits.append(timedelta(seconds=int(found[1])))
    if until and (expires := _until(until, headers, now)) is not None:
        waits.append(expires)
    return max(waits, default=None)


def validator(headers: Mapping[str, str], name: str) -> str | None:
    """An ``ETag`` or ``Last-Modified`` that can be echoed byte for byte; None where it cannot.

    aiohttp decodes headers as UTF-8 with surrogates for what is not; such a value would not
    survive the way back, and a changed validator is worse than none.
    """
    value = headers.get(name)
    if not value or len(value) > _VALIDATOR_MAX:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value


def _until(value: str, headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The time from the answer's own ``Date`` (the server's clock may be off) to that date."""
    then = _http_date(value)
    if then is None:
        return None
    return max(then - (_http_date(headers.get(hdrs.DATE, "")) or now), timedelta(0))


def _http_date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
