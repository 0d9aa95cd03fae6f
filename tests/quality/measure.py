"""Precision and recall of matching over the labelled set, in all, by language and by query."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.matching.matcher import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.matching.ruleset import RuleSet
    from tests.quality.labelled import Labelled

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@dataclass(slots=True)
class Figures:
    """How many rang rightly, rang falsely, and stayed silent wrongly."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The part of what rang that should have; 1 where nothing rang."""
        return self.right / rang if (rang := self.right + self.false) else 1.0

    @property
    def recall(self) -> float:
        """The part of what should ring that did; 1 where nothing should."""
        return self.right / wanted if (wanted := self.right + self.missed) else 1.0

    def count(self, rings: Iterable[str], wanted: Iterable[str]) -> None:
        """Add an item's names, or one name's appearance."""
        there, should = set(rings), set(wanted)
        self.right += len(there & should)
        self.false += len(there - should)
        self.missed += len(should - there)


@dataclass(slots=True)
class Report:
    """The figures, and each mistake: the item, the name that it concerns, "false" or "missed"."""

    overall: Figures = field(default_factory=Figures)
    by_lang: defaultdict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    by_name: defaultdict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    items: Counter[str] = field(default_factory=Counter)
    mistakes: list[tuple[Labelled, str, str]] = field(default_factory=list)

    def add(self, labelled: Labelled, rings: set[str]) -> None:
        """Compare what an item rings with its labels."""
        self.items[labelled.lang] += 1
        self.overall.count(rings, labelled.rings)
        self.by_lang[labelled.lang].count(rings, labelled.rings)
        for name in rings | labelled.rings:
            self.by_name[name].count(rings & {name}, labelled.rings & {name})
        for name in sorted(rings ^ labelled.rings):
            self.mistakes.append((labelled, name, "false" if name in rings else "missed"))


def measure(
    items: Iterable[Labelled],
    queries: Mapping[str, str],
    rules: RuleSet,
    *,
    lang_named: bool,
) -> Report:
    """Run every item against the queries and the topics of the rules.

    ``lang_named``: the items name their language, as those of most feeds do; otherwise it is found
    in the text. ValueError where a label names neither a query nor a topic.
    """
    matcher = Matcher(rules)
    names = {str(matcher.watch(query)): name for name, query in queries.items()}
    known = {*queries, *(f"#{topic}" for topic in rules.topics)}
    report = Report()
    for labelled in items:
        if unknown := labelled.rings - known:
            raise ValueError(f"{labelled.item.id}: no such query or topic: {sorted(unknown)}")
        lang = labelled.lang if lang_named and labelled.lang != "mul" else None
        matches = matcher.match(replace(labelled.item, lang=lang), None, NOW)
        rings = {f"#{it.topic}" if it.topic else names[it.query or ""] for it in matches}
        report.add(labelled, rings)
    return report
