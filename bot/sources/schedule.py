"""When a feed is asked again: data in, data out.

The rules are those that well-mannered readers converge on: never more often than the config says,
less and less often while nothing comes, as seldom as the server wishes (within a day), twice as
seldom after every ten failures in a row, and not at all after a hundred or once the server says
that the feed is gone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.errors import FetchError, SourceError
from bot.model import FeedState, Pace

if TYPE_CHECKING:
    from random import Random

DAY = timedelta(days=1)
_MS = timedelta(milliseconds=1)
_DAY_MS = DAY // _MS
FAILURES_A_STEP = 10
FAILURES_MAX = 100
BUSY_WAIT = timedelta(hours=4)  # 429 without a Retry-After
JITTER = 0.1
# Each answer without news makes the pause a quarter longer, so a feed that has been quiet for some
# time is asked about every fourth part of that time: news is late by a quarter of the silence
# before it at most, and a day at the very most.
QUIET_STEP = 1.25
# Where a hub tells us of news, asking is there for what the hub forgets.
PUSH_STEP = 6
MOVES_MIN = 3  # polls that must find the same new address before it is kept
ANSWERS_KEPT = 10


def after_success(
    state: FeedState,
    *,
    status: int = HTTPStatus.OK,
    changed: bool,
    wait: timedelta | None,
    ttl: timedelta | None,
    every: timedelta,
    own: bool,
    now: datetime,
    random: Random,
    pushed: bool = False,
) -> FeedState:
    """The state after a good answer; validators and body hash are the caller's to set.

    ``changed`` says whether the answer brought anything new, ``wait`` is what the server's cache
    headers ask, ``ttl`` what the feed itself asks. ``own`` marks an ``every`` that was set for
    this feed: it is kept to as it stands, without adapting and without jitter. ``pushed`` says
    that a hub sends us what is new.
    """
    interval, pace = pause(
        milliseconds(state.interval),
        changed=changed,
        wait=milliseconds(wait),
        ttl=milliseconds(ttl),
        every=every // _MS,
        own=own,
        pushed=pushed,
    )
    # Written out: replace() would take a third of the time of a poll that finds nothing new.
    return FeedState(
        etag=state.etag,
        last_modified=state.last_modified,
        body_hash=state.body_hash,
        next_poll=now + _MS * until_next(interval, random, own=own),
        interval=_MS * interval,
        last_success=now,
        first_read=state.first_read or now,
        disabled=state.disabled,
        pace=pace,
        last_poll=now,
        answers=answered(state.answers, status),
        location=state.location,
        moved_to=state.moved_to,
        moved_polls=state.moved_polls,
    )


def pause(
    last: int | None,
    *,
    changed: bool,
    wait: int | None,
    ttl: int | None,
    every: int,
    own: bool,
    pushed: bool,
) -> tuple[int, Pace]:
    """How long until the next poll after a good answer, and why, where it was ``last`` so far.

    The others are those of :func:`after_success`, and all of them milliseconds: as the store keeps them,
    which makes a poll that finds nothing new a tenth cheaper.
    """
    interval, pace = _usual(last, changed=changed, every=every, own=own, pushed=pushed)
    if ttl and ttl > interval < _DAY_MS:
        interval, pace = min(ttl, _DAY_MS), Pace.FEED
    if wait and wait > interval < _DAY_MS:
        interval, pace = min(wait, _DAY_MS), Pace.SERVER
    return interval, pace


def until_next(interval: int, random: Random, *, own: bool) -> int:
    """When a feed is asked again, in milliseconds; a pause that was set for it stands as it is.

    Else later by up to a tenth, never sooner: feeds that started together drift apart.
    """
    return interval if own else int(interval * (1 + JITTER * random.random()))


def answered(before: tuple[int, ...], status: int) -> tuple[int, ...]:
    """The statuses of the last answers, with that of one more."""
    return (*before[1 - ANSWERS_KEPT :], int(status))


def after_failure(
    state: FeedState,
    error: SourceError,
    *,
    every: timedelta,
    now: datetime,
    random: Random,
) -> FeedState:
    """The state after a failed poll: later, or never again when there is no point.

    A feed that had moved and fails at its new place is asked at its old one again.
    """
    failures = state.failures + 1
    asked, status, gone = None, 0, False
    if isinstance(error, FetchError):
        asked, gone, status = error.retry_after, error.gone, error.status or 0
    else:
        status = HTTPStatus.OK  # the server did answer; what it sent is no feed
    busy = status == HTTPStatus.TOO_MANY_REQUESTS and asked is None
    base = max(every, state.interval or every)
    # The exponent is bounded by FAILURES_MAX; the day bounds the product.
    delay = max(base, min(base * 2 ** (failures // FAILURES_A_STEP), DAY))
    pace = Pace.FAILING
    least = BUSY_WAIT if busy else _wish(asked)
    if least > delay or busy:
        delay, pace = max(delay, least), Pace.BUSY
    back = state.location is not None and (gone or failures >= FAILURES_A_STEP)
    disabled = state.disabled or (gone and not back) or failures >= FAILURES_MAX
    if back:  # what the new place said of its document means nothing at the old one
        state = replace(state, location=None, etag=None, last_modified=None, body_hash=None)
    return replace(
        state,
        next_poll=now + _MS * until_next(delay // _MS, random, own=False),
        pace=Pace.GIVEN_UP if disabled else pace,
        failures=failures,
        last_error=str(error),
        last_poll=now,
        answers=answered(state.answers, status),
        disabled=disabled,
        moved_to=None,
        moved_polls=0,
    )


def after_move(state: FeedState, moved_to: str | None) -> FeedState:
    """The state after a poll that was redirected for good to ``moved_to``, None where it was not.

    ``moved_polls`` reaches ``MOVES_MIN`` when the address has shown itself stable; keeping it as
    the location is the caller's, who knows whether another feed has it.
    """
    if moved_to is None or moved_to == state.location:
        return state if not state.moved_polls else replace(state, moved_to=None, moved_polls=0)
    seen = state.moved_polls + 1 if moved_to == state.moved_to else 1
    return replace(state, moved_to=moved_to, moved_polls=seen)


def _usual(
    last: int | None, *, changed: bool, every: int, own: bool, pushed: bool
) -> tuple[int, Pace]:
    """The interval before anybody's wishes, and why."""
    if own:
        return every, Pace.OWN
    quiet = not changed and last is not None and every < _DAY_MS
    interval = min(int(max(last or every, every) * QUIET_STEP), _DAY_MS) if quiet else every
    if pushed and interval < every * PUSH_STEP:
        return every * PUSH_STEP, Pace.PUSH
    return interval, Pace.QUIET if quiet else Pace.EVERY


def milliseconds(length: timedelta | None) -> int | None:
    """A length of time as :func:`pause` counts."""
    return None if length is None else length // _MS


def _wish(asked: timedelta | None) -> timedelta:
    """What a server asks for is granted up to a day."""
    return min(max(asked or timedelta(0), timedelta(0)), DAY)
