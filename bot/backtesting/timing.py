"""What a topic's pattern in time would have rung for, of what its query matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching.document import Document
from bot.matching.patterns import Heard, replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.backtesting.trial import Ring
    from bot.matching.patterns import Pattern
    from bot.matching.question import Question
    from bot.model import Item, Occasion, Source


@dataclass(frozen=True, slots=True)
class TimedRing:
    """When the pattern was fulfilled, and by which item; None where it was by the clock."""

    at: datetime
    occasion: Occasion
    item: int | None


def rings_in_time(
    pattern: Pattern,
    question: Question,
    rings: Sequence[Ring],
    items: Callable[[Iterable[int]], Sequence[Item]],
    sources: Mapping[str, Source],
    *,
    since: datetime | None,
    now: datetime,
) -> list[TimedRing]:
    """The rings of the pattern over what its query matches, the oldest first.

    ``items`` reads items by their numbers. It is watched from ``since`` on.
    """
    known = sorted((ring for ring in rings if ring.moment <= now), key=lambda ring: ring.moment)
    keys: dict[int, tuple[str, ...]] = {}
    if pattern.by is not None:
        numbers = [ring.item for ring in known]
        for number, item in zip(numbers, items(numbers), strict=True):
            document = Document.of(item, sources.get(item.source), now)
            keys[number] = question.keys(pattern, document) or ()
    heard = [
        Heard(ring.moment, matched=True, keys=keys.get(ring.item, () if pattern.by else ("",)))
        for ring in known
    ]
    rung = replay(pattern, heard, now, since)
    found = [
        TimedRing(ring.moment, occasion, ring.item)
        for ring, occasion in zip(known, rung.each, strict=True)
        if occasion is not None
    ]
    found += [TimedRing(moment, occasion, None) for moment, occasion in rung.by_clock]
    return sorted(found, key=lambda ring: ring.at)
