"""Each kind of finding: what brings it about, and the same put right, in ``cases/findings/KIND``.

A bad folder's files name its findings in lines that begin with ``#:``; a good folder has none. The
sources are in English and French; a topic rings for what its key says, the others for enough.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.matching.rule_allowing import CODES
from bot.matching.rule_warnings import Rang
from bot.matching.rules import check_rules

if TYPE_CHECKING:
    from bot.matching.ruleset import RuleSet

CASES = Path(__file__).parents[1] / "cases" / "findings"
ERRORS = {
    "duplicate",
    "failing-test",
    "impossible-query",
    "only-excludes",
    "query-syntax",
    "regex",
    "toml-syntax",
    "unknown-entity",
    "unknown-key",
    "unknown-language",
    "unknown-list",
    "unknown-template",
    "unknown-zone",
}
SHARES = {"silent": 0.0, "noisy": 0.5}


def found(folder: Path) -> list[str]:
    findings = check_rules([folder], langs=["en", "fr"], rang=rang)
    return [str(each).replace(f"{folder}/", "") for each in findings]


def rang(rules: RuleSet) -> Rang:
    return Rang(100, {key: SHARES[key] for key in rules.topics if key in SHARES})


def named(folder: Path) -> list[str]:
    return [
        f"{path.name}:{line[3:]}"
        for path in sorted(folder.iterdir())
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("#: ")
    ]


def test_every_kind_has_its_cases() -> None:
    assert {path.name for path in CASES.iterdir()} == ERRORS | CODES.keys()


@pytest.mark.parametrize("kind", sorted(ERRORS | CODES.keys()))
def test_what_is_bad_is_found_and_what_is_good_is_not(kind: str) -> None:
    bad, good = CASES / kind / "bad", CASES / kind / "good"
    assert len(named(bad)) == 1
    assert found(bad) == named(bad)
    assert (f"[{kind}]" in named(bad)[0]) == (kind in CODES)
    assert any(good.iterdir())
    assert found(good) == []
