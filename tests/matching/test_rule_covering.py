from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.query import parse_query
from bot.matching.rule_covering import covered_topics, covers
from bot.matching.ruleset import Topic
from bot.matching.vocabulary import Entity, Vocabulary
from bot.model import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

VOCABULARY = Vocabulary(
    {"putin": Entity("putin", names={"en": ("Putin",), "zh": ("俄罗斯",)})},
    {"war": ("war", "peace talks", "@putin"), "peace": ("peace", "war")},
)
LEAVES = [
    *("war", "peace", "wars", '"peace talks"', '"the peace talks"', '"peace war"~3', "pea*"),
    *("peac*", "=War", "@putin", "$war", "$peace", "/wa.s?/", "俄罗斯", "lang:en", "title:war"),
    *('text:"peace talks"', "tag:war", "source:s", "title:peace"),
]
QUERIES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda it: f"({it[0]} {it[1]})"),
        st.tuples(inner, inner).map(lambda it: f"({it[0]} OR {it[1]})"),
        st.tuples(inner, inner).map(lambda it: f"({it[0]} -{it[1]})"),
    ),
    max_leaves=5,
)
TEXTS = st.lists(
    st.sampled_from(
        ["war", "Wars", "the", "peace", "talks", "Putin", "白俄罗斯", "War.", "peacock"]
    ),
    max_size=6,
).map(" ".join)


def document(title: str, text: str, tag: str) -> Document:
    item = Item("1", "s", None, title, text, lang="en", tags=(tag,))
    return Document.of(item, None, datetime(2026, 1, 1, tzinfo=UTC))


@settings(max_examples=300, deadline=None)
@given(QUERIES, QUERIES, st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=8))
def test_what_is_covered_is_never_met_alone(
    wide: str, narrow: str, texts: list[tuple[str, str, str]]
) -> None:
    try:
        one, other = parse_query(wide, VOCABULARY), parse_query(narrow, VOCABULARY)
    except QueryError:
        return
    if not covers(one.tree, other.tree):
        return
    for each in map(document, *zip(*texts, strict=True)):
        assert evaluate(other, each) is None or evaluate(one, each) is not None


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("war", "war peace", True),
        ("war OR peace", "war", True),
        ("war", "war OR peace", False),
        ("war", '"the war"', True),
        ('"the war"', "war", False),
        ("war", "title:war", True),
        ("title:war", "war", False),
        ("$war", "war", True),
        ('war OR @putin OR "peace talks"', "@putin war", True),
        ("war -peace", "war", False),
        ("war", "war -peace", True),
        ("war -peace", "war -(peace OR talks)", True),
        ("pea*", "peac*", True),
        ("@putin", "putin", False),
    ],
)
def test_cases(wide: str, narrow: str, expected: bool) -> None:
    one, other = parse_query(wide, VOCABULARY), parse_query(narrow, VOCABULARY)
    assert covers(one.tree, other.tree) is expected


@settings(max_examples=200, deadline=None)
@given(st.lists(QUERIES, min_size=2, max_size=8))
def test_every_covered_topic_is_found_without_comparing_all(written: list[str]) -> None:
    topics = []
    for number, each in enumerate(written):
        try:
            query = parse_query(each, VOCABULARY)
        except QueryError:
            continue
        topics.append(Topic(f"t{number}", {}, query))

    found = [(one.key, other.key) for one, other in covered_topics(topics)]

    assert found == list(compared_with_all(topics))


def compared_with_all(topics: list[Topic]) -> Iterator[tuple[str, str]]:
    for at, topic in enumerate(topics):
        for other_at, other in enumerate(topics):
            wide, narrow = other.query.tree, topic.query.tree
            if other is topic or not covers(wide, narrow):
                continue
            if other_at < at or not covers(narrow, wide):
                yield topic.key, other.key
                break
