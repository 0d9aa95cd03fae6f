"""Patterns in time: the detector, its state through JSON, and a twin that looks at all of the past."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.patterns import (
    Heard,
    Pattern,
    State,
    begin,
    due,
    hear,
    missed,
    note,
    replay,
    tick,
    void,
)
from bot.matching.patterns.pattern import ENOUGH, LEAST, SLOTS
from bot.model import Occasion, PatternKind, Report

if TYPE_CHECKING:
    from collections.abc import Iterable

START = datetime(2025, 5, 18, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNT = Pattern(PatternKind.COUNT, HOUR, number=3)
SPIKE = Pattern(PatternKind.SPIKE, HOUR, times=3.0)
FIRST = Pattern(PatternKind.FIRST, timedelta(days=30))
SILENCE = Pattern(PatternKind.SILENCE, timedelta(hours=6))


def minutes(number: float) -> datetime:
    return START + timedelta(minutes=number)


def rings(pattern: Pattern, *at: float, until: float | None = None) -> list[float]:
    """The minutes, of those at which something is matched, at which it rings, and by the clock."""
    rung = replay(
        pattern, [Heard(minutes(each), matched=True) for each in at], minutes(until or at[-1])
    )
    found = [each for each, occasion in zip(at, rung.each, strict=True) if occasion is not None]
    return found + [(moment - START) / timedelta(minutes=1) for moment, _ in rung.by_clock]


def test_a_count_rings_once_until_half_of_it_is_left() -> None:
    assert rings(COUNT, 0, 20, 40) == [40]
    assert rings(COUNT, 0, 20, 40, 41, 42, 43) == [40]
    assert rings(COUNT, 0, 30, 60) == [60], "both ends belong to the window"
    assert rings(COUNT, 0, 30, 61) == []
    assert rings(COUNT, 0, 20, 40, 75, 76) == [40], "two were left at 75: it went on"
    assert rings(COUNT, 0, 20, 40, 101, 102, 103) == [40, 103], "one was left: it had ended"
    assert rings(Pattern(PatternKind.COUNT, HOUR, number=1), 0, 60, 121) == [0, 121]


def test_a_spike_is_against_the_usual() -> None:
    usual = [60.0 * hour for hour in range(24)]
    assert rings(SPIKE, *usual) == []
    assert rings(SPIKE, *usual, 1425, 1430, 1435) == [1435], "four, and 1.004 are usual"
    assert rings(SPIKE, 0, 1, 2, 3, 4, 5, 6) == [], "nothing is usual yet"
    assert rings(SPIKE, 0, 1440, 1441, 1442) == [1442], "usually none: three are a spike"


def test_a_spike_says_how_much_more() -> None:
    heard = [
        Heard(minutes(60 * hour + 5 * n), matched=True) for hour in range(24) for n in range(2)
    ]
    heard += [Heard(minutes(1440 + n), matched=True) for n in range(8)]
    occasions = [each for each in replay(SPIKE, heard, minutes(1500)).each if each is not None]
    (occasion,) = occasions
    assert occasion.number == 7
    assert occasion.ratio == pytest.approx(3.38, abs=0.01)


def test_a_first_mention_after_so_long() -> None:
    day = 1440
    assert rings(FIRST, 0, 1, 10 * day, 39 * day) == [0]
    assert rings(FIRST, 0, 30 * day) == [0, 30 * day]
    first = replay(FIRST, [Heard(START, matched=True)], START).each[0]
    assert first is not None
    assert first.since_ever, "it was not watched for thirty days"
    state = note(FIRST, begin(START), minutes(-10), START)
    assert hear(FIRST, state, START)[1] is None, "the backlog had it"


def test_a_silence_rings_by_the_clock() -> None:
    assert rings(SILENCE, 0, 10, until=369) == []
    assert rings(SILENCE, 0, 10, until=370) == [370]
    assert rings(SILENCE, 0, 400, 500, 900, until=900) == [360, 860]
    assert rings(SILENCE, 0, 360, until=400) == [], "just in time"
    quiet = replay(SILENCE, [Heard(START, matched=False)], minutes(400))
    assert [moment for moment, _ in quiet.by_clock] == [minutes(360)], "it never began"


def test_what_nobody_listened_to_is_no_silence() -> None:
    state, _ = hear(SILENCE, begin(START), START)
    state = missed(state, timedelta(hours=4))
    assert due(SILENCE, state) == START + timedelta(hours=10)
    state, _ = hear(SILENCE, state, minutes(1))
    assert due(SILENCE, state) == minutes(361)


def test_each_entity_has_a_pattern_of_its_own() -> None:
    pattern = Pattern(PatternKind.COUNT, HOUR, number=2, by="entity")
    heard = [
        Heard(minutes(0), matched=True, keys=("putin",)),
        Heard(minutes(1), matched=True, keys=("xi",)),
        Heard(minutes(2), matched=True, keys=("putin", "xi")),
        Heard(minutes(3), matched=True, keys=()),
    ]
    each = replay(pattern, heard, minutes(3)).each
    assert [occasion and occasion.keys for occasion in each] == [None, None, ("putin", "xi"), None]


def test_an_unknown_source_is_not_silent_and_two_may_be() -> None:
    pattern = Pattern(PatternKind.SILENCE, HOUR, by="source")
    heard = [Heard(minutes(n), matched=True, keys=(key,)) for n, key in enumerate("ab")]
    rung = replay(pattern, heard, minutes(90))
    assert [(moment, each.keys) for moment, each in rung.by_clock] == [
        (minutes(60), ("a",)),
        (minutes(61), ("b",)),
    ]
    assert replay(pattern, [], minutes(90)).by_clock == ()


def test_examples_are_the_latest_before() -> None:
    state, occasion = begin(START), None
    for number in range(3):
        report = Report(f"Report {number}", None, "news")
        state, occasion = hear(COUNT, state, minutes(number), report)
    assert occasion is not None
    assert [each.title for each in occasion.reports] == ["Report 1", "Report 0"]
    for number in range(50):
        state, _ = hear(COUNT, state, minutes(number), Report(f"{number}", None, "news"))
    assert (len(state.times), len(state.reports)) == (3, 3), "bounded"


def test_a_clock_that_goes_back_stands_still() -> None:
    state = begin(START)
    for number in (0, 10, -30):
        state, occasion = hear(COUNT, state, minutes(number))
    assert occasion is not None
    assert state.at == minutes(10)


def test_a_busy_topic_keeps_a_bounded_state() -> None:
    state = begin(START)
    for number in range(30_000):
        state, _ = hear(SPIKE, state, minutes(number))
    assert len(state.slots) <= SLOTS * (SPIKE.baseline + 1)
    assert len(json.dumps(state.to_json())) < 40_000


# The twin: it keeps all that was ever matched, and works out every answer from that alone.


@dataclass
class Twin:
    """One pattern over one history, with nothing forgotten."""

    pattern: Pattern
    since: datetime
    now: datetime
    heard: list[datetime] = field(default_factory=list)
    noted: list[datetime] = field(default_factory=list)
    ringing: bool = False

    def hear(self, now: datetime) -> bool:
        now = max(now, self.now)
        self._pass_to(now)
        before = max([*self.heard, *self.noted], default=None)
        self.heard.append(now)
        if self.pattern.kind is PatternKind.SILENCE:
            self.ringing = False
            return False
        if self.pattern.kind is PatternKind.FIRST:
            return before is None or now - before >= self.pattern.span
        met = self._is_met(now) and not self.ringing
        self.ringing |= met
        return met

    def note(self, moment: datetime, now: datetime) -> None:
        now = max(now, self.now)
        moment = min(moment, now)
        if self.pattern.kind is PatternKind.SPIKE and self._slot(moment) > self._slot(now) - SLOTS:
            return
        if self.pattern.kind is not PatternKind.COUNT:
            self.noted.append(moment)
        if self.pattern.kind is PatternKind.SILENCE and self._last() + self.pattern.span > now:
            self.ringing = False

    def tick(self, now: datetime) -> bool:
        rang = (
            self.pattern.kind is PatternKind.SILENCE
            and not self.ringing
            and now - self._last() >= self.pattern.span
        )
        self.ringing |= rang
        if rang:
            self.now = max(self.now, now)
        return rang

    def _last(self) -> datetime:
        return max([*self.heard, *self.noted], default=self.since)

    def _pass_to(self, now: datetime) -> None:
        """Look at every moment in between at which the answer may change."""
        moments: Iterable[datetime] = [now]
        if self.pattern.kind is PatternKind.SPIKE:
            first, last = self._slot(self.now) + 1, self._slot(now)
            moments = [EPOCH + slot * self.pattern.slot for slot in range(first, last + 1)]
        for moment in moments:
            self.ringing = self.ringing and not self._is_over(moment)
        self.now = now

    def _is_met(self, now: datetime) -> bool:
        if self.pattern.kind is PatternKind.COUNT:
            return self._in_window(now) >= self.pattern.number
        current, usual, enough = self._rates(now)
        return enough and current >= LEAST and current >= Fraction(self.pattern.times) * usual

    def _is_over(self, now: datetime) -> bool:
        if self.pattern.kind is PatternKind.COUNT:
            return self._in_window(now) <= Fraction(self.pattern.number, 2)
        current, usual, _ = self._rates(now)
        return current <= max(Fraction(LEAST), Fraction(self.pattern.times) * usual) / 2

    def _in_window(self, now: datetime) -> int:
        return sum(now - self.pattern.span <= moment <= now for moment in self.heard)

    def _rates(self, now: datetime) -> tuple[int, Fraction, bool]:
        end = self._slot(now)
        start = end - SLOTS
        oldest = max(start - SLOTS * self.pattern.baseline, self._slot(self.since) - 1)
        slots = [self._slot(moment) for moment in (*self.heard, *self.noted)]
        current = sum(start < slot <= end for slot in slots)
        before = sum(oldest < slot <= start for slot in slots)
        windows = Fraction(start - oldest, SLOTS)
        return current, before / windows if windows > 0 else Fraction(0), windows >= ENOUGH

    def _slot(self, moment: datetime) -> int:
        return (moment - EPOCH) // self.pattern.slot


PATTERNS = st.sampled_from(
    [
        Pattern(PatternKind.COUNT, HOUR, number=1),
        Pattern(PatternKind.COUNT, HOUR, number=2),
        COUNT,
        Pattern(PatternKind.COUNT, timedelta(minutes=7), number=5),
        SPIKE,
        Pattern(PatternKind.SPIKE, timedelta(minutes=10), times=1.5),
        Pattern(PatternKind.SPIKE, timedelta(days=7), times=2.0),
        Pattern(PatternKind.FIRST, HOUR),
        Pattern(PatternKind.SILENCE, HOUR),
    ]
)
# Steps in seconds: dense, sparse, some back in time; and some of exactly a window or a part of it.
STEPS = st.one_of(
    st.integers(0, 900),
    st.integers(-600, 20_000),
    st.sampled_from([0, 50, 300, 420, 600, 3600, 604_800]),
)
EVENTS = st.lists(
    st.tuples(st.sampled_from(["hear", "hear", "hear", "tick", "note", "restart"]), STEPS),
    max_size=120,
)


@settings(max_examples=400)
@given(pattern=PATTERNS, events=EVENTS)
def test_the_detector_says_what_the_whole_history_says(
    pattern: Pattern, events: list[tuple[str, int]]
) -> None:
    state = begin(START)
    twin = Twin(pattern, START, START)
    now = START
    for number, (event, seconds) in enumerate(events):
        now += timedelta(seconds=seconds)
        if event == "hear":
            state, occasion = hear(pattern, state, now, Report(f"{number}", None, "news"))
            assert (occasion is not None) == twin.hear(now), (number, event)
        elif event == "tick":
            state, occasion = tick(pattern, state, now)
            assert (occasion is not None) == twin.tick(now), (number, event)
        elif event == "note":
            moment = now - timedelta(seconds=37 * abs(seconds))
            state = note(pattern, state, moment, now)
            twin.note(moment, now)
        else:
            state = State.of_json(json.loads(json.dumps(state.to_json())))
        assert state.ringing == twin.ringing or pattern.kind is PatternKind.FIRST


@given(pattern=PATTERNS, events=EVENTS)
def test_a_state_that_says_nothing_any_more_can_be_forgotten(
    pattern: Pattern, events: list[tuple[str, int]]
) -> None:
    kept: State = begin(START)
    pruned: State | None = begin(START)
    now = START
    for event, seconds in events:
        now += timedelta(seconds=abs(seconds))
        if pruned is not None and (end := void(pattern, pruned)) is not None and end < now:
            pruned = None
        if event == "hear":
            kept, one = hear(pattern, kept, now)
            pruned, other = hear(pattern, pruned or begin(START), now)
            assert _what(one) == _what(other)


def _what(occasion: Occasion | None) -> tuple[int, float | None] | None:
    return None if occasion is None else (occasion.number, occasion.ratio)
