"""When an alert may ring: local times, quiet hours, digests, mutes. Pure: the time is an argument.

Local times go by the clock on the wall of a time zone, through every change of it:

- a local time that is skipped (the clocks go forward over it) is the first moment after the gap;
- a local time that comes twice (the clocks go back) is the first of the two;
- a day that a zone left out altogether (Apia, 30 December 2011) has no local times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.model import Cadence, Held, Severity

if TYPE_CHECKING:
    from datetime import tzinfo

    from bot.model import Chat, Quiet, Subscription

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_SECOND: Final = timedelta(seconds=1)
_HORIZON: Final = 16  # days: a weekly time, and the week after it where its day was left out


@dataclass(frozen=True, slots=True)
class Hold:
    """An alert is not to leave before ``until``, and why."""

    until: datetime
    why: Held


@dataclass(frozen=True, slots=True)
class Burst:
    """More than ``alerts`` to a chat within ``window`` are told of together; 0 is no limit."""

    alerts: int = 10
    window: timedelta = timedelta(minutes=10)


def next_time(minute: int, zone: tzinfo, after: datetime, weekday: int | None = None) -> datetime:
    """The next moment behind ``after`` at which clocks in ``zone`` show a local time, in UTC.

    ``minute`` counts from local midnight, 0 to 1439; ``weekday`` is 0 for Monday, None for any.
    """
    wanted = clock_time(*divmod(minute, 60))
    today = after.astimezone(zone).date()
    # From yesterday on: a gap over midnight moves yesterday's last minutes into today.
    for ahead in range(-1, _HORIZON):
        day = today + ahead * _DAY
        if weekday is not None and day.weekday() != weekday:
            continue
        moment = moment_of(datetime.combine(day, wanted), zone)
        if moment is not None and moment > after:
            return moment
    raise ValueError(f"no such local time in {zone}")


def next_hour(zone: tzinfo, after: datetime) -> datetime:
    """The next moment behind ``after`` at which clocks in ``zone`` show a full hour, in UTC."""
    moment = after
    while True:
        local = moment.astimezone(zone)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        if moment > after and not past:
            return moment
        # Where the clocks change by half an hour on the way, this is not a full hour yet.
        moment = moment.astimezone(UTC) + (_HOUR - past)


def zone_of(name: str) -> tzinfo:
    """The time zone of that name; UTC where this machine has none such."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def digest_time(subscription: Subscription, timezone: str, after: datetime) -> datetime:
    """When the subscription's next digest is due; ``after`` itself where its alerts come at once."""
    return scheduled(
        subscription.cadence, subscription.digest_at, subscription.digest_day, timezone, after
    )


def scheduled(
    cadence: Cadence, minute: int, weekday: int, timezone: str, after: datetime
) -> datetime:
    """:func:`digest_time` for a schedule."""
    zone = zone_of(timezone)
    match cadence:
        case Cadence.IMMEDIATE:
            return after
        case Cadence.HOURLY:
            return next_hour(zone, after)
        case Cadence.DAILY:
            return next_time(minute, zone, after)
        case Cadence.WEEKLY:
            return next_time(minute, zone, after, weekday)


def quiet_until(quiet: Quiet | None, timezone: str, now: datetime) -> datetime | None:
    """When the quiet hours end that it is now; None where it is none.

    It is quiet when they end before they begin again, so they may go over midnight.
    """
    if quiet is None:
        return None
    end = _next_time(quiet.end, timezone, now)
    return end if end < _next_time(quiet.start, timezone, now) else None


def chat_hold(chat: Chat, severity: Severity, now: datetime) -> Hold | None:
    """What keeps a chat's alerts back now: its mute, else its quiet hours."""
    if chat.muted_until is not None and chat.muted_until > now:
        return Hold(chat.muted_until, Held.MUTE)
    if severity is Severity.URGENT and chat.urgent_rings:
        return None
    end = quiet_until(chat.quiet, chat.timezone, now)
    return None if end is None else Hold(end, Held.QUIET)


def hold(subscription: Subscription, chat: Chat, severity: Severity, now: datetime) -> Hold | None:
    """What keeps an alert of a subscription back now; None where it is to ring at once."""
    muted = [
        until
        for until in (chat.muted_until, subscription.muted_until)
        if until is not None and until > now
    ]
    if subscription.cadence is not Cadence.IMMEDIATE:
        due = _scheduled(
            subscription.cadence,
            subscription.digest_at,
            subscription.digest_day,
            chat.timezone,
            now,
        )
        return Hold(max([due, *muted]), Held.DIGEST)
    if muted:
        return Hold(max(muted), Held.MUTE)
    return chat_hold(chat, severity, now)


# A fan-out asks for the same few schedules a million times at the same moment.
_scheduled = lru_cache(maxsize=4096)(scheduled)


@lru_cache(maxsize=4096)
def _next_time(minute: int, timezone: str, after: datetime) -> datetime:
    return next_time(minute, zone_of(timezone), after)


def moment_of(local: datetime, zone: tzinfo) -> datetime | None:
    """The moment of a naive local time, in UTC; None where its whole day was left out."""
    first = local.replace(tzinfo=zone, fold=0)
    before, after = first.utcoffset(), first.replace(fold=1).utcoffset()
    if before is None or after is None or after <= before:
        return first.astimezone(UTC)
    if after - before >= _DAY:
        return None
    # Read with either offset, a time in a gap lies on either side of the change.
    low = (local - after).replace(tzinfo=UTC)
    high = (local - before).replace(tzinfo=UTC)
    while high - low > _SECOND:
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
