"""The commands as people run them: the real program, its two streams and its exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Item, Source, SourceKind
from bot.store.engine import Store
from bot.store.incoming import Arrival
from bot.store.items import record
from bot.store.sources import sync_sources

if TYPE_CHECKING:
    from sqlalchemy import Connection

ROOT = Path(__file__).parents[2]
RULES = """
[topics.air]
title = { en = "Air" }
query = "zeppelin"
[[topics.air.tests]]
text = "A zeppelin"
match = true
"""
ITEM = {
    "id": "1",
    "source": "s",
    "title": "Un Zeppelin",
    "text": "À l’aube",
    "tags": ["Sky", "Zeppelin"],
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A folder with a configuration, rules and the real article."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "air.toml").write_text(RULES, "utf-8")
    (tmp_path / "seeds").mkdir()
    shutil.copy(ROOT / "seeds" / "seed-article-fr.txt", tmp_path / "seeds")
    (tmp_path / "config.toml").write_text("", "utf-8")
    return tmp_path


def tocsin(
    folder: Path, *arguments: str, stdin: str = "", **variables: str
) -> tuple[int, str, str]:
    """The exit status, standard output and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        input=stdin.encode(),
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_examples_of_a_command_stand_one_a_line_in_its_help(house: Path) -> None:
    examples = [
        line.strip()
        for path in sorted((ROOT / "bot" / "cli").glob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if re.match(r" {4,8}tocsin [a-z]", line)
    ]
    commands = sorted({" ".join(re.findall(r"^tocsin ([a-z]+)", line)) for line in examples})
    subcommands = sorted({" ".join(line.split()[1:3]) for line in examples if _nested(line)})
    assert len(commands) > 15
    helps = {
        line.strip()
        for command in commands + subcommands
        for line in tocsin(house, *command.split(), "--help", COLUMNS="200")[1].splitlines()
    }
    assert [line for line in examples if line not in helps] == []


def _nested(example: str) -> bool:
    words = example.split()
    return words[1] in {"feeds", "entities", "silences", "deliveries"} and words[2:] != []


def test_parse_writes_the_contracts_items(house: Path) -> None:
    status, out, err = tocsin(house, "parse", "seeds")
    (item,) = lines(out)
    assert (status, err) == (0, "seeds/seed-article-fr.txt: 1 by text\n")
    assert list(item) == [
        *("id", "source", "url", "title", "text", "published", "updated", "lang"),
        *("tags", "authors", "agency", "captions"),
    ]
    assert item["published"] == "2025-05-18T13:24:00Z"
    assert (item["agency"], item["lang"], item["url"]) == ("AA", "fr", None)


def test_match_reads_item_lines_and_points_into_them(house: Path) -> None:
    status, out, _ = tocsin(
        house, "match", "--query", "zeppelin", "-q", "aube", "-", stdin=json.dumps(ITEM)
    )
    found = lines(out)
    assert status == 0
    assert [match["query"] for match in found] == ["zeppelin", "aube"]
    assert [(span["field"], span.get("index")) for span in found[0]["spans"]] == [
        ("title", None),
        ("tags", 1),
    ]
    (span,) = found[1]["spans"]
    assert ITEM["text"][span["start"] : span["end"]] == "aube"
    status, out, _ = tocsin(house, "match", "--rules", "rules", stdin=json.dumps(ITEM))
    assert [match["topic"] for match in lines(out)] == ["air"]
    assert tocsin(house, "match", "-q", "submarine", stdin=json.dumps(ITEM))[:2] == (1, "")


def test_check_and_test_say_no_with_places(house: Path) -> None:
    assert tocsin(house, "check")[0] == 0
    assert tocsin(house, "test")[0] == 0
    broken = RULES.replace('"zeppelin"', '"zeppelin OR"').replace("title", "titel", 1)
    (house / "rules" / "air.toml").write_text(broken, "utf-8")
    status, out, _ = tocsin(house, "check")
    assert status == 1
    assert "air.toml:3:1: error: unknown key titel (did you mean title?)" in out
    assert "air.toml:4:19: error: OR needs something on its right" in out
    (house / "config.toml").write_text("[fetch]\nconcurency = 3\ntimeout = 20\n", "utf-8")
    status, out, err = tocsin(house, "latest")
    assert (status, out) == (2, "")
    assert "config.toml:2:1: error: " in err
    assert "did you mean concurrency?" in err
    assert "config.toml:3:" in err


def test_the_configuration_is_named_before_or_behind_or_by_the_variable(house: Path) -> None:
    (house / "config.toml").rename(house / "other.toml")
    for arguments, variables in (
        (("--config", "other.toml", "test"), {}),
        (("test", "--config", "other.toml"), {}),
        (("test",), {"TOCSIN_CONFIG": "other.toml"}),
    ):
        status, _, err = tocsin(house, *arguments, **variables)
        assert (status, "1 passed" in err) == (0, True)
    status, _, err = tocsin(house, "test", "--config", "missing.toml")
    assert status == 2
    assert "missing.toml:1:1: error: there is no such file" in err


def test_explain_shows_what_was_found(house: Path) -> None:
    status, out, _ = tocsin(house, "explain", "kremlin -football", "seeds")
    assert status == 0
    assert "Kremlin" in out
    status, out, _ = tocsin(house, "explain", "--json", "football", "seeds")
    assert status == 1
    assert lines(out)[0]["matched"] is False


def test_mistakes_of_usage_are_two(house: Path) -> None:
    assert tocsin(house, "frobnicate")[0] == 2
    status, out, err = tocsin(house, "match", "-q", "(a", stdin="")
    assert (status, out) == (2, "")
    assert "query:1:1: error: this parenthesis is not closed" in err
    status, _, err = tocsin(house, "latest")
    assert status == 2
    assert "tocsin run" in err
    status, _, err = tocsin(house, "stats", TOCSIN_STORE_URL="postgresql://me:hush@127.0.0.1:1/x")
    assert status == 2
    assert "PostgreSQL does not answer" in err
    assert "hush" not in err


def test_the_store_is_made_copied_and_put_back(house: Path) -> None:
    assert tocsin(house, "migrate")[0] == 0
    assert tocsin(house, "backup", "copy.db")[0] == 0
    (house / "tocsin.db").unlink()
    assert tocsin(house, "restore", "copy.db")[0] == 0
    status, out, _ = tocsin(house, "stats", "--json")
    assert (status, lines(out)[0]["items"]) == (0, 0)
    assert tocsin(house, "latest")[:2] == (1, "")


def test_lists_of_feeds_go_in_and_out(house: Path) -> None:
    (house / "config.toml").write_text('[[feeds]]\nurl = "https://mine.example/rss"\n', "utf-8")
    (house / "list.opml").write_text(
        '<opml version="2.0"><body><outline text="World">'
        '<outline text="A" xmlUrl="https://a.example/rss"/>'
        '<outline text="A" xmlUrl="https://b.example/rss" language="fr"/>'
        '<outline text="mine" xmlUrl="https://mine.example/rss"/></outline></body></opml>',
        "utf-8",
    )
    status, _, err = tocsin(house, "feeds", "import", "list.opml")
    assert (status, "2 feeds added, 1 there already" in err) == (0, True)
    status, _, err = tocsin(house, "feeds", "import", "list.opml")
    assert (status, "0 feeds added, 3 there already" in err) == (0, True)
    status, out, _ = tocsin(house, "feeds", "list", "--json")
    assert {(feed["address"], feed["lang"], *feed["tags"]) for feed in lines(out)} == {
        ("https://a.example/rss", None, "World"),
        ("https://b.example/rss", "fr", "World"),
        ("https://mine.example/rss", None),
        ("seeds", None),
    }
    assert tocsin(house, "feeds", "export", "--out", "out.opml")[0] == 0
    assert (house / "out.opml").read_text("utf-8").count("xmlUrl") == 3
    status, out, _ = tocsin(house, "feeds", "export")
    assert out == (house / "out.opml").read_text("utf-8")
    (house / "list.opml").write_text("<rss/>", "utf-8")
    status, _, err = tocsin(house, "feeds", "import", "list.opml")
    assert (status, "list.opml: error: this is not an OPML file" in err) == (1, True)
    assert tocsin(house, "feeds", "import", "missing.opml")[0] == 2


def test_parse_says_what_read_it_and_what_it_could_not(house: Path) -> None:
    (house / "seeds" / "a.csv").write_text("title,body\nOne,Text\nTwo,Text\n", "utf-8")
    (house / "seeds" / "b.jpg").write_bytes(b"\xff\xd8\xff")
    status, out, err = tocsin(house, "parse", "seeds")
    assert status == 1
    assert len(lines(out)) == 3
    assert "a.csv: 2 by csv" in err
    assert "b.jpg: error: " in err
    assert "a.csv" not in tocsin(house, "parse", "--quiet", "seeds")[2]


def test_silences_are_added_listed_and_removed(house: Path) -> None:
    assert tocsin(house, "migrate")[0] == 0
    status, out, err = tocsin(
        house, *("silences", "add", "topic", "air", "--for", "2h", "--reason", "r", "--who", "Ann")
    )
    assert (status, out, err) == (0, "", "silence 1 is in force\n")
    status, out, _ = tocsin(house, "silences", "list", "--json")
    (silence,) = lines(out)
    assert status == 0
    assert {name: silence[name] for name in ("id", "kind", "target", "reason", "who")} == {
        "id": 1,
        "kind": "topic",
        "target": "air",
        "reason": "r",
        "who": "Ann",
    }
    assert silence["until"] > silence["created"]
    assert "topic air" in tocsin(house, "silences", "list")[1]
    assert tocsin(house, "silences", "remove", "1")[0] == 0
    assert tocsin(house, "silences", "remove", "1")[0] == 1
    assert tocsin(house, "silences", "list", "--json")[1] == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("topic", "ari"), "there is no topic ari"),
        (("topic",), "which topic?"),
        (("query", "(a"), "the query does not read"),
        (("all", "x"), "takes no name"),
        (("all", "--for", "x"), "--for must be a length of time"),
        (("source", "nowhere"), "there is no source nowhere"),
    ],
)
def test_a_silence_of_what_there_is_not(house: Path, words: tuple[str, ...], message: str) -> None:
    assert tocsin(house, "migrate")[0] == 0
    status, _, err = tocsin(house, "silences", "add", *words)
    assert status == 2
    assert message in err


