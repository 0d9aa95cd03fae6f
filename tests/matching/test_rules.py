from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import RuleError
from bot.matching.matcher import Matcher
from bot.matching.patterns import Pattern
from bot.matching.rules import check_rules, load_rules
from bot.model import Item, PatternKind, Severity

CASES = Path(__file__).parents[1] / "cases" / "rules"
PUTIN = '[entities.putin]\nkind = "person"\nnames = { en = ["Putin"], fr = ["Poutine"] }\n'
TOPIC = '[topics.kremlin]\ntitle = { en = "Kremlin" }\nquery = "@putin"\n'


def write(folder: Path, **files: str) -> Path:
    """The folder, with files of rules in it: ``a__b`` is ``a/b.toml``."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def findings(*paths: Path) -> list[str]:
    """All that is wrong, with paths relative to the first folder."""
    root = paths[0] if paths[0].is_dir() else paths[0].parent
    return [str(found).replace(f"{root}/", "") for found in check_rules(paths)]


def expected_findings(folder: Path) -> list[str]:
    return sorted(
        f"{path.relative_to(folder)}:{line[3:]}"
        for path in folder.rglob("*.toml")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("#: ")
    )


@pytest.mark.parametrize("folder", sorted(CASES.iterdir()), ids=lambda folder: folder.name)
def test_a_case_has_the_findings_that_its_files_name(folder: Path) -> None:
    expected = expected_findings(folder)
    assert (folder.name == "good") == (not expected)
    found = findings(folder)
    assert sorted(found) == expected
    if not any(": error: " in line for line in expected):
        load_rules(folder)
        return
    with pytest.raises(RuleError) as caught:
        load_rules(folder)
    # A test's item is looked for when the test runs, not when the rules load.
    loading = {str(finding).replace(f"{folder}/", "") for finding in caught.value.findings}
    lost = {line for line in expected if "there is no such file" in line or ": warning: " in line}
    assert loading == set(expected) - lost


def test_findings_are_in_order_of_place(tmp_path: Path) -> None:
    write(tmp_path, b="x = 1\n\n\n\n\n\n\n\n\ny = 1\n", a="z = 1\ny = 1\n")
    assert findings(tmp_path) == [
        "a.toml:1:1: error: unknown key z",
        "a.toml:2:1: error: unknown key y",
        "b.toml:1:1: error: unknown key x",
        "b.toml:10:1: error: unknown key y",
    ]


def test_the_good_case_becomes_rules() -> None:
    rules = load_rules(CASES / "good")
    assert list(rules.topics) == ["istanbul-talks", "outbreak"]
    talks = rules.topics["istanbul-talks"]
    assert talks.title == {"fr": "Pourparlers d’Istanbul", "en": "Istanbul talks"}
    assert talks.title_in("fr") == "Pourparlers d’Istanbul"
    assert talks.description == {"en": "Who meets whom on the Bosphorus."}
    assert talks.query.text.startswith("@istanbul (")
    assert talks.severity is Severity.HIGH
    assert talks.lang == ("fr", "en")
    assert talks.sources == ("aa",)
    assert talks.enabled
    assert talks.owner == "desk"
    assert talks.tags == ("talks",)
    assert talks.schedule is not None
    assert talks.schedule.text == "Mo-Fr 08:00-20:00"
    assert talks.when == Pattern(PatternKind.COUNT, timedelta(hours=1), number=5)
    outbreak = rules.topics["outbreak"]
    assert not outbreak.enabled
    assert outbreak.severity is Severity.NORMAL
    assert outbreak.when is None
    assert rules.filters["sport"].exceptions == ("sport-*", "outbreak")
    assert rules.filters["sport"].query.text == 'football OR "Ligue 1"'
    assert rules.vocabulary.lists["conflict"][0] == "cessez-le-feu"
    istanbul = rules.vocabulary.entities["istanbul"]
    assert istanbul.wikidata == "Q406"
    assert istanbul.unless == ("Basaksehir",)
    assert istanbul.case


def test_what_a_file_says_of_a_built_in_place_is_merged_over_it() -> None:
    istanbul = load_rules(CASES / "good").vocabulary.entities["istanbul"]
    assert istanbul.title_in("tr") == "İstanbul"
    assert istanbul.names["ru"] == ("Стамбул",)  # as the file says
    assert "إسطنبول" in istanbul.names["ar"]  # as it is built in


def test_rules_ring() -> None:
    matcher = Matcher(load_rules(CASES / "good"))
    text = "Cessez-le-feu : le sommet d’Istanbul"
    item = Item("1", "aa", None, text, "", lang="fr")
    matches = matcher.match(item, None, datetime(2025, 5, 18, tzinfo=UTC))
    assert [match.topic for match in matches] == ["istanbul-talks"]


def test_an_entity_without_title_is_called_by_its_first_name(tmp_path: Path) -> None:
    rules = load_rules(write(tmp_path, putin=PUTIN))
    assert rules.vocabulary.entities["putin"].title == {"en": "Putin", "fr": "Poutine"}


def test_a_title_without_a_language_is_for_everybody(tmp_path: Path) -> None:
    written = '[topics.a]\ntitle = "Black Sea"\ndescription = "The ports"\nquery = "port"\n'
    (tmp_path / "a.toml").write_text(written, "utf-8")
    (topic,) = load_rules(tmp_path).topics.values()
    assert (topic.title, topic.description) == ({"en": "Black Sea"}, {"en": "The ports"})


def test_no_folder_is_no_rules(tmp_path: Path) -> None:
    rules = load_rules(tmp_path / "none")
    assert not rules.topics
    assert not rules.tests
    assert not load_rules(tmp_path).topics


def test_a_path_to_check_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "none"
    assert [str(finding) for finding in check_rules([path])] == [
        f"{path}:1:1: error: there is no such file or folder"
    ]


def test_entities_and_topics_may_stand_in_any_file(tmp_path: Path) -> None:
    write(tmp_path, z__deep__people=PUTIN, a=TOPIC)
    assert list(load_rules(tmp_path).topics) == ["kremlin"]


def test_one_broken_topic_loads_nothing(tmp_path: Path) -> None:
    write(tmp_path, good=PUTIN + TOPIC, bad=TOPIC.replace("kremlin", "other") + "x = 1\n")
    with pytest.raises(RuleError, match=r"bad\.toml:4:1: error: unknown key x"):
        load_rules(tmp_path)


def test_one_file_counts_on_the_names_beside_it(tmp_path: Path) -> None:
    lists = '[lists]\nwar = ["war", ""]\n[topics.kremlin]\n'
    write(tmp_path, topics=TOPIC + '[filters.x]\nquery = "$war"\n', entities__people=PUTIN, l=lists)
    assert findings(tmp_path / "topics.toml") == []
    assert list(load_rules(tmp_path / "topics.toml").topics) == ["kremlin"]
    assert findings(tmp_path / "entities" / "people.toml") == []
    assert len(findings(tmp_path / "l.toml")) == 2


def test_one_file_counts_on_the_names_in_a_broken_file_beside_it(tmp_path: Path) -> None:
    write(tmp_path, topics=TOPIC, people=PUTIN + "x = \n")
    assert findings(tmp_path / "topics.toml") == []


def test_tests_that_a_broken_file_beside_theirs_keeps_from_running_say_so(tmp_path: Path) -> None:
    test = '[[topics.kremlin.tests]]\ntext = "war"\nmatch = true\n'
    write(tmp_path, topics=TOPIC + test + test, people=PUTIN + "x = \n")
    (said,) = (each.replace(f"{tmp_path}/", "") for each in findings(tmp_path / "topics.toml"))
    assert said == (
        "topics.toml:4:18: error: the tests of this file are not run: people.toml:4:5 beside it "
        "cannot be read: this is no TOML value (text stands in quotes)"
    )
    with pytest.raises(RuleError, match="not run"):
        load_rules(tmp_path / "topics.toml")


# Files.


def test_what_editors_leave_behind_is_not_read(tmp_path: Path) -> None:
    for name in ("a.toml~", ".a.toml.swp", ".a.toml", "#a.toml#", "a.toml.bak", ".git/a.toml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("nonsense")
    assert findings(tmp_path) == []


def test_what_is_no_text_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "picture.toml").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "zeros.toml").write_bytes(bytes(10))
    assert findings(tmp_path) == [
        "picture.toml:1:1: error: this is not UTF-8 text",
        (
            "zeros.toml:1:1: error: expected a key, a [table] or a # comment"
            " (a key of other letters than a-z, 0-9, _ and - stands in quotes)"
        ),
    ]


def test_a_file_that_no_person_wrote_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.toml").open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    assert findings(tmp_path) == ["huge.toml:1:1: error: the file is larger than 16 MiB"]


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert findings(tmp_path) == ["pipe.toml:1:1: error: this is not a file"]


def test_a_link_to_nowhere_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "link.toml").symlink_to(tmp_path / "none")
    assert findings(tmp_path) == ["link.toml:1:1: error: cannot be read: No such file or directory"]


def test_links_that_lead_back_do_no_harm(tmp_path: Path) -> None:
    write(tmp_path, sub__people=PUTIN, topics=TOPIC)
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "sub")
    assert findings(tmp_path) == []


def test_a_folder_by_a_link_is_read(tmp_path: Path) -> None:
    # Kubernetes mounts a folder so: files link into a hidden folder that changes as a whole.
    write(tmp_path, **{"..data__people": PUTIN})
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "..data").symlink_to(tmp_path / "..data")
    (rules / "people.toml").symlink_to("..data/people.toml")
    (rules / "linked").symlink_to(write(tmp_path / "elsewhere", topics=TOPIC))
    assert list(load_rules(rules).topics) == ["kremlin"]


def test_a_thousand_topics_load(tmp_path: Path) -> None:
    topic = '[topics.t-{n}]\ntitle = {{ en = "{n}" }}\nquery = \'word{n} "peace talks" -sport\'\n'
    for part in range(10):
        text = "".join(topic.format(n=part * 100 + number) for number in range(100))
        write(tmp_path, **{f"part{part}": text})
    assert len(load_rules(tmp_path).topics) == 1000
