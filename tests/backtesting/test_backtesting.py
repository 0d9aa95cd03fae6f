"""A backtest says exactly what matching says, whichever way it takes."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.backtesting import trial as trials
from bot.backtesting.asking import Asking
from bot.backtesting.comparing import changes
from bot.backtesting.trial import Trial
from bot.backtesting.versions import rules_of
from bot.backtesting.witness import languages, rang
from bot.errors import RuleError, TocsinError
from bot.matching.document import Document
from bot.matching.matcher import Matcher
from bot.matching.question import Question
from bot.matching.rules import load_rules
from bot.matching.text import fold
from bot.matching.topic_explaining import explain_topic
from bot.model import Item
from bot.store import search
from bot.store.engine import Store
from bot.store.incoming import Arrival
from bot.store.items import newest, record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
RULES = """
[lists]
war = ["war", "guerre", "frappe*"]

[topics.kremlin]
query = 'kremlin -football'
[topics.war]
query = '$war OR "peace talks"'
[topics.putin]
query = "@putin"
[topics.fleet]
query = "/black sea (fleet|port)/"
[topics.french]
query = "kremlin OR guerre"
lang = ["fr"]
[topics.one-source]
query = "kremlin"
sources = ["aa"]
[topics.only-language]
query = "lang:fr -kremlin"
[topics.weights]
[topics.weights.score]
threshold = 3
words = { kremlin = 2, war = 1, "@putin" = 1 }
[topics.rests]
query = "kremlin"
enabled = false

[filters.sport]
query = "handball"
except = ["war"]