def test_a_chart_in_the_terminal_and_as_a_picture(house: Path) -> None:
    (house / "config.toml").write_text('[telegram]\nadmins = [1]\n[web]\nlisten = ""\n', "utf-8")
    assert tocsin(house, "migrate")[0] == 0
    assert tocsin(house, "chart", "zeppelin")[0] == 1
    put_item(house)
    status, out, _ = tocsin(house, "chart", "zeppelin", "poutine", "--since", "3d", "--json")
    assert status == 0
    assert [day["zeppelin"] for day in lines(out)][-1] == 1
    status, out, _ = tocsin(house, "chart", "air", "--out", "air.png")
    assert status == 0
    assert out.splitlines()[-1].endswith("1  " + "█" * 40)
    assert (house / "air.png").read_bytes().startswith(b"\x89PNG")


def put_item(house: Path) -> None:
    with Store.open(f"sqlite:///{house / 'tocsin.db'}") as store:
        now = datetime.now(UTC)
        source = Source("s", SourceKind.FOLDER, "/s")
        arrival = Arrival(Item("1", "s", None, "Un Zeppelin", ""), (), rings=False)

        def work(conn: Connection) -> None:
            sync_sources(conn, [source], now)
            record(conn, [arrival], now)

        store.write_now(work)


def test_lines_that_are_no_items_are_named_and_the_others_match(house: Path) -> None:
    given = "\ufeff" + "\n".join(
        (
            json.dumps(ITEM),
            "no json",
            '["a list"]',
            json.dumps({**ITEM, "lang": 7}),
            json.dumps({**ITEM, "tags": "one"}),
            json.dumps({**ITEM, "published": "yesterday"}),
            json.dumps({"id": 5, "title": "zeppelins", "tags": None}),
        )
    )
    status, out, err = tocsin(house, "match", "-", stdin=given)
    assert status == 2
    assert [match["item"] for match in lines(out)] == ["1", "5"]
    assert lines(out)[1]["story"] == "5", "it has no source to be named with"
    assert [line.split(":")[0] for line in err.splitlines()[:5]] == [
        f"standard input, line {number}" for number in (2, 3, 4, 5, 6)
    ]
    assert "lang must be a string" in err
    assert "published: yesterday: a time is written" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("given", ["", "\n\n", " \n"], ids=["empty", "empty lines", "a blank"])
def test_nothing_on_standard_input_is_no_match(house: Path, given: str) -> None:
    assert tocsin(house, "match", "-", stdin=given) == (1, "", "")


@pytest.mark.parametrize(
    ("roles", "config", "says"),
    [
        ("poll,mach", "", "there is no role 'mach' (did you mean match?)"),
        ("", "", "there is no role ''"),
        ("poll,match", "", "set store.url to postgresql://…, or leave --roles out"),
        (
            "poll,match",
            '[store]\nurl = "postgresql://127.0.0.1:1/tocsin"\n',
            "set telegram.token, and telegram.api where `tocsin sandbox` is the Telegram",
        ),
        (
            "chat",
            '[store]\nurl = "postgresql://127.0.0.1:1/tocsin"\n[telegram]\ntoken = "1:a"\n',
            "PostgreSQL does not answer",
        ),
    ],
)
def test_a_part_of_the_work_that_cannot_be_taken(
    house: Path, roles: str, config: str, says: str
) -> None:
    (house / "config.toml").write_text(config, "utf-8")
    status, out, complaint = tocsin(house, "run", "--roles", roles, COLUMNS="200")
    assert (status, out) == (2, "")
    assert says in " ".join(complaint.replace("│", " ").split())
