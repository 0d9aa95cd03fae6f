from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.errors import FetchError, ParseError, SourceError
from bot.model import FeedState, Pace
from bot.sources.schedule import after_failure, after_move, after_success

NOW = datetime(2025, 5, 18, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY = 10 * MINUTE


def success(
    state: FeedState | None = None,
    *,
    changed: bool = True,
    wait: timedelta | None = None,
    ttl: timedelta | None = None,
    every: timedelta = EVERY,
    own: bool = False,
    pushed: bool = False,
) -> FeedState:
    return after_success(
        state or FeedState(),
        changed=changed,
        wait=wait,
        ttl=ttl,
        every=every,
        own=own,
        now=NOW,
        random=Random(1),
        pushed=pushed,
    )


@pytest.mark.parametrize(
    ("wait", "ttl", "every", "own", "interval"),
    [
        (None, None, EVERY, False, EVERY),
        (HOUR, None, EVERY, False, HOUR),
        (None, HOUR, EVERY, False, HOUR),
        (2 * HOUR, HOUR, EVERY, False, 2 * HOUR),
        (MINUTE, MINUTE, EVERY, False, EVERY),
        (30 * DAY, 30 * DAY, EVERY, False, DAY),
        (-HOUR, None, EVERY, False, EVERY),
        (None, None, MINUTE, True, MINUTE),
        (HOUR, None, MINUTE, True, HOUR),
        (None, None, 7 * DAY, True, 7 * DAY),
    ],
)
def test_the_interval_is_the_longest_wish_within_a_day(
    wait: timedelta | None,
    ttl: timedelta | None,
    every: timedelta,
    *,
    own: bool,
    interval: timedelta,
) -> None:
    after = success(wait=wait, ttl=ttl, every=every, own=own)
    assert after.interval == interval
    assert after.next_poll is not None
    assert interval <= after.next_poll - NOW <= interval * (1 if own else 1.1)


def test_polls_drift_apart_and_never_come_early() -> None:
    random = Random(2)
    waits = set()
    for _ in range(50):
        after = after_success(
            FeedState(),
            changed=True,
            wait=None,
            ttl=None,
            every=EVERY,
            own=False,
            now=NOW,
            random=random,
        )
        assert after.next_poll is not None
        waits.add(after.next_poll - NOW)
    assert len(waits) == 50
    assert min(waits) >= EVERY
    assert max(waits) <= EVERY * 1.1


def test_a_quiet_feeds_news_is_late_by_a_quarter_of_its_silence_and_never_by_a_day() -> None:
    state = success()
    silence, seen = timedelta(), []
    for _ in range(40):
        state = success(state, changed=False)
        assert state.interval is not None
        assert state.interval <= max(EVERY, silence / 4 + 2 * EVERY)
        assert state.pace is Pace.QUIET
        seen.append(state.interval)
        silence += state.interval
    assert seen == sorted(seen)
    assert seen[0] == EVERY * 1.25
    assert seen[-1] == DAY
    news = success(state, changed=True)
    assert (news.interval, news.pace) == (EVERY, Pace.EVERY)


def test_where_a_hub_pushes_asking_is_the_safety_net() -> None:
    state = success(pushed=True)
    assert (state.interval, state.pace) == (6 * EVERY, Pace.PUSH)
    own = success(pushed=True, own=True)
    assert (own.interval, own.pace) == (EVERY, Pace.OWN)


@pytest.mark.parametrize(
    ("wait", "ttl", "own", "pace"),
    [
        (None, None, False, Pace.EVERY),
        (None, None, True, Pace.OWN),
        (HOUR, None, True, Pace.SERVER),
        (None, HOUR, False, Pace.FEED),
        (2 * HOUR, HOUR, False, Pace.SERVER),
        (MINUTE, MINUTE, False, Pace.EVERY),
    ],
)
def test_the_state_says_why(
    wait: timedelta | None, ttl: timedelta | None, *, own: bool, pace: Pace
) -> None:
    assert success(wait=wait, ttl=ttl, own=own).pace is pace


def test_the_last_ten_answers_are_kept() -> None:
    state = FeedState()
    for status in range(200, 212):
        state = after_success(
            state,
            status=status,
            changed=False,
            wait=None,
            ttl=None,
            every=EVERY,
            own=True,
            now=NOW,
            random=Random(1),
        )
    assert state.answers == tuple(range(202, 212))
    assert state.last_poll == NOW
    failed = after_failure(state, FetchError("no"), every=EVERY, now=NOW, random=Random(1))
    assert failed.answers[-1] == 0
    again = after_failure(
        failed, FetchError("no", status=503), every=EVERY, now=NOW, random=Random(1)
    )
    assert again.answers[-1] == 503
    assert after_failure(again, BROKEN, every=EVERY, now=NOW, random=Random(1)).answers[-1] == 200


def test_a_move_is_believed_when_it_stays_the_same() -> None:
    state = FeedState()
    for seen in (1, 2, 3):
        state = after_move(state, "https://new.example/")
        assert (state.moved_to, state.moved_polls) == ("https://new.example/", seen)
    assert after_move(state, "https://other.example/").moved_polls == 1
    assert after_move(state, None) == FeedState()
    settled = FeedState(location="https://new.example/")
    assert after_move(settled, None) is settled
    assert after_move(settled, "https://new.example/") is settled


def test_a_feed_that_fails_where_it_moved_to_is_asked_at_its_old_address() -> None:
    state = FeedState(location="https://new.example/", etag='"e"', body_hash="h", failures=8)
    after = after_failure(state, BROKEN, every=EVERY, now=NOW, random=Random(1))
    assert after.location == "https://new.example/"
    after = after_failure(after, BROKEN, every=EVERY, now=NOW, random=Random(1))
    assert (after.location, after.etag, after.body_hash) == (None, None, None)
    gone = after_failure(
        state, FetchError("gone", status=410, gone=True), every=EVERY, now=NOW, random=Random(1)
    )
    assert gone.location is None
    assert not gone.disabled


def test_a_feeds_own_pace_does_not_adapt() -> None:
    state = success(own=True)
    assert success(state, changed=False, own=True).interval == EVERY


def test_success_clears_the_failures_and_keeps_the_first_reading() -> None:
    failed = FeedState(failures=7, last_error="x", first_read=NOW - DAY, etag='"e"', body_hash="h")
    after = success(failed)
    assert (after.failures, after.last_error, after.last_success) == (0, None, NOW)
    assert after.first_read == NOW - DAY
    assert (after.etag, after.body_hash) == ('"e"', "h")
    assert success().first_read == NOW


BUSY = FetchError("busy", status=429)
LATER = FetchError("later", status=503, retry_after=HOUR)
BROKEN = ParseError("no feed")


@pytest.mark.parametrize(
    ("failures", "error", "delay", "disabled"),
    [
        (0, BROKEN, EVERY, False),
        (8, BROKEN, EVERY, False),
        (9, BROKEN, 2 * EVERY, False),
        (19, BROKEN, 4 * EVERY, False),
        (49, BROKEN, 32 * EVERY, False),
        (89, BROKEN, DAY, False),
        (98, BROKEN, DAY, False),
        (99, BROKEN, DAY, True),
        (0, LATER, HOUR, False),
        (0, BUSY, 4 * HOUR, False),
        (0, FetchError("busy", status=429, retry_after=HOUR), HOUR, False),
        (0, FetchError("unavailable", status=503), EVERY, False),
        (0, FetchError("later", status=503, retry_after=90 * DAY), DAY, False),
        (0, FetchError("gone", status=410, gone=True), EVERY, True),
    ],
)
def test_failures_back_off(
    failures: int, error: SourceError, delay: timedelta, *, disabled: bool
) -> None:
    state = FeedState(failures=failures, etag='"e"', first_read=NOW - DAY)
    after = after_failure(state, error, every=EVERY, now=NOW, random=Random(3))
    assert after.next_poll is not None
    assert delay <= after.next_poll - NOW <= delay * 1.1
    assert after.failures == failures + 1
    assert after.last_error == str(error)
    assert after.disabled is disabled
    assert (after.etag, after.first_read) == ('"e"', NOW - DAY)


def test_the_usual_interval_survives_the_failures() -> None:
    state = success(wait=HOUR)
    failed = after_failure(state, BROKEN, every=EVERY, now=NOW, random=Random(4))
    assert failed.next_poll is not None
    assert failed.next_poll - NOW >= HOUR
    assert failed.interval == HOUR


def test_a_slow_feed_is_never_asked_sooner_for_failing() -> None:
    state = FeedState(failures=30)
    after = after_failure(state, BROKEN, every=7 * DAY, now=NOW, random=Random(5))
    assert after.next_poll is not None
    assert after.next_poll - NOW >= 7 * DAY
