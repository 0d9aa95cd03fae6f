"""What a pattern knows of the past: bounded, and JSON for whoever keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from bot.model import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class State:
    """One topic's pattern, or that of one entity or source of it.

    ``since`` is from when on it was watched. ``at`` is the latest moment that it knows of: the
    clock never goes back behind it. ``last`` is the latest match. ``ringing`` from the ring to the
    end of the pattern. ``times`` are the latest matches of a count, as many as it asks for at the
    most; ``slots`` how many matches a part of a window had, for a spike. ``lost`` is how much of a
    silence nobody listened to. ``reports`` are the latest few, as examples.
    """

    since: datetime
    at: datetime
    last: datetime | None = None
    ringing: bool = False
    times: tuple[datetime, ...] = ()
    slots: Mapping[int, int] = field(default_factory=dict)
    lost: timedelta = timedelta()
    reports: tuple[Report, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON; what is empty is left out."""
        kept: dict[str, Any] = {"since": _number(self.since), "at": _number(self.at)}
        if self.last is not None:
            kept["last"] = _number(self.last)
        if self.ringing:
            kept["ringing"] = True
        if self.times:
            kept["times"] = [_number(moment) for moment in self.times]
        if self.slots:
            kept["slots"] = sorted(self.slots.items())
        if self.lost:
            kept["lost"] = self.lost // _MICRO
        if self.reports:
            kept["reports"] = [[each.title, each.url, each.source] for each in self.reports]
        return kept

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Self:
        """Back from :meth:`to_json`."""
        last = kept.get("last")
        return cls(
            since=_moment(kept["since"]),
            at=_moment(kept["at"]),
            last=None if last is None else _moment(last),
            ringing=kept.get("ringing", False),
            times=tuple(_moment(number) for number in kept.get("times", ())),
            slots=dict(kept.get("slots", ())),
            lost=kept.get("lost", 0) * _MICRO,
            reports=tuple(Report(*each) for each in kept.get("reports", ())),
        )


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICRO


def _moment(number: int) -> datetime:
    return _EPOCH + number * _MICRO
