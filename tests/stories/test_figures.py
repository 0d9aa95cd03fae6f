"""Stories are found as people see them: the targets of the labelled set."""

from __future__ import annotations

import pytest

from tests.stories.__main__ import lines
from tests.stories.labelled import Labelled, pairs, read_families
from tests.stories.measure import Report, measure

PRECISION, RECALL = 0.99, 0.95


@pytest.fixture(scope="module")
def families() -> list[list[Labelled]]:
    return read_families()


@pytest.fixture(scope="module")
def report(families: list[list[Labelled]]) -> Report:
    return measure(families)


def test_the_set_is_large_enough(families: list[list[Labelled]]) -> None:
    reports = [each for family in families for each in family]
    assert len(list(pairs(families))) >= 300
    assert len({each.item.lang for each in reports}) >= 8
    assert {pair.kind for pair in pairs(families)} >= {
        *("copy", "rewrite", "correction", "translation", "followup", "aspect", "template"),
    }


def test_each_pair_is_taken_for_what_it_is(report: Report) -> None:
    told = "\n".join(lines(report))
    assert report.overall.precision >= PRECISION, told
    assert report.overall.recall >= RECALL, told
    assert report.updates.precision == report.updates.recall == 1.0, told


def test_a_stream_of_all_reports_has_the_same_stories(report: Report) -> None:
    told = "\n".join(lines(report))
    assert report.stream.precision >= PRECISION, told
    assert report.stream.recall >= RECALL, told
