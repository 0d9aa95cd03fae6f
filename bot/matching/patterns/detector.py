"""The steps of a pattern: a match, a note of the past, the clock. Each makes another state.

=========  ===========================================  =======================================
kind       rings when                                   ends when
=========  ===========================================  =======================================
count      the last ``number`` matches lie within       half of them or fewer are in the window
           ``span``
spike      the window has ``times`` the usual, and      the window has half of that or less
           three matches
first      nothing was matched for ``span``             at once
silence    nothing was matched for ``span``             something is matched
=========  ===========================================  =======================================

Between its ring and its end a pattern does not ring again: what goes up and down around the mark
would ring at each turn. A window takes in both its ends: two matches an hour apart are "within 1h".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.matching.patterns.pattern import ENOUGH, LEAST, SLOTS
from bot.matching.patterns.state import State
from bot.model import Occasion
from bot.model import PatternKind as Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.matching.patterns.pattern import Pattern
    from bot.model import Report

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_REPORTS: Final = 3
# An entity or a source that is silent for so long is no longer expected.
_FORGOTTEN: Final = timedelta(days=30)
_SILENCES: Final = 10


def begin(now: datetime) -> State:
    """The state of a pattern that is watched from now on."""
    return State(since=now, at=now)


def hear(
    pattern: Pattern, state: State, now: datetime, report: Report | None = None
) -> tuple[State, Occasion | None]:
    """A match that may ring. A clock that went back counts as one that stood still."""
    now = max(now, state.at)
    state = _settled(pattern, state, now)
    occasion = None
    match pattern.kind:
        case Kind.COUNT:
            times = (*_within(pattern, state.times, now), now)[-pattern.number :]
            if not state.ringing and len(times) == pattern.number:
                occasion = Occasion(pattern.kind, pattern.span, number=len(times))
            state = replace(state, times=times, ringing=state.ringing or occasion is not None)
        case Kind.SPIKE:
            slot = _slot(pattern, now)
            slots = _recent(pattern, state.slots, slot)
            slots[slot] = slots.get(slot, 0) + 1
            state = replace(state, slots=slots)
            if not state.ringing:
                occasion = _spike(pattern, state, slot)
            state = replace(state, ringing=state.ringing or occasion is not None)
        case Kind.FIRST:
            if state.last is None or now - state.last >= pattern.span:
                watched = state.last is not None or now - state.since >= pattern.span
                occasion = Occasion(
                    pattern.kind, pattern.span, number=1, last=state.last, since_ever=not watched
                )
        case Kind.SILENCE:
            state = replace(state, ringing=False, lost=timedelta())
    if occasion is not None:
        occasion = replace(occasion, reports=state.reports)
    reports = (report, *state.reports)[:_MOST_REPORTS] if report is not None else state.reports
    return replace(state, at=now, last=now, reports=reports), occasion


def note(pattern: Pattern, state: State, moment: datetime, now: datetime) -> State:
    """A match of the past that rings nobody: of a new feed's backlog, or of what is stored.

    It counts in no window that is still open; in a baseline it does, at its own time, and `first`
    and `silence` know of it.
    """
    now = max(now, state.at)
    moment = min(moment, now)
    match pattern.kind:
        case Kind.COUNT:
            return state
        case Kind.SPIKE:
            slot = _slot(pattern, moment)
            if slot > _slot(pattern, now) - SLOTS:
                return state
            slots = _recent(pattern, state.slots, _slot(pattern, now))
            return replace(state, slots={**slots, slot: slots.get(slot, 0) + 1})
        case Kind.FIRST | Kind.SILENCE:
            if state.last is not None and moment <= state.last:
                return state
            state = replace(state, last=moment, lost=timedelta())
            if pattern.kind is Kind.SILENCE and moment + pattern.span > now:
                state = replace(state, ringing=False)
            return state


def tick(pattern: Pattern, state: State, now: datetime) -> tuple[State, Occasion | None]:
    """The clock, for what rings without a match: a silence."""
    moment = due(pattern, state)
    if moment is None or moment > now:
        return state, None
    occasion = Occasion(pattern.kind, pattern.span, last=state.last, reports=state.reports)
    return replace(state, ringing=True, at=max(now, state.at)), occasion


def due(pattern: Pattern, state: State) -> datetime | None:
    """When the clock will have it ring, if nothing is matched; None where it will not."""
    if pattern.kind is not Kind.SILENCE or state.ringing:
        return None
    return (state.last or state.since) + pattern.span + state.lost


def missed(state: State, gap: timedelta) -> State:
    """The state after a time in which nobody listened: that is no silence."""
    return replace(state, lost=state.lost + gap)


def void(pattern: Pattern, state: State) -> datetime | None:
    """When an entity's or a source's state says no more than a new one would; None for never."""
    if state.last is None:
        return None
    match pattern.kind:
        case Kind.SPIKE:
            return state.last + pattern.horizon + pattern.span
        case Kind.SILENCE:
            return state.last + max(_FORGOTTEN, _SILENCES * pattern.span)
        case _:
            return state.last + pattern.span + pattern.slot


def _settled(pattern: Pattern, state: State, now: datetime) -> State:
    """The state just before ``now``: a pattern that ended meanwhile has ended.

    Without matches a window only empties, so a count is at its lowest now. What is usual changes
    with every part of a window, so a spike is looked at once for each.
    """
    if not state.ringing:
        return state
    ended = False
    if pattern.kind is Kind.COUNT:
        ended = 2 * len(_within(pattern, state.times, now)) <= pattern.number
    elif pattern.kind is Kind.SPIKE:
        first, last = _slot(pattern, state.at) + 1, _slot(pattern, now)
        # After a whole window without a match it is empty, and nothing is left to look at.
        ended = any(
            _has_ended(pattern, state, slot) for slot in range(first, min(last, first + SLOTS) + 1)
        )
    return replace(state, ringing=False) if ended else state


def _within(pattern: Pattern, times: tuple[datetime, ...], now: datetime) -> list[datetime]:
    return [moment for moment in times if moment >= now - pattern.span]


def _slot(pattern: Pattern, moment: datetime) -> int:
    return (moment - _EPOCH) // pattern.slot


def _recent(pattern: Pattern, slots: Mapping[int, int], now: int) -> dict[int, int]:
    """The parts that still count."""
    oldest = now - SLOTS * (pattern.baseline + 1)
    return {slot: count for slot, count in slots.items() if slot > oldest}


def _measured(pattern: Pattern, state: State, slot: int) -> tuple[int, int, int]:
    """Matches of the window that ends with this part, those before it, and of how many parts."""
    start = slot - SLOTS  # the last part before the window
    oldest = max(start - SLOTS * pattern.baseline, _slot(pattern, state.since) - 1)
    current = sum(count for at, count in state.slots.items() if start < at <= slot)
    before = sum(count for at, count in state.slots.items() if oldest < at <= start)
    return current, before, start - oldest


def _spike(pattern: Pattern, state: State, slot: int) -> Occasion | None:
    current, before, parts = _measured(pattern, state, slot)
    if parts < ENOUGH * SLOTS or current < LEAST:
        return None
    if current * parts < pattern.times * before * SLOTS:
        return None
    ratio = current * parts / (before * SLOTS) if before else None
    return Occasion(pattern.kind, pattern.span, number=current, ratio=ratio)


def _has_ended(pattern: Pattern, state: State, slot: int) -> bool:
    current, before, parts = _measured(pattern, state, slot)
    return 2 * current <= LEAST or 2 * current * parts <= pattern.times * before * SLOTS
