"""A pattern in time, as a topic's ``when`` asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from bot.model import PatternKind as Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Span

_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)

SLOTS: Final = 12
"""A window is counted in so many parts, where its length is compared with others."""

LEAST: Final = 3
"""Fewer reports are no spike, however few are usual."""

ENOUGH: Final = 3
"""So many windows must have been watched before anything is called usual."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Ring when it is fulfilled, once until it ends.

    ``span`` is the window of a count or a spike, else the time in which nothing was matched.
    ``number`` is how many reports a count wants; ``times`` how many times the usual a spike is.
    ``by`` watches each entity, or each source, for itself.
    """

    kind: Kind
    span: timedelta
    number: int = 0
    times: float = 0.0
    by: Literal["entity", "source"] | None = None

    @property
    def signature(self) -> str:
        """What a state was made for: with another one, it says nothing."""
        milliseconds = self.span // timedelta(milliseconds=1)
        return f"{self.kind} {self.number} {self.times:g} {milliseconds} {self.by or ''}".rstrip()

    @property
    def slot(self) -> timedelta:
        """A part of the window."""
        return self.span / SLOTS

    @property
    def baseline(self) -> int:
        """How many windows before this one say what is usual.

        Whole weeks or days where the window is an hour or a day, so that each hour of the day has
        its share: 168 windows, but no more than four weeks and no fewer than four windows.
        """
        return max(4, min(168, 28 * _DAY // self.span))

    @property
    def horizon(self) -> timedelta:
        """How far back anything counts."""
        return self.span * (self.baseline + 1) if self.kind is Kind.SPIKE else self.span

    def keys(self, spans: Iterable[Span], source: str) -> tuple[str, ...]:
        """Under which keys a match of the topic counts; one that is empty where ``by`` is not set."""
        if self.by is None:
            return ("",)
        if self.by == "source":
            return (source,)
        named = (span.entity for span in spans if span.entity is not None)
        return tuple(dict.fromkeys(named))


def pattern_of(
    *,
    count: int | None,
    spike: float | None,
    first: timedelta | None,
    silence: timedelta | None,
    within: timedelta | None,
    by: Literal["entity", "source"] | None,
) -> Pattern | None:
    """The pattern of a ``when`` that has exactly one of the four; None for any other."""
    if count is not None and within is not None:
        return Pattern(Kind.COUNT, within, number=count, by=by)
    if spike is not None:
        return Pattern(Kind.SPIKE, within or _HOUR, times=spike, by=by)
    if first is not None:
        return Pattern(Kind.FIRST, first, by=by)
    if silence is not None:
        return Pattern(Kind.SILENCE, silence, by=by)
    return None
