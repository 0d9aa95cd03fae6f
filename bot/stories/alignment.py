"""Two texts beside each other: where the one has other words than the other in the same place."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

_RUN: Final = 3
_FEW: Final = 3  # words of a gap that is a change as it stands
_MANY: Final = 40  # and of one in which nothing is looked for
_LONGEST: Final = 8
"""Words of a change: more are another sentence, which says nothing about the one in its place."""


@dataclass(frozen=True, slots=True)
class Change:
    """Words ``old[old_at:old_end]`` of the one text stand where the other has ``new[…]``."""

    old_at: int
    old_end: int
    new_at: int
    new_end: int

    @property
    def words(self) -> int:
        """The words of its longer side."""
        return max(self.old_end - self.old_at, self.new_end - self.new_at)


def changes(
    old: Sequence[str], new: Sequence[str], old_runs: Sequence[int], new_runs: Sequence[int]
) -> list[Change]:
    """The places in which words were put in the place of others, in their order.

    Runs of three words that each text has once, in the longest order that both share, hold them
    together (patience diff); what lies between two of them is held together by single words.
    """
    if old == new:
        return []
    found = []
    for gap in _gaps(old_runs, new_runs, Change(0, len(old), 0, len(new)), _RUN):
        if gap.words <= _FEW:
            found.append(gap)
        elif gap.words <= _MANY:
            found += word_changes(old, new, gap)
    return [small for gap in found if (small := _trimmed(old, new, gap)) is not None]


def word_changes(old: Sequence[str], new: Sequence[str], within: Change) -> list[Change]:
    """The same for a part of the texts, or for titles, which are held together by single words."""
    old_part = old[within.old_at : within.old_end]
    new_part = new[within.new_at : within.new_end]
    return _gaps(old_part, new_part, within, 1)


def _gaps(
    old_runs: Sequence[Hashable], new_runs: Sequence[Hashable], within: Change, run: int
) -> list[Change]:
    found = []
    old_from, new_from = old_at, new_at = within.old_at, within.new_at
    for old_run, new_run in _anchors(old_runs, new_runs):
        old_run += old_from  # noqa: PLW2901 - this loop is most of what a comparison costs
        new_run += new_from  # noqa: PLW2901 - the same
        if old_run > old_at and new_run > new_at:
            found.append(Change(old_at, old_run, new_at, new_run))
        old_at, new_at = old_run + run, new_run + run
    if within.old_end > old_at and within.new_end > new_at:
        found.append(Change(old_at, within.old_end, new_at, within.new_end))
    return found


def _trimmed(old: Sequence[str], new: Sequence[str], gap: Change) -> Change | None:
    """The gap without what both sides begin and end with; None where nothing is left, or much."""
    old_at, old_end, new_at, new_end = gap.old_at, gap.old_end, gap.new_at, gap.new_end
    while old_at < old_end and new_at < new_end and old[old_at] == new[new_at]:
        old_at, new_at = old_at + 1, new_at + 1
    while old_at < old_end and new_at < new_end and old[old_end - 1] == new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
    if not (0 < old_end - old_at <= _LONGEST and 0 < new_end - new_at <= _LONGEST):
        return None
    return Change(old_at, old_end, new_at, new_end)


def _anchors(
    old_runs: Sequence[Hashable], new_runs: Sequence[Hashable]
) -> Sequence[tuple[int, int]]:
    """Places of runs that both have, rising in both: the longest such row."""
    place_of = _once(old_runs).get
    pairs = [
        (place, at) for run, at in _once(new_runs).items() if (place := place_of(run)) is not None
    ]
    return pairs if pairs == sorted(pairs) else _longest_row(pairs)


def _longest_row(pairs: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    tails: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (place, _) in enumerate(pairs):
        length = bisect_left(tails, place)
        before.append(last[length - 1] if length else -1)
        if length == len(tails):
            tails.append(place)
            last.append(index)
        else:
            tails[length] = place
            last[length] = index
    row = []
    index = last[-1] if last else -1
    while index >= 0:
        row.append(pairs[index])
        index = before[index]
    row.reverse()
    return row


def _once(runs: Sequence[Hashable]) -> dict[Hashable, int]:
    """The place of each run that occurs once, in their order."""
    places = dict(zip(runs, range(len(runs)), strict=True))
    if len(places) == len(runs):
        return places
    counts = Counter(runs)
    return {run: at for at, run in enumerate(runs) if counts[run] == 1}
