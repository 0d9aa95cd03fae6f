"""Rule files from a chat: where they may go, and what they would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.service import rule_trial
from bot.store.engine import Store
from tests.store.things import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOPIC = """[topics.lull]
title = { en = "A lull" }
query = "ceasefire"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    (rules / "entities").mkdir(parents=True)
    (rules / "topics.toml").write_text(TOPIC, "utf-8")
    (rules / "entities" / "people.toml").write_text("", "utf-8")
    return rules


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("topics.toml", "", "topics.toml"),
        ("Topics.TOML", "", "topics.toml"),
        ("people.toml", "", "entities/people.toml"),
        ("new.toml", TOPIC, "new.toml"),
        ("new.toml", "[entities.x]\nkind = 'person'", "entities/new.toml"),
        ("../evil.toml", "", None),
        ("/etc/passwd", "", None),
        ("a/b.toml", "", None),
        (".hidden.toml", "", None),
        ("evil.toml\n", "", None),
        ("evil.txt", "", None),
        ("", "", None),
    ],
)
def test_a_file_goes_into_the_folder_and_nowhere_else(
    folder: Path, name: str, text: str, place: str | None
) -> None:
    assert rule_trial.place_of(folder, name, text) == place


def test_a_link_that_leads_out_is_not_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.toml"
    outside.write_text("[lists]", "utf-8")
    (folder / "linked.toml").symlink_to(outside)
    assert rule_trial.place_of(folder, "linked.toml", "") is None
    with pytest.raises(ValueError, match="outside"):
        rule_trial.put(folder, "linked.toml", "mine")
    with pytest.raises(ValueError, match="outside"):
        rule_trial.put(folder, "../outside.toml", "mine")
    assert outside.read_text("utf-8") == "[lists]"


def test_two_of_the_same_name_cannot_be_meant(folder: Path) -> None:
    (folder / "topics").mkdir()
    (folder / "topics" / "people.toml").write_text("", "utf-8")
    assert rule_trial.place_of(folder, "people.toml", "") is None


def test_nothing_is_written_by_a_try(folder: Path, store: Store) -> None:
    before = sorted(folder.rglob("*"))
    tried = rule_trial.try_file(folder, "more.toml", TOPIC.replace("lull", "rest"), store, NOW)
    assert (tried.path, tried.before, tried.findings) == ("more.toml", None, ())
    assert [(each.topic, each.kind) for each in tried.differences] == [("rest", "new")]
    assert sorted(folder.rglob("*")) == before
    broken = rule_trial.try_file(folder, "more.toml", 'x = "', store, NOW)
    (finding, excerpt), *_ = broken.findings
    assert finding.path == "more.toml"
    assert excerpt.endswith("^")
    same = rule_trial.try_file(folder, "topics.toml", TOPIC, store, NOW)
    assert same.problem == "same"


def test_a_file_is_written_whole_and_taken_away(folder: Path) -> None:
    rule_trial.put(folder, "entities/more.toml", "[entities]")
    assert rule_trial.stands(folder, "entities/more.toml") == "[entities]"
    rule_trial.put(folder, "entities/more.toml", None)
    assert rule_trial.stands(folder, "entities/more.toml") is None
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
