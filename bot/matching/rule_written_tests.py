"""The tests that rule files carry: which there are, and what is wrong with how they are written."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import Finding
from bot.matching.ruleset import RuleTest, TestItem
from bot.values import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.matching.rule_entries import Entries, Entry

ABSENT = "there is no such file beside the rule file or in a folder above it"
_WORDS = ("text", "title", "lang")


def written_tests(entries: Entries) -> Iterator[RuleTest]:
    """The tests of all topics; of the ones that are badly written, the schema tells."""
    for entry in entries.topics.values():
        for number, raw in _tests_of(entry):
            yield _written_test(entry, number, raw)


def contradictions_of_tests(entry: Entry) -> Iterator[Finding]:
    """What no single key of a test can say."""
    for number, test in _tests_of(entry):
        place = ("tests", number)
        yield from _contradictions_of_words(entry, test, place)
        items = test.get("items")
        if items is None and "rings" in test:
            yield entry.finding("rings says for which of the items it rings", *place, "rings")
        if "match" not in test and ("rings" not in test or items is None):
            yield entry.finding("tests.match is missing", *place)
        if not isinstance(items, list):
            continue
        for at, item in enumerate(items):
            if isinstance(item, dict):
                yield from _contradictions_of_words(entry, item, (*place, "items", at))
        rings = test.get("rings")
        if isinstance(rings, list) and len(rings) != len(items):
            message = f"rings has {len(rings)} answers for {len(items)} items"
            yield entry.finding(message, *place, "rings")


def _contradictions_of_words(
    entry: Entry, test: Mapping[str, Any], place: tuple[str | int, ...]
) -> Iterator[Finding]:
    texts = [key for key in _WORDS if key in test]
    for whole in ("item", "items"):
        if whole in test and texts:
            what = "an item" if whole == "item" else "items"
            message = f"a test has {what}, or a text of its own, not both {whole} and {texts[0]}"
            yield entry.finding(message, *place, texts[0])
            return
    if not {"item", "items", "text", "title"} & test.keys():
        line, col = (
            entry.document.value_place(*entry.path, *place)  # an element of a list has no key
            if "items" in place
            else entry.document.place(*entry.path, *place)
        )
        yield Finding(entry.document.path, line, col, "a test needs a text, or an item")
    elif "item" in test and "items" in test:
        yield entry.finding("a test has one item or several items, not both", *place, "items")


def missing_items(tests: Iterable[RuleTest]) -> Iterator[Finding]:
    """A finding for each test whose item is not there."""
    for test in tests:
        for item in (test.item, *(each.item for each in test.items)):
            if item is not None and file_of(item, test) is None:
                yield Finding(test.path, test.line, test.col, f"{item}: {ABSENT}")


def file_of(item: str, test: RuleTest) -> Path | None:
    """The item's file: beside the rule file, or seen from the nearest folder above that has it."""
    folder = Path(test.path).absolute().parent
    for start in (folder, *folder.parents):
        path = start / item
        if path.is_file():
            return path
    return None


def _tests_of(entry: Entry) -> Iterator[tuple[int, dict[str, Any]]]:
    tests = entry.raw.get("tests") if isinstance(entry.raw, dict) else None
    for number, raw in enumerate(tests if isinstance(tests, list) else []):
        if isinstance(raw, dict):
            yield number, raw


def _written_test(entry: Entry, number: int, raw: Mapping[str, Any]) -> RuleTest:
    items, rings = raw.get("items"), raw.get("rings")
    return RuleTest(
        topic=entry.key,
        expected=raw["match"] if isinstance(raw.get("match"), bool) else None,
        text=_text(raw, "text"),
        item=_text(raw, "item"),
        title=_text(raw, "title") or "",
        lang=_text(raw, "lang"),
        now=_moment(raw.get("now")),
        items=tuple(
            _written_item(each)
            for each in (items if isinstance(items, list) else [])
            if isinstance(each, dict)
        ),
        rings=tuple(each is True for each in rings) if isinstance(rings, list) else None,
        entry=entry,
        number=number,
    )


def _written_item(raw: Mapping[str, Any]) -> TestItem:
    return TestItem(
        text=_text(raw, "text") or "",
        title=_text(raw, "title") or "",
        lang=_text(raw, "lang"),
        source=_text(raw, "source"),
        item=_text(raw, "item"),
        at=_at(raw.get("at")),
    )


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None


def _moment(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def _at(value: Any) -> datetime | timedelta | None:
    if isinstance(value, str):
        try:
            return parse_duration(value)
        except ValueError:  # the schema says so
            return None
    return _moment(value)
