"""A topic's rings over a history at once: what rule tests and backtests ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.matching.patterns.detector import begin, due, hear, tick

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.matching.patterns.pattern import Pattern
    from bot.matching.patterns.state import State
    from bot.model import Occasion, Report


@dataclass(frozen=True, slots=True)
class Heard:
    """An item as it arrives; ``matched`` by the topic's query, and under which ``keys`` it counts."""

    at: datetime
    matched: bool
    keys: tuple[str, ...] = ("",)
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """What a topic rang for as each of the items arrived, and what the clock had it ring for."""

    each: tuple[Occasion | None, ...]
    by_clock: tuple[tuple[datetime, Occasion], ...] = ()

    @property
    def at_all(self) -> bool:
        """Whether it rang."""
        return any(each is not None for each in self.each) or bool(self.by_clock)


def replay(
    pattern: Pattern, heard: Sequence[Heard], now: datetime, since: datetime | None = None
) -> Rung:
    """What a pattern rings for: ``heard`` in order of time, and none later than ``now``.

    It is watched from ``since`` on, by default from the first item.
    """
    start = since or (heard[0].at if heard else now)
    fresh = begin(start)
    states: dict[str, State] = {} if pattern.by else {"": fresh}
    each: list[Occasion | None] = []
    clock: list[tuple[datetime, Occasion]] = []
    for item in heard:
        clock += _clock(pattern, states, item.at, inclusive=False)
        rung = []
        for key in item.keys if item.matched else ():
            state = states.get(key, fresh)
            states[key], occasion = hear(pattern, state, item.at, item.report)
            if occasion is not None:
                rung.append((key, occasion))
        each.append(together(rung))
    clock += _clock(pattern, states, now, inclusive=True)
    return Rung(tuple(each), tuple(clock))


def together(rung: Sequence[tuple[str, Occasion]]) -> Occasion | None:
    """One occasion for what an item rang for under several keys; the most frequent's figures."""
    if not rung:
        return None
    most = max((occasion for _, occasion in rung), key=lambda it: it.number)
    return replace(most, keys=tuple(key for key, _ in rung if key))


def _clock(
    pattern: Pattern, states: dict[str, State], until: datetime, *, inclusive: bool
) -> list[tuple[datetime, Occasion]]:
    """What the clock has ring until then."""
    rung = []
    for key, state in states.items():
        moment = due(pattern, state)
        if moment is None or moment > until or (moment == until and not inclusive):
            continue
        states[key], occasion = tick(pattern, state, moment)
        if occasion is not None:
            rung.append((moment, replace(occasion, keys=(key,) if key else ())))
    return sorted(rung, key=lambda it: it[0])
