"""The tests that rule files carry: which there are, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import Finding, ParseError
from bot.matching.document import Document
from bot.matching.matcher import Matcher
from bot.matching.ruleset import RuleSet, RuleTest, Topic
from bot.model import Item, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.matching.rule_entries import Entries, Entry
    from bot.model import Match, Span

# The test's own day, so that a test answers tomorrow as it did today.
_NOW = datetime(2025, 5, 18, 12, tzinfo=UTC)
_EXCERPT = 60
_ABSENT = "there is no such file beside the rule file or in a folder above it"


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of a test. ``message`` is a sentence; ``finding`` says it at the test's place."""

    test: RuleTest
    passed: bool
    message: str

    @property
    def finding(self) -> Finding:
        """The result as a finding."""
        return Finding(self.test.path, self.test.line, self.test.col, self.message)


def written_tests(entries: Entries) -> Iterator[RuleTest]:
    """The tests of all topics; of the ones that are badly written, the schema tells."""
    for entry in entries.topics.values():
        tests = entry.raw.get("tests") if isinstance(entry.raw, dict) else None
        for number, raw in enumerate(tests if isinstance(tests, list) else []):
            if isinstance(raw, dict):
                yield _written_test(entry, number, raw)


def _written_test(entry: Entry, number: int, raw: Mapping[str, Any]) -> RuleTest:
    line, col = entry.document.place(*entry.path, "tests", number)
    return RuleTest(
        topic=entry.key,
        expected=raw.get("match") is True,
        text=_text(raw, "text"),
        item=_text(raw, "item"),
        title=_text(raw, "title") or "",
        lang=_text(raw, "lang"),
        path=entry.document.path,
        line=line,
        col=col,
    )


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None


def missing_items(tests: Iterable[RuleTest]) -> Iterator[Finding]:
    """A finding for each test whose item is not there."""
    for test in tests:
        if test.item is not None and _file_of(test) is None:
            yield Finding(test.path, test.line, test.col, f"{test.item}: {_ABSENT}")


def run_tests(rules: RuleSet) -> list[TestResult]:
    """Run all tests. A topic that is not enabled is tested as if it were."""
    matchers: dict[str, Matcher] = {}
    results = []
    for test in rules.tests:
        topic = replace(rules.topics[test.topic], enabled=True)
        if test.topic not in matchers:
            matchers[test.topic] = Matcher(replace(rules, topics={test.topic: topic}))
        results.append(_run(test, topic, matchers[test.topic]))
    return results


def _run(test: RuleTest, topic: Topic, matcher: Matcher) -> TestResult:
    # A topic that hears some sources only is tested as one of these.
    source = Source(topic.sources[0] if topic.sources else "test", SourceKind.FOLDER, "")
    try:
        items = _items_of(test, source) if test.item is not None else (_item(test, topic, source),)
    except ParseError as error:
        return TestResult(test, passed=False, message=f"{test.item}: {error}")
    found = [(item, match) for item in items for match in matcher.match(item, source, _NOW)]
    if bool(found) == test.expected:
        return TestResult(test, passed=True, message=f"{test.topic}: as expected")
    about = test.item or _excerpt(test.text or test.title)
    if test.expected:
        message = f"{test.topic} should match “{about}”, but does not"
    else:
        message = f"{test.topic} should not match “{about}”, but does, by {_causes(*found[0])}"
    return TestResult(test, passed=False, message=message)


def _item(test: RuleTest, topic: Topic, source: Source) -> Item:
    """The test's own text as an item."""
    item = Item("test", source.key, None, test.title, test.text or "", lang=test.lang)
    if topic.lang and Document.of(item, source, _NOW).lang is None:
        # Too short to tell its language: one that the topic hears.
        return replace(item, lang=topic.lang[0])
    return item


def _items_of(test: RuleTest, source: Source) -> tuple[Item, ...]:
    """The items of the test's file. Raises ParseError where there are none."""
    # Here and not above: the readers of feeds take longer to import than rules to check.
    from bot.sources.seeds import read_seed  # noqa: PLC0415

    path = _file_of(test)
    if path is None:
        raise ParseError(_ABSENT)
    return read_seed(path, source)


def _file_of(test: RuleTest) -> Path | None:
    """The item's file: beside the rule file, or seen from the nearest folder above that has it."""
    folder = Path(test.path).absolute().parent
    for start in (folder, *folder.parents):
        path = start / (test.item or "")
        if path.is_file():
            return path
    return None


def _causes(item: Item, match: Match) -> str:
    words = dict.fromkeys(_written(item, span) for span in match.spans)
    return ", ".join(f"“{word}”" for word in words) or "what it excludes not being there"


def _written(item: Item, span: Span) -> str:
    if span.field == "tags":
        return item.tags[span.index or 0][span.start : span.end]
    field = item.title if span.field == "title" else item.text
    return field[span.start : span.end]


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1].rstrip() + "…"
