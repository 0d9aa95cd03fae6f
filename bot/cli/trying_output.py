"""How the outcome of a backtest is shown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.text import Text

from bot.backtesting.comparing import changes, rings_by_question
from bot.backtesting.report import days, example, overlap
from bot.backtesting.timing import rings_in_time
from bot.cli.output import (
    complaints,
    console,
    flush,
    item_json,
    json_line,
    print_item,
    rfc3339,
    span_json,
)
from bot.cli.timed_output import print_timed, timed_json
from bot.errors import TocsinError
from bot.matching.question import Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bot.backtesting.comparing import Change
    from bot.backtesting.report import Example, Overlap
    from bot.backtesting.timing import TimedRing
    from bot.backtesting.trial import Ring
    from bot.cli.trying import Trying
    from bot.matching.ruleset import RuleSet, Topic
    from bot.model import Item

_BAR = 40
# More days than fit a screen are shown by the month.
_MOST_DAYS = 62
_MOST_OVERLAPS = 10


def show_single(trying: Trying, query: str, rules: RuleSet, number: int, *, as_json: bool) -> bool:
    """What a query or topic rings for; whether there is anything. Raises QueryError."""
    question = question_of(query, rules)
    rings = trying.ask([question])
    newest = list(reversed(rings))
    found = trying.items(ring.item for ring in newest[:number])
    examples = [
        example(question, item, ring.moment, trying.sources.get(item.source), trying.now)
        for item, ring in zip(found, newest, strict=False)
    ]
    sample = trying.items(ring.item for ring in newest[:1000])
    others = overlap(question, sample, rules, trying.sources, trying.now)
    counted = days(ring.moment for ring in rings)
    topic = rules.topics.get(query)
    timed = None if topic is None else _timed(topic, question, rings, trying)
    if as_json:
        kind = "topic" if query in rules.topics else "query"
        json_line(
            {
                kind: query,
                "since": rfc3339(trying.since),
                "items": trying.total,
                "matched": len(rings),
                "days": {str(day): n for day, n in counted.items()},
                "examples": [_example_json(each) for each in examples],
                "overlap": {"of": others.items, "topics": dict(others.topics)},
            }
            | ({} if timed is None else {"rang": timed_json(timed, trying)})
        )
        flush()
    else:
        _print_single(question, trying, len(rings), counted, examples, others)
        if timed is not None:
            print_timed(timed, trying, number)
    return bool(rings)


def question_of(query: str, rules: RuleSet) -> Question:
    """The question of a topic with all that narrows it, or of a query. Raises QueryError."""
    from bot.matching.query import parse_query  # noqa: PLC0415

    topic = rules.topics.get(query)
    if topic is not None:
        return Question.of_topic(topic, rules)
    return Question(query, parse_query(query, rules.vocabulary))


def show_comparison(
    trying: Trying,
    topic: str | None,
    old: RuleSet,
    new: RuleSet,
    number: int,
    *,
    as_json: bool,
) -> bool:
    """What the topics newly ring for and no longer do; True, whatever comes of it."""
    keys = dict.fromkeys([*old.topics, *new.topics])
    if topic is not None:
        if topic not in keys:
            raise TocsinError(f"neither version has a topic {topic}")
        keys = {topic: None}
    changed, questions = changes(old, new, keys)
    if not changed:
        complaints().print("no topic could ring otherwise", style="green")
        return True
    grouped = rings_by_question(trying.ask(questions))
    quiet = 0
    for change in changed:
        before = _rings(change.old, old.topics.get(change.key), questions, grouped, trying)
        after = _rings(change.new, new.topics.get(change.key), questions, grouped, trying)
        newly = [ring for item, ring in after.items() if item not in before]
        no_longer = [ring for item, ring in before.items() if item not in after]
        if as_json:
            json_line(
                {
                    "topic": change.key,
                    "before": len(before),
                    "after": len(after),
                    "newly": len(newly),
                    "no_longer": len(no_longer),
                    "newly_examples": _items_json(newly, trying, number),
                    "no_longer_examples": _items_json(no_longer, trying, number),
                }
            )
        elif newly or no_longer:
            _print_change(change, before, after)
            _print_examples("+", "green", newly, trying, number)
            _print_examples("-", "red", no_longer, trying, number)
        else:
            quiet += 1
    flush()
    verdict = f"{len(changed)} topics changed, {quiet} of them without a difference"
    complaints().print(verdict if not as_json else f"{len(changed)} topics changed", style="green")
    return True


def _timed(
    topic: Topic, question: Question, rings: Sequence[Ring], trying: Trying
) -> list[TimedRing] | None:
    """What the topic's pattern in time rings for; None where it has none."""
    if topic.when is None:
        return None
    return rings_in_time(
        topic.when,
        question,
        rings,
        trying.items,
        trying.sources,
        since=trying.since,
        now=trying.now,
    )


