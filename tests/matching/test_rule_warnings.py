from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.matching.rule_warnings import Rang
from bot.matching.rules import check_rules

if TYPE_CHECKING:
    from pathlib import Path

TWO = '[topics.wide]\nquery = "war"\n[topics.narrow]\nquery = "war boat"\n'
LIST = '[lists]\nwar = ["war"]\n'
PUTIN = '[entities.someone]\nkind = "person"\nnames = { en = ["Someone"] }\n'


def warnings(folder: Path, text: str, **more: object) -> list[str]:
    (folder / "r.toml").write_text(text, "utf-8")
    found = check_rules([folder], **more)  # type: ignore[arg-type]
    return [str(each).removeprefix(f"{folder}/r.toml:") for each in found]


def test_a_topic_that_another_covers(tmp_path: Path) -> None:
    assert warnings(tmp_path, TWO) == [
        (
            "4:10: warning: whatever rings this rings the topic “wide” too, whose query is wider"
            " [covered]"
        )
    ]


def test_of_two_topics_that_say_the_same_the_later_is_named(tmp_path: Path) -> None:
    text = '[topics.a]\nquery = "war boat"\n[topics.b]\nquery = "boat war"\n'
    assert warnings(tmp_path, text) == [
        "4:10: warning: the topic “a” rings for exactly the same [covered]"
    ]


@pytest.mark.parametrize(
    "more",
    [
        'lang = ["fr"]',
        'sources = ["aa"]',
        "enabled = false",
        'when = { count = 3, within = "1h" }',
    ],
)
def test_a_topic_that_is_narrowed_covers_nothing(more: str, tmp_path: Path) -> None:
    text = TWO.replace('query = "war"\n', f'query = "war"\n{more}\n')
    assert warnings(tmp_path, text) == []


def test_an_alternative_that_adds_nothing(tmp_path: Path) -> None:
    text = "[topics.a]\nquery = 'boat (war OR \"the war\")'\n"
    assert warnings(tmp_path, text) == [
        '2:23: warning: "the war" adds nothing to this OR: war finds all that it finds [covered]'
    ]


def test_a_list_that_no_query_names(tmp_path: Path) -> None:
    expected = ["2:1: warning: no query names the list “war” [unused-list]"]
    assert warnings(tmp_path, LIST) == expected
    for use in (
        '[topics.a]\nquery = "$war"\n',
        '[topics.a.score]\nthreshold = 1\nwords = { "$war" = 1 }\n',
        '[filters.a]\nquery = "$war"\n',
    ):
        assert warnings(tmp_path, LIST + use) == []


def test_an_entity_without_a_name_in_a_language_of_the_sources(tmp_path: Path) -> None:
    assert warnings(tmp_path, PUTIN, langs=["en", "ru", "fr"]) == [
        "3:1: warning: @someone has no name in fr, ru, which the sources use [unnamed-language]"
    ]
    assert warnings(tmp_path, PUTIN, langs=["en"]) == []


def test_topics_that_rang_for_nothing_or_nearly_all(tmp_path: Path) -> None:
    text = '[topics.a]\nquery = "a1"\n[topics.b]\nquery = "b1"\n'
    rang = Rang(12_000, {"a": 0.0, "b": 0.514})
    assert warnings(tmp_path, text, rang=lambda _: rang) == [
        "1:9: warning: the topic “a” rings for none of the 12,000 stored items [silent-topic]",
        "3:9: warning: the topic “b” rings for 51% of the stored items [noisy-topic]",
    ]


@pytest.mark.parametrize(
    "text",
    [
        '[lists]\nwar = ["war"]  # tocsin: allow unused-list\n',
        '[lists]\n# tocsin: allow unused-list\nwar = ["war"]\n',
        '[lists]\nwar = ["war"] # tocsin: allow covered, unused-list\n',
        '[lists]\nwar = [ # tocsin: allow unused-list\n  "war",\n]\n',
    ],
)
def test_a_comment_allows_a_warning(text: str, tmp_path: Path) -> None:
    assert warnings(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            '[lists]\nwar = ["war"]  # tocsin: allow unused-lists\n',
            (
                "2:16: warning: there is no warning “unused-lists” (did you mean unused-list?)"
                " [unknown-allow]"
            ),
        ),
        (
            '[lists]\nwar = ["war"]  # tocsin: ignore\n',
            (
                "2:16: warning: a comment for tocsin reads: # tocsin: allow unused-list"
                " [unknown-allow]"
            ),
        ),
    ],
)
def test_a_comment_that_allows_nothing_is_a_warning(
    text: str, finding: str, tmp_path: Path
) -> None:
    assert finding in warnings(tmp_path, text)


def test_what_looks_like_a_comment_in_a_text_allows_nothing(tmp_path: Path) -> None:
    text = '[lists]\nwar = ["# tocsin: allow unused-list"]\n'
    assert len(warnings(tmp_path, text)) == 1


def test_no_comment_allows_an_error(tmp_path: Path) -> None:
    text = '[topics.a]\nquery = "a OR"  # tocsin: allow covered\n'
    assert [": error: " in line for line in warnings(tmp_path, text)] == [True]


def test_failing_tests_are_errors_beside_the_others(tmp_path: Path) -> None:
    text = (
        '[topics.a]\nquery = "war"\n[[topics.a.tests]]\ntext = "peace"\nmatch = true\n'
        '[topics.b]\nquery = "b OR"\n'
    )
    assert warnings(tmp_path, text) == [
        "3:12: error: a should match “peace”, but does not",
        "7:12: error: OR needs something on its right",
    ]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('[topics.a]\nrenamed_from = "a"\nquery = "x"\n', "2:17: error: renamed_from is the key"),
        (
            '[topics.a]\nrenamed_from = "b"\nquery = "x"\n[topics.b]\nquery = "y"\n',
            "2:17: error: there still is a topic “b”",
        ),
        (
            (
                '[topics.a]\nrenamed_from = "c"\nquery = "x"\n'
                '[topics.b]\nrenamed_from = "c"\nquery = "y"\n'
            ),
            "5:17: error: “a” is renamed from “c”, too",
        ),
    ],
)
def test_renames_that_cannot_be(text: str, finding: str, tmp_path: Path) -> None:
    assert [line.startswith(finding) for line in warnings(tmp_path, text)] == [True]
