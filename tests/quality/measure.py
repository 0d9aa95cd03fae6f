"""Precision and recall of matching over the labelled set, in all, by language and by query."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.matcher import Matcher
from bot.matching.query import parse_query
from tests.quality.labelled import namesakes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.matching.ruleset import RuleSet
    from tests.quality.labelled import Asked, Labelled, Open

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
    mistakes: list[tuple[Asked | Labelled | Open, str, str]] = field(default_factory=list)

    def add(
        self, labelled: Asked | Labelled | Open, rings: set[str], wanted: frozenset[str]
    ) -> None:
        """Compare what an item rings with its labels."""
        self.items[labelled.lang] += 1
        self.overall.count(rings, wanted)
        self.by_lang[labelled.lang].count(rings, wanted)
        for name in rings | wanted:
            self.by_name[name].count(rings & {name}, wanted & {name})
        for name in sorted(rings ^ wanted):
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
        report.add(labelled, rings, labelled.rings)
    return report


def measure_asked(items: Iterable[Asked], rules: RuleSet, *, lang_named: bool) -> Report:
    """Ask of every item the queries that it brings, and the topics that it names.

    ValueError where a label names no topic; QueryError where a query cannot be read.
    """
    matcher, report = Matcher(rules), Report()
    for labelled in items:
        lang = labelled.lang if lang_named else None
        item = replace(labelled.item, lang=lang)
        topics = {f"#{match.topic}" for match in matcher.match(item, None, NOW)}
        document = Document.of(item, None, NOW)
        rings = set()
        for query in labelled.rings | labelled.leaves:
            if query.startswith("#"):
                if query[1:] not in rules.topics:
                    raise ValueError(f"{labelled.item.id}: no such topic: {query}")
                found = query in topics
            else:
                found = evaluate(parse_query(query, rules.vocabulary), document) is not None
            if found:
                rings.add(query)
        report.add(labelled, rings, labelled.rings)
    return report


def measure_open(items: Iterable[Open], rules: RuleSet, *, lang_named: bool) -> Report:
    """Look in every item for every entity of the rules and places, and for its own words.

    ValueError where a label is no entity's key.
    """
    vocabulary, silent, report = rules.vocabulary, namesakes(), Report()
    for labelled in items:
        if unknown := [key for key in labelled.names if key not in vocabulary.entities]:
            raise ValueError(f"{labelled.item.id}: no such entity: {sorted(unknown)}")
        lang = labelled.lang if lang_named else None
        document = Document.of(replace(labelled.item, lang=lang), None, NOW)
        named = {
            f"@{each.entity}"
            for each_field in document.searched
            for each in document.names(vocabulary, each_field)
            if each.entity not in silent
        }
        found = {
            word
            for word in (*labelled.finds, *labelled.leaves)
            if evaluate(parse_query(word, vocabulary), document) is not None
        }
        wanted = {*(f"@{key}" for key in labelled.names), *labelled.finds}
        report.add(labelled, named | found, frozenset(wanted))
    return report
