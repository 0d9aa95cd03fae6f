"""What holds for every query: it reads or says why, prints as itself, and is equal to its equals."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.engine import evaluate, holds
from bot.matching.explaining import explain
from bot.matching.query import parse_query
from bot.matching.query.printing import identity
from bot.matching.rules import load_rules
from bot.model import Item

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.matching.query import Query

FOLDER = Path(__file__).parents[1] / "cases" / "matching"
VOCABULARY = load_rules(FOLDER / "entities.toml").vocabulary
NOW = datetime(2025, 5, 20, tzinfo=UTC)
CANONICAL = tomllib.loads((FOLDER / "canonical.toml").read_text("utf-8"))["case"]

# Words that do not inflect into one another.
WORDS = ["alpha", "beta", "gamma", "delta"]
ALL_SETS = [{word for word in WORDS if mask >> WORDS.index(word) & 1} for mask in range(16)]


@dataclass(frozen=True)
class Told:
    """A boolean expression as text, what it says of the words that are there, and whether some
    AND in it can never be true."""

    text: str
    true: Callable[[set[str]], bool]
    impossible: bool = False


def read(text: str) -> tuple[Query | None, QueryError | None]:
    try:
        return parse_query(text, VOCABULARY), None
    except QueryError as error:
        return None, error


def leaf(word: str) -> Told:
    return Told(word, lambda there: word in there)


def excluded(told: Told) -> Told:
    return Told(f"-({told.text})", lambda there: not told.true(there), told.impossible)


def joined(parts: list[Told], operator: str) -> Told:
    text = operator.join(f"({part.text})" for part in parts)
    every = any if operator == " OR " else all

    def true(there: set[str]) -> bool:
        return every(part.true(there) for part in parts)

    never = operator == " " and not any(map(true, ALL_SETS))
    return Told(text, true, never or any(part.impossible for part in parts))


def branches(told: st.SearchStrategy[Told]) -> st.SearchStrategy[Told]:
    some = st.lists(told, min_size=1, max_size=4)
    return st.one_of(
        told.map(excluded),
        some.map(lambda parts: joined(parts, " ")),
        some.map(lambda parts: joined(parts, " OR ")),
    )


EXPRESSIONS = st.recursive(st.sampled_from(WORDS).map(leaf), branches, max_leaves=10)

PIECES = st.sampled_from(
    [
        *(
            "poutine Poutine négociation covid-19 l’Ukraine O'Neill 普京 #VladimirPoutine о’кей".split()
        ),
        *("OR AND NOT | - ( ) && -( ~ ~3 * : = @ $ / . ,".split()),
        *('"peace talks" "a b"~5 «x» =Poutine ="A B" négoc* @putin $truce /dro.e/ /a/'.split()),
        *("title: text: tag: source:wire lang:fr lang:xx agency:AA author:x since:24h".split()),
        *('before:2025-05-18 " “ ” title:( тег İ ı ß ﬁ \u200b \u00a0 \ud800 \x00'.split(" ")),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map(" ".join)))
def test_a_query_reads_or_says_why_and_prints_as_itself(text: str) -> None:
    query, error = read(text)
    if query is None:
        assert error is not None
        assert error.message
        assert 1 <= error.column <= max(len(text), 1)
        return
    again = parse_query(str(query), VOCABULARY)
    assert again == query
    assert str(again) == str(query)
    assert hash(again) == hash(query)


@given(EXPRESSIONS, st.sets(st.sampled_from(WORDS)))
def test_simplifying_changes_nothing_that_it_matches(told: Told, there: set[str]) -> None:
    query, error = read(told.text)
    if query is None:
        assume("nothing can match" in str(error))
        assert told.impossible, "what could match was refused"
        return
    item = Item("1", "wire", None, "", " ".join(sorted(there)))
    document = Document.of(item, None, NOW)
    assert (evaluate(query, document) is not None) == told.true(there)
    assert holds(query, document) == told.true(there)
    assert explain(query, document).matched == told.true(there)


@given(EXPRESSIONS, EXPRESSIONS)
def test_neither_order_nor_repetition_counts(one: Told, other: Told) -> None:
    for operator in ("AND", "OR"):
        query, _ = read(f"({one.text}) {operator} ({other.text})")
        turned, _ = read(f"({other.text}) {operator} ({one.text})")
        assert query == turned
        assert str(query) == str(turned)
        if query is not None:
            assert read(f"({query}) {operator} ({query})")[0] == query


def test_what_is_excluded_twice_is_flat() -> None:
    one = parse_query("alpha -(-alpha OR -(alpha beta))", VOCABULARY)
    assert str(one) == "alpha beta"
    assert parse_query("-(-alpha OR -(alpha beta)) alpha", VOCABULARY) == one


@pytest.mark.parametrize("case", CANONICAL, ids=lambda case: case["prints"])
def test_equal_queries_are_one(case: dict[str, Any]) -> None:
    queries = [parse_query(text, VOCABULARY) for text in case["same"]]
    assert {str(query) for query in queries} == {case["prints"]}
    assert len(set(queries)) == 1


def test_what_is_equal_is_spelt_as_written_and_named_as_meant() -> None:
    one, other = (
        parse_query("Poutine négocie", VOCABULARY),
        parse_query("negocie poutine", VOCABULARY),
    )
    assert one == other
    assert str(one) == "négocie Poutine"
    assert identity(one.tree) == identity(other.tree)
    assert parse_query("=Poutine", VOCABULARY) != parse_query("=poutine", VOCABULARY)
    assert parse_query('"poutine"', VOCABULARY) != parse_query("poutine", VOCABULARY)
