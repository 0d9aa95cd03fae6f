"""Matching rings for what people mean: the targets of the labelled set."""

from __future__ import annotations

import pytest

from bot.matching.rules import load_rules
from tests.quality.__main__ import RULES, lines
from tests.quality.labelled import (
    ADMIN,
    ASKED,
    read_asked_items,
    read_items,
    read_open_items,
    read_queries,
)
from tests.quality.measure import measure, measure_asked, measure_open

PRECISION, RECALL = 0.98, 0.97


def test_the_set_is_large_enough() -> None:
    items = read_items()
    assert len(items) >= 400
    assert len({each.lang for each in items} - {"mul"}) >= 10
    assert len({(each.item.title, each.item.text) for each in items}) == len(items)


@pytest.mark.parametrize("lang_named", [True, False], ids=["language named", "language found"])
def test_matching_rings_for_what_people_mean(*, lang_named: bool) -> None:
    report = measure(read_items(), read_queries(), load_rules(RULES), lang_named=lang_named)
    told = "\n".join(lines(report))
    assert report.overall.precision >= PRECISION, told
    assert report.overall.recall >= RECALL, told


@pytest.mark.parametrize("lang_named", [True, False], ids=["language named", "language found"])
def test_of_all_entities_those_ring_that_are_named(*, lang_named: bool) -> None:
    report = measure_open(read_open_items(), load_rules(RULES), lang_named=lang_named)
    told = "\n".join(lines(report))
    assert report.overall.precision >= PRECISION, told
    assert report.overall.recall >= RECALL, told


@pytest.mark.parametrize("lang_named", [True, False], ids=["language named", "language found"])
def test_rules_that_an_admin_wrote_ring_for_what_is_named(*, lang_named: bool) -> None:
    rules = load_rules(ADMIN / "rules")
    report = measure_open(read_open_items(ADMIN), rules, lang_named=lang_named)
    told = "\n".join(lines(report))
    assert report.overall.precision >= PRECISION, told
    assert report.overall.recall >= RECALL, told


@pytest.mark.parametrize("lang_named", [True, False], ids=["language named", "language found"])
def test_queries_of_a_newsroom_ring_for_what_they_ask(*, lang_named: bool) -> None:
    rules = load_rules(ASKED / "rules")
    report = measure_asked(read_asked_items(), rules, lang_named=lang_named)
    told = "\n".join(lines(report))
    assert report.overall.precision >= PRECISION, told
    assert report.overall.recall >= RECALL, told
