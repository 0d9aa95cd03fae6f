"""The built-in places in real sentences: found where a text speaks of them, and nowhere else."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.matching.document import Document
from bot.matching.occurrences import find_names
from bot.matching.rules import load_rules
from bot.model import Item

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "matching" / "places.toml").read_text("utf-8")
)["case"]
NOW = datetime(2025, 5, 20, tzinfo=UTC)
PLACES = load_rules(Path("no such folder")).vocabulary


def found(case: dict[str, Any]) -> set[str]:
    """The keys of the places in the case's title and text."""
    title, text, lang = case.get("title", ""), case.get("text", ""), case.get("lang")
    document = Document.of(Item("1", "s", None, title, text, lang=lang), None, NOW)
    return {
        occurrence.entity
        for field in (document.title, document.text)
        for occurrence in find_names(field, PLACES)
    }


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "known" not in case],
    ids=lambda case: f"{case.get('lang')}: {case.get('title') or case['text']}",
)
def test_a_text_speaks_of_these_places(case: dict[str, Any]) -> None:
    assert found(case) == set(case["places"])


def test_precision_and_recall_are_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    right = wrong = missed = 0
    for case in CASES:
        wanted, got = set(case["places"]), found(case)
        right += len(wanted & got)
        wrong += len(got - wanted)
        missed += len(wanted - got)
    precision, recall = right / (right + wrong), right / (right + missed)
    with capsys.disabled():
        print(  # noqa: T201 - the figures of decision 0015
            f"\nplaces: precision {precision:.3f}, recall {recall:.3f}, {len(CASES)} texts"
        )
    assert len(CASES) >= 150
    assert len({case["lang"] for case in CASES if "lang" in case}) >= 10
    assert precision >= 0.98
    assert recall >= 0.97
