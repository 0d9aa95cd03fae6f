"""Tests of rules with several items in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.matching.rules import check_rules, load_rules, run_tests

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = '[topics.war]\nquery = "war"\n'
TOPIC = PLAIN + 'when = { count = 2, within = "1h" }\n'
SILENCE = PLAIN + 'when = { silence = "1h" }\n'
TEST = """[[topics.war.tests]]
now = 2025-06-01T12:00:00Z
items = [
  { text = "War", at = "3h" },
  { text = "Peace", at = "50m" },
  { title = "War", text = "and peace", at = 2025-06-01T11:30:00Z },
  { text = "War", lang = "en" },
]
"""


def loaded(folder: Path, text: str) -> Path:
    (folder / "rules.toml").write_text(text, "utf-8")
    return folder


def test_items_ring_by_the_pattern(tmp_path: Path) -> None:
    rules = load_rules(
        loaded(tmp_path, TOPIC + TEST + "rings = [false, false, false, true]\nmatch = true\n")
    )
    (result,) = run_tests(rules)
    assert (result.passed, result.message) == (True, "war: as expected")
    assert result.got == "rings = [false, false, false, true], rings"
    (test,) = rules.tests
    assert [item.at for item in test.items] == [
        timedelta(hours=3),
        timedelta(minutes=50),
        datetime(2025, 6, 1, 11, 30, tzinfo=UTC),
        None,
    ]


def test_items_ring_one_by_one_without_a_pattern(tmp_path: Path) -> None:
    rules = load_rules(loaded(tmp_path, PLAIN + TEST + "rings = [true, false, true, false]\n"))
    (result,) = run_tests(rules)
    assert not result.passed
    assert result.message == (
        "war should be: rings = [true, false, true, false];"
        " but is: rings = [true, false, true, true]"
    )
    assert result.reasons == ("item 4: found war as “War” (text 0-3)",)


def test_items_are_heard_in_order_of_time(tmp_path: Path) -> None:
    test = (
        '[[topics.war.tests]]\nitems = [{ text = "war", at = "10m" }, { text = "war", at = "2h" },'
        ' { text = "war", at = "70m" }]\nrings = [true, false, true]\n'
    )
    rules = load_rules(loaded(tmp_path, TOPIC + test))
    (result,) = run_tests(rules)
    assert result.passed, result.message


def test_a_silence_at_the_end_counts(tmp_path: Path) -> None:
    test = '[[topics.war.tests]]\nitems = [{ text = "war", at = "2h" }]\nrings = [false]\n'
    rules = load_rules(loaded(tmp_path, SILENCE + test + "match = true\n"))
    (result,) = run_tests(rules)
    assert result.passed, result.message


def test_now_is_the_time_of_the_query(tmp_path: Path) -> None:
    text = """[topics.old]
query = "war before:2025-01-01"
[[topics.old.tests]]
text = "war"
now = 2024-12-31T00:00:00Z
match = true
[[topics.old.tests]]
text = "war"
now = 2025-01-02T00:00:00+02:00
match = false
"""
    assert [each.passed for each in run_tests(load_rules(loaded(tmp_path, text)))] == [True, True]


@pytest.mark.parametrize(
    ("test", "finding"),
    [
        ('text = "war"\nrings = [true]', "4:1: error: rings says for which of the items it rings"),
        ('items = [{ text = "war" }]', "2:14: error: tests.match is missing"),
        (
            'items = [{ text = "war" }]\nrings = [true, false]',
            "4:1: error: rings has 2 answers for 1 items",
        ),
        ("items = []\nmatch = true", "3:9: error: tests.items must not be empty"),
        (
            'items = [{ at = "1h" }]\nmatch = true',
            "3:10: error: a test needs a text, or an item",
        ),
        (
            'items = [{ text = "a", at = "soon" }]\nmatch = true',
            (
                '3:30: error: tests.items.at must be a length of time such as "20s", "10m",'
                ' "1h30m" or "90d"'
            ),
        ),
        (
            'text = "war"\nnow = 2025-01-01T00:00:00\nmatch = true',
            "4:7: error: tests.now must say its offset, such as 2025-05-18T12:00:00Z",
        ),
        (
            'text = "war"\nitems = [{ text = "war" }]\nmatch = true',
            "3:1: error: a test has items, or a text of its own, not both items and text",
        ),
        (
            'items = [{ item = "nowhere.txt" }]\nmatch = true',
            "nowhere.txt: there is no such file beside the rule file or in a folder above it",
        ),
    ],
)
def test_what_is_wrong_with_a_test_over_time(test: str, finding: str, tmp_path: Path) -> None:
    text = f'topics.war.query = "war"\n[[topics.war.tests]]\n{test}\n'
    found = [str(each) for each in check_rules([loaded(tmp_path, text)])]
    assert any(line.endswith(finding) for line in found), found
