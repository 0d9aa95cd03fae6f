"""When a feed is asked again: data in, data out.

The rules are those that well-mannered readers converge on: never more often than the config says,
as seldom as the server wishes (within a day), twice as seldom after every ten failures in a row,
and not at all after a hundred or once the server says that the feed is gone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.errors import FetchError, SourceError

if TYPE_CHECKING:
    from random import Random

    from bot.model import FeedState

DAY = timedelta(days=1)
FAILURES_A_STEP = 10
FAILURES_MAX = 100
BUSY_WAIT = timedelta(hours=4)  # 429 without a Retry-After
JITTER = 0.1
# A feed that brings nothing new is asked less and less often, down to a sixth of the usual.
QUIET_STEP = 1.25
QUIET_MAX = 6


def after_success(
    state: FeedState,
    *,
    changed: bool,
    wait: timedelta | None,
    ttl: timedelta | None,
    every: timedelta,
    own: bool,
    now: datetime,
    random: Random,
) -> FeedState:
    """The state after a good answer; validators and body hash are the caller's to set.

    ``changed`` says whether the answer brought anything new, ``wait`` is what the server's cache
    headers ask, ``ttl`` what the feed itself asks. ``own`` marks an ``every`` that was set for
    this feed: it is kept to as it stands, without adapting and without jitter.
    """
    interval = every if own else _adapted(state.interval, every, changed=changed)
    interval = max(interval, _wish(wait), _wish(ttl))
    return replace(
        state,
        interval=interval,
        next_poll=now + (interval if own else _jittered(interval, random)),
        failures=0,
        last_error=None,
        last_success=now,
        first_read=state.first_read or now,
    )


def after_failure(
    state: FeedState,
    error: SourceError,
    *,
    every: timedelta,
    now: datetime,
    random: Random,
) -> FeedState:
    """The state after a failed poll: later, or never again when there is no point."""
    failures = state.failures + 1
    asked, busy, gone = None, False, False
    if isinstance(error, FetchError):
        asked, gone = error.retry_after, error.gone
        busy = error.status == HTTPStatus.TOO_MANY_REQUESTS and asked is None
    base = max(every, state.interval or every)
    # The exponent is bounded by FAILURES_MAX; the day bounds the product.
    delay = max(base, min(base * 2 ** (failures // FAILURES_A_STEP), DAY))
    delay = max(delay, _wish(asked), BUSY_WAIT if busy else timedelta(0))
    return replace(
        state,
        next_poll=now + _jittered(delay, random),
        failures=failures,
        last_error=str(error),
        disabled=state.disabled or gone or failures >= FAILURES_MAX,
    )


def _adapted(last: timedelta | None, every: timedelta, *, changed: bool) -> timedelta:
    if changed or last is None:
        return every
    return min(max(last, every) * QUIET_STEP, every * QUIET_MAX)


def _wish(asked: timedelta | None) -> timedelta:
    """What a server asks for is granted up to a day."""
    return min(max(asked or timedelta(0), timedelta(0)), DAY)


def _jittered(interval: timedelta, random: Random) -> timedelta:
    """Later by up to a tenth, never sooner: feeds that started together drift apart."""
    return interval * (1 + JITTER * random.random())