[entities.putin]
kind = "person"
names = { en = ["Putin"], fr = ["Poutine"], ru = ["Путин"] }
case = true
unless = ["frites"]
"""
WORDS = (
    *("Kremlin", "kremlins", "football", "war", "guerre", "frappes", "peace talks", "Putin"),
    *("poutine", "Poutine", "frites", "Путина", "Black Sea fleet", "handball", "the", "a"),
)


def texts(number: int) -> str:
    """Every mixture of a few of the words, again and again."""
    return " ".join(WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 7)) + "."


ITEMS = [
    Item(
        str(number),
        "aa" if number % 3 else "bb",
        None,
        texts(number),
        texts(number // 2),
        published=NOW - timedelta(hours=number) if number % 5 else None,
        lang=("fr", "en", None)[number % 3],
    )
    for number in range(160)
]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('full') / 'tocsin.db'}"
    with Store.open(url) as store:
        matcher = Matcher(load_rules(rules_in(tmp_path_factory.mktemp("rules"))))

        def work(conn: object) -> None:
            arrivals = [
                Arrival(
                    item,
                    tuple(
                        (match, matcher.rules.topics[match.topic or ""].severity)
                        for match in matcher.match(item, None, NOW)
                    ),
                    rings=False,
                )
                for item in ITEMS
            ]
            record(conn, arrivals, NOW)  # type: ignore[arg-type]
            # Some are not indexed yet: these are candidates for everything.
            search.index_pending(conn, fold, limit=120)  # type: ignore[arg-type]

        store.write_now(work)
        yield url, store


def rules_in(folder: Path, text: str = RULES) -> Path:
    (folder / "rules.toml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("processes", [False, True], ids=["one by one", "compiled"])
def test_a_trial_rings_for_what_the_matcher_rings_for(
    processes: bool,
    full: tuple[str, Store],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, store = full
    rules = load_rules(rules_in(tmp_path))
    topics = [topic for topic in rules.topics.values() if topic.enabled]
    trial = Trial(url, tuple(Question.of_topic(each, rules) for each in topics), {}, NOW)
    if processes:
        monkeypatch.setattr(trials, "_WORTH_COMPILING", 0)
        monkeypatch.setattr(trials, "BLOCK", 50)
    steps: list[int] = []
    tasks = store.read_now(trial.tasks)
    rings = trial.run(store, tasks, lambda: steps.append(1))
    found = {(topics[ring.question].key, ring.item) for ring in rings}
    matcher = Matcher(rules)
    expected = {
        (match.topic, stored.number)
        for stored in store.read_now(lambda conn: newest(conn, limit=1000))
        for match in matcher.match(stored.item, None, NOW)
    }
    assert found == expected
    assert {key for key, _ in found} == {topic.key for topic in topics}
    assert len(steps) == len(tasks)


def test_asking_all_at_once_and_explaining_say_the_same(tmp_path: Path) -> None:
    rules = load_rules(rules_in(tmp_path))
    topics = [replace(topic, enabled=True) for topic in rules.topics.values()]
    questions = [Question.of_topic(topic, rules) for topic in topics]
    asking = Asking(questions)
    for item in ITEMS[:60]:
        document = Document.of(item, None, NOW)
        rings = [number for number, each in enumerate(questions) if each.rings(document)]
        assert asking.rings([Document.of(item, None, NOW)]) == [rings]
        assert rings == [
            number
            for number, topic in enumerate(topics)
            if explain_topic(topic, rules, document).matched
        ]


def test_only_items_that_are_new_enough_count(full: tuple[str, Store], tmp_path: Path) -> None:
    url, store = full
    rules = load_rules(rules_in(tmp_path))
    question = Question.of_topic(rules.topics["only-language"], rules)
    since = NOW - timedelta(hours=50)
    trial = Trial(url, (question,), {}, NOW, since)
    rings = trial.run(store, store.read_now(trial.tasks), lambda: None)
    assert rings
    assert all(ring.moment >= since for ring in rings)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("query = 'kremlin -football'", "query = '-football kremlin'", set()),
        ("query = 'kremlin -football'", "query = 'kremlin'", {"kremlin"}),
        ('"frappe*"]', '"frappe*", "strike"]', {"war"}),
        ('fr = ["Poutine"]', 'fr = ["Poutine", "Vladimir"]', {"putin", "weights"}),
        ('lang = ["fr"]', 'lang = ["fr", "en"]', {"french"}),
        ("[topics.kremlin]", "[topics.moscow]", {"kremlin", "moscow"}),
        ("enabled = false", "enabled = true", {"rests"}),
        ('query = "/black', 'severity = "high"\nquery = "/black', set()),
    ],
)
def test_only_topics_that_could_ring_otherwise_are_compared(
    old: str,
    new: str,
    changed: set[str],
    tmp_path: Path,
) -> None:
    assert old in RULES
    before = load_rules(rules_in(tmp_path))
    after = load_rules(rules_in(tmp_path, RULES.replace(old, new)))
    keys = dict.fromkeys([*before.topics, *after.topics])
    found, questions = changes(before, after, keys)
    assert {change.key for change in found} == changed
    sides = [side for change in found for side in (change.old, change.new) if side is not None]
    assert sides == list(range(len(questions)))


def test_the_store_is_a_witness(full: tuple[str, Store], tmp_path: Path) -> None:
    _, store = full
    text = RULES + '[topics.never]\nquery = "zeppelin"\n[topics.unrecorded]\nquery = "frites"\n'
    rules = load_rules(rules_in(tmp_path, text))
    found = store.read_now(lambda conn: rang(conn, rules, {}, noisy=0.3, now=NOW))
    assert found.items == len(ITEMS)
    assert found.shares["never"] == 0
    assert "unrecorded" not in found.shares
    assert all(share == 0 or share > 0.3 for share in found.shares.values())
    everything = store.read_now(lambda conn: rang(conn, rules, {}, noisy=0.0, now=NOW))
    assert everything.shares.keys() >= {"kremlin", "war", "never"}
    assert store.read_now(languages) == {"fr", "en"}


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def test_an_earlier_version_comes_from_git_or_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "checkout" / "deep" / "rules"
    folder.mkdir(parents=True)
    git(tmp_path, "init", "-q", "checkout")
    rules_in(folder, '[topics.a]\nquery = "a"\n')
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    rules_in(folder, '[topics.a]\nquery = "a OR"\n')
    git(folder, "commit", "-qam", "two")
    rules_in(folder, '[topics.b]\nquery = "b"\n')
    assert list(rules_of("HEAD~1", folder).topics) == ["a"]
    with pytest.raises(RuleError, match=r"^HEAD:deep/rules/rules\.toml:2:12: error: OR needs"):
        rules_of("HEAD", folder)
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    assert list(rules_of(str(other), folder).topics) == ["b"]
    for version in ("HEAD~7", "nonsense", "--help", "-x"):
        with pytest.raises(TocsinError, match="neither a folder nor a revision"):
            rules_of(version, folder)
    with pytest.raises(TocsinError, match="not in a git checkout"):
        rules_of("HEAD", other)
    new = folder.parent / "new"
    new.mkdir()
    with pytest.raises(TocsinError, match="the revision HEAD has no deep/new"):
        rules_of("HEAD", new)
