"""The contract's query language, case by case, on the naive engine."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.engine import evaluate, is_called
from bot.matching.explaining import explain
from bot.matching.query import parse_query
from bot.matching.rules import load_rules
from bot.matching.search import search_words
from bot.matching.text import fold
from bot.model import Item, Source, SourceKind, Span

FOLDER = Path(__file__).parents[1] / "cases" / "matching"
NOW = datetime(2025, 5, 20, tzinfo=UTC)
WIRE = Source("wire", SourceKind.FEED, "https://wire.example/rss", name="The Wire")
VOCABULARY = load_rules(FOLDER / "entities.toml").vocabulary


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((FOLDER / name).read_text("utf-8"))["case"]
    return found


def item_of(case: dict[str, Any]) -> Item:
    return Item(
        id="1",
        source="wire",
        url=None,
        title=case.get("title", ""),
        text=case.get("text", ""),
        published=case.get("published"),
        lang=case.get("lang"),
        tags=tuple(case.get("tags", ())),
        authors=tuple(case.get("authors", ())),
        agency=case.get("agency"),
    )


def written(item: Item, span: Span) -> str:
    value = item.tags[span.index or 0] if span.field == "tags" else getattr(item, span.field)
    return str(value)[span.start : span.end]


def called(name: str) -> list[str]:
    return [WIRE.key] if is_called(name, WIRE.key, WIRE.name, WIRE.address) else []


@pytest.mark.parametrize("case", cases("queries.toml"), ids=lambda case: case["why"])
def test_a_query_finds_what_it_should(case: dict[str, Any]) -> None:
    item = item_of(case)
    document = Document.of(item, WIRE, NOW)
    query = parse_query(case["query"], VOCABULARY)
    found = evaluate(query, document)
    spans = [] if found is None else [written(item, span) for span in found.spans]
    assert spans == case.get("found", [])
    assert (found is not None) == ("found" in case)
    assert explain(query, document).matched == ("found" in case)
    assert parse_query(str(query), VOCABULARY) == query
    if found is not None:
        words = set(fold("\n".join([item.title, item.text, *item.tags])).split())
        words |= {f"lang:{document.lang or ''}", f"source:{item.source}"}
        for group in search_words(query, called) or []:
            assert any(
                word in words
                or (word.endswith("*") and any(w.startswith(word[:-1]) for w in words))
                for word in group
            ), f"the search index would miss this: {group}"


@pytest.mark.parametrize("case", cases("errors.toml"), ids=lambda case: case["query"] or "nothing")
def test_a_mistake_is_pointed_at(case: dict[str, Any]) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(case["query"], VOCABULARY)
    error = caught.value
    assert error.column == case["col"]
    assert case["says"] in error.message
    assert error.hint == case.get("hint") or "hint" not in case


def test_deep_nesting_and_great_length_are_errors() -> None:
    for query in ("(" * 10_000 + "a" + ")" * 10_000, "a " * 100_000):
        with pytest.raises(QueryError):
            parse_query(query, VOCABULARY)