def _rings(
    question: int | None,
    topic: Topic | None,
    questions: Sequence[Question],
    grouped: Mapping[int, Sequence[Ring]],
    trying: Trying,
) -> dict[int, Ring]:
    """What a version of a topic rings for, by item; a pattern in time at what completes it."""
    if question is None or topic is None:
        return {}
    rings = {ring.item: ring for ring in grouped.get(question, ())}
    timed = _timed(topic, questions[question], list(rings.values()), trying)
    if timed is None:
        return rings
    return {ring.item: rings[ring.item] for ring in timed if ring.item is not None}


def _print_change(change: Change, before: Mapping[int, Ring], after: Mapping[int, Ring]) -> None:
    state = " (new)" if change.old is None else " (gone)" if change.new is None else ""
    newly, no_longer = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    console().print(
        Text.assemble(
            (f"{change.key}{state}", "bold"),
            f": {len(before):,} → {len(after):,} items (",
            (f"+{newly:,}", "green"),
            ", ",
            (f"-{no_longer:,}", "red"),
            ")",
        )
    )


def _print_examples(
    sign: str, tone: str, rings: Sequence[Ring], trying: Trying, number: int
) -> None:
    newest = rings[::-1][:number]
    for ring, item in zip(newest, trying.items(it.item for it in newest), strict=False):
        line = f"  {sign} {ring.moment:%Y-%m-%d} {item.title or item.text[:80]}"
        console().print(Text(line, tone))
    if len(rings) > number:
        console().print(Text(f"  {sign} … and {len(rings) - number:,} more", "dim"))


def _items_json(rings: Sequence[Ring], trying: Trying, number: int) -> list[dict[str, Any]]:
    newest: list[Item] = trying.items(ring.item for ring in rings[::-1][:number])
    return [item_json(item) for item in newest]


def _example_json(each: Example) -> dict[str, Any]:
    return {**item_json(each.item), "spans": [span_json(span) for span in each.spans]}


def _print_single(
    question: Question,
    trying: Trying,
    matched: int,
    counted: Mapping[date, int],
    examples: Sequence[Example],
    others: Overlap,
) -> None:
    to = console()
    since = f" since {trying.since:%Y-%m-%d %H:%M} UTC" if trying.since else ""
    rate = f", {matched / len(counted):.1f} on a day that has any" if counted else ""
    to.print(
        Text.assemble(
            (question.name, "bold"), f": {matched:,} of {trying.total:,} items{since}{rate}"
        )
    )
    _print_days(counted)
    for each in examples:
        to.print()
        print_item(each.item, each.spans, to)
    if others.topics:
        to.print()
        to.print(Text(f"Of {others.items:,} of these, other topics ring for", "bold"))
        for key, number in list(others.topics.items())[:_MOST_OVERLAPS]:
            to.print(f"  {number:>7,}  {number / others.items:>4.0%}  {key}")
        if len(others.topics) > _MOST_OVERLAPS:
            to.print(f"  … and {len(others.topics) - _MOST_OVERLAPS} more topics for some")


def _print_days(counted: Mapping[date, int]) -> None:
    rows = {f"{day:%Y-%m-%d}": number for day, number in counted.items()}
    if len(rows) > _MOST_DAYS:
        by_month: Counter[str] = Counter()
        for day, number in counted.items():
            by_month[f"{day:%Y-%m}"] += number
        rows = dict(by_month)
    most = max(rows.values(), default=1)
    for name, number in rows.items():
        bar = "█" * max(1, round(_BAR * number / most))
        console().print(Text.assemble(f"  {name}  ", (bar, "cyan"), f" {number:,}"))
