"""Running the tests that rule files carry, and saying what came of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.errors import Finding, ParseError
from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.patterns import Heard, replay
from bot.matching.question import Question
from bot.matching.rule_written_tests import ABSENT, file_of
from bot.matching.topic_explaining import explain_topic, reasons
from bot.model import Item, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.ruleset import RuleSet, RuleTest, TestItem, Topic
    from bot.model import Span

# The test's own day, so that a test answers tomorrow as it did today.
_NOW = datetime(2025, 5, 18, 12, tzinfo=UTC)
_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of a test. ``message`` is a sentence; ``finding`` says it at the test's place.

    ``expected`` and ``got`` say it in a word each; ``reasons`` are the parts of the query that made
    a test fail, with what was found of them and what was not.
    """

    test: RuleTest
    passed: bool
    message: str
    expected: str = ""
    got: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def finding(self) -> Finding:
        """The result as a finding."""
        return Finding(self.test.path, self.test.line, self.test.col, self.message)


def run_tests(rules: RuleSet) -> list[TestResult]:
    """Run all tests. A topic that is not enabled is tested as if it were."""
    known = (test for test in rules.tests if test.topic in rules.topics)  # else the load said why
    return [_Run(test, rules).result() for test in known]


class _Run:
    """One test under way."""

    def __init__(self, test: RuleTest, rules: RuleSet) -> None:
        self._test = test
        self._rules = rules
        self._topic: Topic = replace(rules.topics[test.topic], enabled=True)
        self._question = Question.of_topic(self._topic, rules)
        self._now = test.now or _NOW

    def result(self) -> TestResult:
        """What comes of it."""
        try:
            return self._over_time() if self._test.items else self._of_one()
        except ParseError as error:
            return TestResult(self._test, passed=False, message=str(error), got="not read")

    def _of_one(self) -> TestResult:
        test, source = self._test, self._source()
        if test.item is None:
            words = test.title, test.text or "", test.lang
            items: tuple[Item, ...] = (self._item(*words, source),)
        else:
            items = self._read(test.item, source)
        rings = [item for item in items if self._rings(item, source, self._now)]
        got, expected = _word(bool(rings)), _word(test.expected is True)
        if got == expected:
            message = f"{test.topic}: as expected"
            return TestResult(test, passed=True, message=message, expected=expected, got=got)
        about = test.item or _excerpt(test.text or test.title)
        if test.expected:
            message = f"{test.topic} should match “{about}”, but does not"
        else:
            causes = self._causes(rings[0], source)
            message = f"{test.topic} should not match “{about}”, but does, by {causes}"
        item = rings[0] if rings else items[0]
        return TestResult(
            test,
            passed=False,
            message=message,
            expected=expected,
            got=got,
            reasons=self._reasons(item, source),
        )

    def _over_time(self) -> TestResult:
        test = self._test
        heard = sorted(
            (
                (self._moment(each), number, item, source)
                for number, each in enumerate(test.items)
                for source in (self._source(each),)
                for item in self._items_of(each, source)
            ),
            key=lambda it: it[:2],
        )
        rang, at_all = self._rang([(at, item, source) for at, _, item, source in heard])
        each = [False] * len(test.items)
        for (_, number, _, _), rung in zip(heard, rang, strict=True):
            each[number] |= rung
        wrong = test.rings is not None and tuple(each) != test.rings
        wrong |= test.expected is not None and at_all != test.expected
        expected, got = _expected(test), _got(test, each, at_all=at_all)
        if not wrong:
            message = f"{test.topic}: as expected"
            return TestResult(test, passed=True, message=message, expected=expected, got=got)
        message = f"{test.topic} should be: {expected}; but is: {got}"
        told = [
            f"item {number + 1}: {line}"
            for _, number, item, source in heard
            if test.rings is None or each[number] != test.rings[number]
            for line in self._reasons(item, source)
        ]
        return TestResult(
            test,
            passed=False,
            message=message,
            expected=expected,
            got=got,
            reasons=tuple(dict.fromkeys(told)),
        )

    def _rang(self, heard: Sequence[tuple[datetime, Item, Source]]) -> tuple[list[bool], bool]:
        """For which of the items the topic rings, and whether it rings at all."""
        pattern = self._topic.when
        if pattern is None:
            each = [self._rings(item, source, at) for at, item, source in heard]
            return each, any(each)
        rung = replay(
            pattern,
            [
                Heard(at, keys is not None, keys or ())
                for at, item, source in heard
                for keys in (self._question.keys(pattern, Document.of(item, source, at)),)
            ],
            self._now,
        )
        return [occasion is not None for occasion in rung.each], rung.at_all

    def _rings(self, item: Item, source: Source, now: datetime) -> bool:
        return self._question.rings(Document.of(item, source, now))

    def _causes(self, item: Item, source: Source) -> str:
        found = evaluate(self._topic.query, Document.of(item, source, self._now))
        words = dict.fromkeys(_written(item, span) for span in (found.spans if found else ()))
        return ", ".join(f"“{word}”" for word in words) or "what it excludes not being there"

    def _reasons(self, item: Item, source: Source) -> tuple[str, ...]:
        document = Document.of(item, source, self._now)
        return tuple(reasons(explain_topic(self._topic, self._rules, document), item))

    def _source(self, each: TestItem | None = None) -> Source:
        # A topic that hears some sources only is tested as one of these.
        heard = self._topic.sources[0] if self._topic.sources else "test"
        return Source((each and each.source) or heard, SourceKind.FOLDER, "")

    def _moment(self, each: TestItem) -> datetime:
        if isinstance(each.at, timedelta):
            return self._now - each.at
        return each.at or self._now

    def _items_of(self, each: TestItem, source: Source) -> tuple[Item, ...]:
        if each.item is not None:
            return self._read(each.item, source)
        return (self._item(each.title, each.text, each.lang, source),)

    def _item(self, title: str, text: str, lang: str | None, source: Source) -> Item:
        """The test's own text as an item."""
        item = Item("test", source.key, None, title, text, lang=lang)
        if self._topic.lang and Document.of(item, source, self._now).lang is None:
            # Too short to tell its language: one that the topic hears.
            return replace(item, lang=self._topic.lang[0])
        return item

    def _read(self, name: str, source: Source) -> tuple[Item, ...]:
        """The items of a file. Raises ParseError where there are none."""
        # Here and not above: the readers of feeds take longer to import than rules to check.
        from bot.sources.seeds import read_seed  # noqa: PLC0415

        path = file_of(name, self._test)
        if path is None:
            raise ParseError(f"{name}: {ABSENT}")
        try:
            return read_seed(path, source)
        except ParseError as error:
            raise ParseError(f"{name}: {error}") from error


def _word(matched: bool) -> str:  # noqa: FBT001 - the answer itself
    return "match" if matched else "no match"


def _expected(test: RuleTest) -> str:
    parts = [] if test.rings is None else [_listed(test.rings)]
    if test.expected is not None:
        parts.append("rings" if test.expected else "does not ring")
    return ", ".join(parts)


def _got(test: RuleTest, each: list[bool], *, at_all: bool) -> str:
    parts = [] if test.rings is None else [_listed(each)]
    if test.expected is not None:
        parts.append("rings" if at_all else "does not ring")
    return ", ".join(parts)


def _listed(rings: list[bool] | tuple[bool, ...]) -> str:
    return f"rings = [{', '.join(str(each).lower() for each in rings)}]"


def _written(item: Item, span: Span) -> str:
    if span.field == "tags":
        return item.tags[span.index or 0][span.start : span.end]
    field = item.title if span.field == "title" else item.text
    return field[span.start : span.end]


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1].rstrip() + "…"
