"""What came of a backtest, counted: items a day, examples, what else rang for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.matcher import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from bot.matching.question import Question
    from bot.matching.ruleset import RuleSet
    from bot.model import Item, Source, Span

# Overlap is asked of so many items, and of fewer where there are very many topics.
_MOST_ITEMS = 1_000
_MOST_ASKED = 400_000


@dataclass(frozen=True, slots=True)
class Example:
    """An item that the question rings for, and what was found in it."""

    item: Item
    moment: datetime
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many of ``items`` rang each other topic, the most first."""

    items: int
    topics: Mapping[str, int]


def days(moments: Iterable[datetime]) -> dict[date, int]:
    """How many a day, in UTC and in order; days without any are left out."""
    counted = Counter(moment.date() for moment in moments)
    return {day: counted[day] for day in sorted(counted)}


def example(
    question: Question, item: Item, moment: datetime, source: Source | None, now: datetime
) -> Example:
    """The item with the words that rang."""
    found = evaluate(question.query, Document.of(item, source, now))
    return Example(item, moment, found.spans if found else ())


def overlap(
    question: Question,
    items: Sequence[Item],
    rules: RuleSet,
    sources: Mapping[str, Source],
    now: datetime,
) -> Overlap:
    """What else rings for these items, or for the first of them where that would take long."""
    others = {key: topic for key, topic in rules.topics.items() if key != question.name}
    if not others:
        return Overlap(len(items), {})
    asked = items[: min(_MOST_ITEMS, max(50, _MOST_ASKED // len(others)))]
    matcher = Matcher(replace(rules, topics=others))
    documents = (Document.of(item, sources.get(item.source), now) for item in asked)
    counted = Counter(
        match.topic
        for _, matches in matcher.match_each(documents)
        for match in matches
        if match.topic is not None
    )
    return Overlap(len(asked), dict(counted.most_common()))
