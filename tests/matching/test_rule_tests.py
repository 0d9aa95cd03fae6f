from __future__ import annotations

from pathlib import Path

import pytest

from bot.matching.rules import check_rules, load_rules, run_tests

CASES = Path(__file__).parents[1] / "cases" / "rules"
TOPIC = '[topics.kremlin]\ntitle = { en = "Kremlin" }\n'
QUERY = "query = 'kremlin -football'\n"


def outcomes(folder: Path, topic: str, *tests: str, more: str = "") -> list[tuple[bool, str]]:
    """Whether each test of the topic passed, and its message."""
    text = TOPIC + topic + "".join(f"[[topics.kremlin.tests]]\n{test}\n" for test in tests) + more
    (folder / "rules.toml").write_text(text, "utf-8")
    return [(result.passed, result.message) for result in run_tests(load_rules(folder))]


def test_the_good_case_passes() -> None:
    results = run_tests(load_rules(CASES / "good"))
    assert [(result.test.topic, result.passed) for result in results] == [
        ("istanbul-talks", True),
        ("istanbul-talks", True),
        ("istanbul-talks", True),
        ("outbreak", True),
    ]


@pytest.mark.parametrize(
    ("test", "passed", "message"),
    [
        ('text = "The Kremlin said"\nmatch = true', True, "kremlin: as expected"),
        ('title = "The Kremlin said"\nmatch = true', True, "kremlin: as expected"),
        ('text = "Nothing"\nmatch = false', True, "kremlin: as expected"),
        (
            'text = "Nothing"\nmatch = true',
            False,
            "kremlin should match “Nothing”, but does not",
        ),
        (
            'text = "The Kremlin said"\nmatch = false',
            False,
            "kremlin should not match “The Kremlin said”, but does, by “Kremlin”",
        ),
        (
            f'text = """{"A long text. " * 9}"""\nmatch = true',
            False,
            f"kremlin should match “{('A long text. ' * 9)[:58]}…”, but does not",
        ),
    ],
)
def test_a_test_says_what_it_expected(
    test: str,
    passed: bool,
    message: str,
    tmp_path: Path,
) -> None:
    assert outcomes(tmp_path, QUERY, test) == [(passed, message)]


def test_a_failure_has_its_place(tmp_path: Path) -> None:
    test = 'text = "Nothing"\nmatch = true'
    outcomes(tmp_path, QUERY, test, test)
    results = run_tests(load_rules(tmp_path))
    assert [str(result.finding) for result in results] == [
        f"{tmp_path}/rules.toml:{line}:18: error: kremlin should match “Nothing”, but does not"
        for line in (4, 7)
    ]


@pytest.mark.parametrize(
    ("topic", "test"),
    [
        ("enabled = false\n", 'text = "kremlin"\nmatch = true'),
        ('sources = ["aa"]\n', 'text = "kremlin"\nmatch = true'),
        ('lang = ["fr"]\n', 'text = "kremlin"\nlang = "fr"\nmatch = true'),
        ('lang = ["fr"]\n', 'text = "kremlin"\nlang = "en"\nmatch = false'),
        ('lang = ["fr"]\n', 'text = "kremlin"\nmatch = true'),
        ('when = { count = 5, within = "1h" }\n', 'text = "kremlin"\nmatch = true'),
    ],
)
def test_what_narrows_a_topic_is_heeded(topic: str, test: str, tmp_path: Path) -> None:
    assert outcomes(tmp_path, topic + QUERY, test) == [(True, "kremlin: as expected")]


def test_filters_are_heeded(tmp_path: Path) -> None:
    more = '[filters.sport]\nquery = "handball"\n'
    test = 'text = "Kremlin handball"\nmatch = false'
    assert outcomes(tmp_path, QUERY, test, more=more) == [(True, "kremlin: as expected")]


@pytest.mark.parametrize("folder", ["rules", "rules/deep/er", "."])
def test_an_item_is_found_beside_the_file_or_in_a_folder_above(folder: str, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "a.txt").write_text("The Kremlin speaks\n\nIt said so on Monday.\n")
    rules = tmp_path / folder
    rules.mkdir(parents=True, exist_ok=True)
    test = 'item = "seeds/a.txt"\nmatch = true'
    assert outcomes(rules, QUERY, test) == [(True, "kremlin: as expected")]
    assert check_rules([rules / "rules.toml"]) == []


def test_an_item_of_several_matches_by_any_of_them(tmp_path: Path) -> None:
    lines = '{"id": "1", "title": "Cats"}\n{"id": "2", "title": "Kremlin"}\n'
    (tmp_path / "a.jsonl").write_text(lines)
    test = 'item = "a.jsonl"\nmatch = false'
    assert outcomes(tmp_path, QUERY, test) == [
        (False, "kremlin should not match “a.jsonl”, but does, by “Kremlin”")
    ]


def test_an_item_that_is_not_there_or_cannot_be_read_fails(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    tests = [f'item = "{name}.txt"\nmatch = false' for name in ("none", "empty")]
    assert outcomes(tmp_path, QUERY, *tests) == [
        (
            False,
            "none.txt: there is no such file beside the rule file or in a folder above it",
        ),
        (False, "empty.txt: the file is empty"),
    ]
    assert [finding.line for finding in check_rules([tmp_path])] == [4, 7]
