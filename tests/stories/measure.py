"""Precision and recall of stories, pair by pair, and over all reports as one stream."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from bot.matching.text import fold, fold_word
from bot.sources.identity import canonical_url
from bot.stories.grouping import Grouping
from tests.quality.measure import Figures
from tests.stories.labelled import pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.stories.judging import Kinship
    from tests.stories.labelled import Labelled, Pair

WANTED = frozenset({"copy", "rewrite"})
"""The kinds of which every pair is to be found; others are found as far as that is safe."""


@dataclass(slots=True)
class Report:
    """The figures, and each mistake.

    ``overall`` counts each pair that was taken for one story, and of those that are one the copies
    and light rewrites; ``stream`` counts the pairs of all reports, one after the other.
    ``updates`` are the pairs of which the second should ring again as an update, and those that did.
    """

    overall: Figures = field(default_factory=Figures)
    by_kind: defaultdict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    by_lang: defaultdict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    stream: Figures = field(default_factory=Figures)
    updates: Figures = field(default_factory=Figures)
    mistakes: list[tuple[Pair, Kinship | None]] = field(default_factory=list)

    def add(self, pair: Pair, kinship: Kinship | None) -> None:
        """Compare what was found of a pair with its labels."""
        found = {"same"} if kinship is not None else set()
        should = {"same"} if pair.same else set()
        self.by_kind[pair.kind].count(found, should)
        if found or pair.kind in WANTED:
            self.overall.count(found, should)
        self.by_lang[pair.first.item.lang or ""].count(found, should)
        rings = {"again"} if kinship is not None and kinship.changed else set()
        wanted = {"again"} if pair.same and pair.second.changed else set()
        if pair.same and kinship is not None and not pair.first.changed:
            self.updates.count(rings, wanted)
        if found != should and (found or pair.kind in WANTED):
            self.mistakes.append((pair, kinship))


def measure(families: list[list[Labelled]]) -> Report:
    """Run each pair by itself, and all reports as one stream."""
    report = Report()
    for pair in pairs(families):
        grouping = Grouping(fold_word, canonical_url)
        _place(grouping, pair.first)
        report.add(pair, _place(grouping, pair.second)[1])
    _stream(report, sorted((each for family in families for each in family), key=_moment))
    return report


def _moment(labelled: Labelled) -> tuple[object, str]:
    return labelled.moment, labelled.item.id


def _place(grouping: Grouping, labelled: Labelled) -> tuple[int, Kinship | None]:
    words = f"{fold(labelled.item.title)} {fold(labelled.item.text)}".split()
    return grouping.place(labelled.item, words, labelled.moment)


def _stream(report: Report, reports: Iterable[Labelled]) -> None:
    grouping = Grouping(fold_word, canonical_url)
    placed = [(each, _place(grouping, each)[0]) for each in reports]
    for (one, its), (other, others) in combinations(placed, 2):
        if its == others or (one.story == other.story and {one.kind, other.kind} <= WANTED):
            found = {"same"} if its == others else set()
            report.stream.count(found, {"same"} if one.story == other.story else set())
