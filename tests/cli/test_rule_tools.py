"""check, test, explain, backtest, fmt and entities as people run them."""

from __future__ import annotations

import json
import os
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from bot.cli.findings import annotation, excerpt, sarif
from bot.cli.junit import junit
from bot.errors import Finding
from bot.matching.rule_allowing import CODES
from bot.matching.rules import check_rules, load_rules, run_tests
from bot.matching.text import fold
from bot.model import Item
from bot.store import search
from bot.store.engine import Store
from bot.store.incoming import Arrival
from bot.store.items import record
from tests.cli.test_commands import lines, tocsin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

WIKIDATA = Path(__file__).parents[1] / "cases" / "wikidata"
RULES = """[topics.air]
title = { en = "Air" }
query = "zeppelin -toy"

[[topics.air.tests]]
text = "A zeppelin"
match = true
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "air.toml").write_text(RULES, "utf-8")
    (tmp_path / "config.toml").write_text("", "utf-8")
    return tmp_path


def stock(folder: Path, *items: Item) -> None:
    """A store with these items, indexed."""

    def work(conn: Connection) -> None:
        record(conn, [Arrival(item, (), rings=False) for item in items], datetime.now(UTC))
        search.index_pending(conn, fold, limit=10_000)

    with Store.open(f"sqlite:///{folder / 'tocsin.db'}") as store:
        store.write_now(work)


def news(number: int, title: str, text: str = "", days: int = 0, **more: Any) -> Item:
    moment = datetime.now(UTC) - timedelta(days=days)
    return Item(str(number), "aa", None, title, text, published=moment, **more)


# check


def test_strict_makes_warnings_a_no(house: Path) -> None:
    (house / "rules" / "lists.toml").write_text('[lists]\nwar = ["war"]\n', "utf-8")
    status, out, err = tocsin(house, "check")
    assert (status, out) == (
        0,
        "rules/lists.toml:2:1: warning: no query names the list “war” [unused-list]\n",
    )
    assert "0 errors, 1 warning" in err
    assert tocsin(house, "check", "--strict")[0] == 1
    (finding,) = lines(tocsin(house, "check", "--json")[1])
    assert finding == {
        "path": "rules/lists.toml",
        "line": 2,
        "col": 1,
        "severity": "warning",
        "code": "unused-list",
        "message": "no query names the list “war”",
        "hint": None,
    }
    assert tocsin(house, "check", "--format", "tables")[0] == 2


def test_a_configuration_among_the_files_is_checked_as_one(house: Path) -> None:
    (house / "config.toml").write_text('[fetch]\neverry = "1m"\n', "utf-8")
    status, out, _ = tocsin(house, "check", ".")
    assert status == 1
    assert out == "config.toml:2:1: error: unknown key everry (did you mean every?)\n"


def test_a_bad_configuration_hides_no_bad_rule(house: Path) -> None:
    (house / "drafts").mkdir()
    (house / "drafts" / "a.toml").write_text('[topics.a]\nquery = "@nobody"\n', "utf-8")
    (house / "config.toml").write_text('[rules]\nfolder = "drafts"\n[fetch]\nevry = 1\n', "utf-8")
    status, out, _ = tocsin(house, "check")
    assert (status, [line.partition(" ")[0] for line in out.splitlines()]) == (
        1,
        ["config.toml:4:1:", "drafts/a.toml:2:10:"],
    )


def test_a_configuration_that_cannot_be_read_is_no_answer(house: Path) -> None:
    status, out, err = tocsin(house, "check", "--config", "elsewhere.toml")
    assert (status, out) == (2, "")
    assert "elsewhere.toml:1:1: error: there is no such file" in err


def test_the_stored_items_are_a_witness(house: Path) -> None:
    rules = (
        '[topics.rare]\nquery = "submarine"\n[topics.all]\nquery = "news"\n'
        '[entities.somebody]\nkind = "person"\nnames = { en = ["Somebody"] }\n'
    )
    (house / "rules" / "more.toml").write_text(rules, "utf-8")
    assert tocsin(house, "check", "--strict")[0] == 0
    items = [news(n, f"News {n}", "Zeppelin" if n < 3 else "", lang="fr") for n in range(120)]
    stock(house, *items)
    status, out, _ = tocsin(house, "check", "--strict")
    assert status == 1
    assert out.splitlines() == [
        (
            "rules/more.toml:1:9: warning: the topic “rare” rings for none of the 120 stored items"
            " [silent-topic]"
        ),
        (
            "rules/more.toml:7:1: warning: @somebody has no name in fr, which the sources use"
            " [unnamed-language]"
        ),
    ]
    assert tocsin(house, "check", "--strict", "rules")[0] == 0


def test_sarif_has_what_the_standard_requires(tmp_path: Path) -> None:
    """The required properties of SARIF 2.1.0, sections 3.13 to 3.30."""
    (tmp_path / "a b.toml").write_text('[lists]\nwar = ["war"]\n[topics.a]\nquery = "é OR"\n')
    log = json.loads(json.dumps(sarif(check_rules([tmp_path]))))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "tocsin"
    assert [rule["id"] for rule in driver["rules"]] == ["error", *CODES]
    assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
    assert run["columnKind"] == "unicodeCodePoints"
    assert {result["level"] for result in run["results"]} == {"error", "warning"}
    for result in run["results"]:
        assert result["message"]["text"]
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] == (tmp_path / "a b.toml").as_uri()
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1
    relative = sarif([Finding("rules/a b.toml", 1, 1, "x")])["runs"][0]["results"][0]
    uri = relative["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "rules/a%20b.toml"


def test_sarif_and_annotations_on_the_command_line(house: Path) -> None:
    (house / "rules" / "air.toml").write_text('[topics.a]\nquery = "a OR"\n', "utf-8")
    status, out, _ = tocsin(house, "check", "--format", "sarif")
    assert status == 1
    assert len(json.loads(out)["runs"][0]["results"]) == 1
    status, out, _ = tocsin(house, "check", "--format", "github")
    assert out == ("::error file=rules/air.toml,line=2,col=12::OR needs something on its right\n")
    assert annotation(Finding("a,b:c", 1, 2, "50 %\nmore")) == (
        "::error file=a%2Cb%3Ac,line=1,col=2::50 %25%0Amore"
    )


@pytest.mark.parametrize(
    ("line", "col", "width", "expected"),
    [
        ('query = "a OR"', 12, 80, ['    query = "a OR"', "               ^"]),
        ('q = "俄罗斯 OR"', 10, 80, ['    q = "俄罗斯 OR"', "                ^"]),
        ("\tx = 1", 2, 80, ["     x = 1", "     ^"]),
        ("x", 9, 80, ["    x", "     ^"]),
    ],
)
def test_a_caret_stands_below_the_place(
    line: str,
    col: int,
    width: int,
    expected: list[str],
) -> None:
    shown = excerpt([line], Finding("x", 1, col, "wrong"), width)
    assert [each.plain for each in shown] == expected


def test_a_long_line_is_cut_around_the_place() -> None:
    line = f'query = "{"word " * 100}OR"'
    shown = excerpt([line], Finding("x", 1, 505, "wrong"), 80)
    to = Console(file=StringIO(), width=80)
    for each in shown:
        to.print(each)
    above, below = to.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert len(above) <= 80
    assert above[4] == "…"
    assert above[below.index("^")] == line[504]
    assert excerpt(["x"], Finding("x", 7, 1, "gone"), 80) == []


# test


def test_a_failure_says_expected_got_and_which_words(house: Path) -> None:
    more = '[[topics.air.tests]]\ntext = "A zeppelin, a toy"\nmatch = true\n'
    (house / "rules" / "air.toml").write_text(RULES + more, "utf-8")
    status, out, err = tocsin(house, "test", "--junit", "tests.xml")
    assert status == 1
    assert out.splitlines() == [
        "rules/air.toml:8:14: error: air should match “A zeppelin, a toy”, but does not",
        "    expected: match",
        "    got:      no match",
        "    found zeppelin as “zeppelin” (text 2-10)",
        "    excluded: toy as “toy” (text 14-17)",
    ]
    assert err.startswith("1 passed, 1 failed, of 1 topics")
    root = ET.parse(house / "tests.xml").getroot()  # noqa: S314 - our own
    assert (root.tag, root.get("tests"), root.get("failures")) == ("testsuites", "2", "1")
    (suite,) = root
    assert (suite.get("name"), suite.get("tests")) == ("rules/air.toml", "2")
    good, bad = suite
    assert good.get("classname") == "topics.air"
    assert list(good) == []
    assert bad.get("line") == "8"
    (failure,) = bad
    assert "expected: match\ngot: no match" in (failure.text or "")
    results = lines(tocsin(house, "test", "--json")[1])
    assert [result["passed"] for result in results] == [True, False]


def test_junit_bears_any_text(tmp_path: Path) -> None:
    text = (
        '[topics.a]\nquery = "x"\n[[topics.a.tests]]\ntext = "\\u0001 <&> \\u0000"\nmatch = true\n'
    )
    (tmp_path / "a.toml").write_text(text, "utf-8")
    root = ET.fromstring(junit(run_tests(load_rules(tmp_path)), 0.5))  # noqa: S314 - our own
    assert "<&>" in (root[0][0][0].get("message") or "")


def test_a_path_that_is_not_there_is_said(house: Path) -> None:
    status, _, err = tocsin(house, "test", "nowhere")
    assert (status, "nowhere:1:1: error: there is no such file or folder" in err) == (2, True)


# explain


def test_explain_reads_the_store_and_says_what_narrows_a_topic(house: Path) -> None:
    more = '[topics.fr]\nquery = "zeppelin"\nlang = ["fr"]\n[filters.toys]\nquery = "toy"\n'
    (house / "rules" / "more.toml").write_text(more, "utf-8")
    stock(house, news(1, "A zeppelin", lang="fr"), news(2, "A toy zeppelin", lang="en"))
    status, out, _ = tocsin(house, "explain", "fr", "--json")
    assert status == 0
    newer, older = lines(out)
    assert (older["item"], older["matched"]) == ("1", True)
    assert older["story"] == "story 1: its first report"
    assert [child["matched"] for child in newer["children"]] == [True, False, False]
    assert newer["children"][1]["note"] == "the item's language: en"
    assert newer["children"][2]["label"] == "not filter toys"
    assert tocsin(house, "explain", "fr", "--item", "2")[0] == 1
    status, _, err = tocsin(house, "explain", "fr", "--item", "3")
    assert (status, "no such item" in err) == (1, True)


# backtest


def test_backtest_counts_shows_and_compares(house: Path) -> None:
    old = house / "old"
    old.mkdir()
    (old / "air.toml").write_text(RULES.replace("zeppelin -toy", "toy"), "utf-8")
    more = '[topics.sky]\nquery = "sky"\n'
    (house / "rules" / "more.toml").write_text(more, "utf-8")
    stock(
        house,
        *(news(n, f"Zeppelin {n}", "in the sky" if n % 2 else "", days=n) for n in range(6)),
        *(news(n, f"A toy {n}") for n in range(10, 13)),
    )
    status, out, _ = tocsin(house, "backtest", "air", "--json", "-n", "2")
    (report,) = lines(out)
    assert status == 0
    assert (report["topic"], report["items"], report["matched"]) == ("air", 9, 6)
    assert sum(report["days"].values()) == 6
    assert len(report["days"]) == 6
    assert [example["id"] for example in report["examples"]] == ["5", "4"]
    assert report["examples"][0]["spans"][0]["term"] == "zeppelin"
    assert report["overlap"] == {"of": 6, "topics": {"sky": 3}}
    (recent,) = lines(tocsin(house, "backtest", "zeppelin", "--since", "60h", "--json")[1])
    assert (recent["query"], recent["matched"]) == ("zeppelin", 3)
    status, out, _ = tocsin(house, "backtest", "air")
    assert "air: 6 of 9 items" in out
    assert tocsin(house, "backtest", "submarine")[0] == 1
    assert tocsin(house, "backtest")[0] == 2
    assert tocsin(house, "backtest", "air", "--since", "soon")[0] == 2
    changes = lines(tocsin(house, "backtest", "--against", "old", "--json")[1])
    assert [
        (each["topic"], each["before"], each["after"], each["newly"], each["no_longer"])
        for each in changes
    ] == [("air", 3, 6, 6, 3), ("sky", 0, 3, 3, 0)]
    status, out, _ = tocsin(house, "backtest", "air", "--against", "old", "-n", "1")
    assert status == 0
    assert "air: 3 → 6 items (+6, -3)" in out
    assert "… and 5 more" in out
    status, _, err = tocsin(house, "backtest", "--against", "HEAD")
    assert (status, "not in a git checkout" in err) == (2, True)


TIMED = """[topics.air]
query = "zeppelin"
[topics.air.when]
count = 2
within = "1h"
[topics.still]
query = "zeppelin"
when = { silence = "12h" }
[topics.each]
query = "zeppelin"
when = { count = 2, within = "1h", by = "source" }
"""


def test_backtest_says_when_a_pattern_in_time_would_have_rung(house: Path) -> None:
    (house / "rules" / "air.toml").write_text(TIMED, "utf-8")
    start = datetime(2025, 5, 1, tzinfo=UTC)
    hours = (0.0, 5.0, 5.5, 30.0, 30.1, 30.2)
    said = "\n".join(
        json.dumps(
            {
                "id": f"{n}",
                "source": "ab"[n % 2],
                "title": f"Zeppelin {n}",
                "text": "",
                "published": (start + timedelta(hours=hour)).isoformat(),
            }
        )
        for n, hour in enumerate(hours)
    )

    def rang(topic: str, *options: str) -> list[Any]:
        status, out, _ = tocsin(house, "backtest", topic, "-", "--json", *options, stdin=said)
        assert status == 0
        return [(ring["at"][:16], ring["item"], ring["keys"]) for ring in lines(out)[0]["rang"]]

    assert rang("air") == [("2025-05-01T05:30", "2", []), ("2025-05-02T06:06", "4", [])]
    assert rang("still") == [("2025-05-01T17:30", None, []), ("2025-05-02T18:12", None, [])]
    assert rang("each") == [("2025-05-02T06:12", "5", ["b"])]
    status, out, _ = tocsin(house, "backtest", "air", "-", "-n", "1", stdin=said)
    assert status == 0
    assert "air: 6 of 6 items" in out
    assert "Its pattern in time rang 2 times" in out
    assert "2025-05-02 06:06  2 within 1h  Zeppelin 4" in out
    old = house / "old"
    old.mkdir()
    (old / "air.toml").write_text(TIMED.replace("count = 2", "count = 3"), "utf-8")
    status, out, _ = tocsin(house, "backtest", "air", "-", "--against", "old", "--json", stdin=said)
    (change,) = lines(out)
    assert (change["before"], change["after"], change["newly"], change["no_longer"]) == (1, 2, 2, 1)


def test_backtest_reads_files_and_lines(house: Path) -> None:
    line = json.dumps({"id": "1", "source": "s", "title": "A zeppelin", "text": ""})
    status, out, _ = tocsin(house, "backtest", "air", "-", "--json", stdin=line)
    assert (status, lines(out)[0]["matched"]) == (0, 1)


# fmt


def test_fmt_shows_what_is_not_seen(house: Path) -> None:
    path = house / "rules" / "air.toml"
    tocsin(house, "fmt")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n").rstrip())
    status, out, _ = tocsin(house, "fmt", "--diff", "rules/air.toml")
    assert status == 1
    lines = [line for line in out.splitlines() if line.startswith(("-", "+"))][2:]
    gone = [line[1:] for line in lines if line[0] == "-"]
    assert gone[0].startswith("<BOM>")
    assert gone[0].endswith("␍")
    assert gone[-1].endswith("<no line end>")
    assert [line[1:] for line in lines if line[0] == "+"] == [
        line.removeprefix("<BOM>").removesuffix("␍").removesuffix("<no line end>") for line in gone
    ]


def test_fmt_goes_on_behind_a_file_that_it_cannot_read(house: Path) -> None:
    rules = house / "rules"
    (rules / "a-link.toml").symlink_to("nowhere.toml")
    os.mkfifo(rules / "a-pipe.toml")
    (rules / "z.toml").write_text("[lists]\nwar=['war']\n", "utf-8")
    status, _, err = tocsin(house, "fmt")
    assert status == 1
    assert "a-link.toml:1:1: error: cannot be read" in err
    assert "a-pipe.toml:1:1: error: this is not a file" in err
    assert "2 cannot be read" in err
    assert (rules / "z.toml").read_text("utf-8") == '[lists]\nwar = ["war"]\n'


def test_fmt_tidies_checks_and_shows(house: Path) -> None:
    path = house / "rules" / "air.toml"
    untidy = '[topics.air]\nquery="zeppelin   -toy"  #why\ntitle={en="Air"}\n'
    path.write_text(untidy, "utf-8")
    path.chmod(0o640)
    status, out, _ = tocsin(house, "fmt", "--check")
    assert (status, out) == (1, "rules/air.toml\n")
    status, out, _ = tocsin(house, "fmt", "--diff", "rules/air.toml")
    assert (status, '+title = { en = "Air" }' in out) == (1, True)
    assert path.read_text("utf-8") == untidy
    status, _, err = tocsin(house, "fmt")
    assert (status, "1 of 1 files changed" in err) == (0, True)
    tidy = '[topics.air]\ntitle = { en = "Air" }\nquery = "zeppelin   -toy"  #why\n'
    assert path.read_text("utf-8") == tidy
    assert path.stat().st_mode & 0o777 == 0o640
    assert tocsin(house, "fmt", "--check")[0] == 0
    status, out, _ = tocsin(house, "fmt", "--queries", "-", stdin=tidy)
    assert out == tidy.replace("   ", " ")
    path.write_text("a = ", "utf-8")
    status, _, err = tocsin(house, "fmt")
    assert (status, "rules/air.toml:1:5: error: " in err) == (1, True)


# entities


@contextmanager
def api() -> Iterator[str]:
    """A server that gives the recorded answer of Wikidata."""
    answer = (WIKIDATA / "wbgetentities-Q7747-Q406.json").read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/w/api.php"
        finally:
            server.shutdown()
            thread.join()


def test_entities_add_writes_what_passes_check(house: Path) -> None:
    (house / "config.toml").write_text("[fetch]\nallow_private_addresses = true\n", "utf-8")
    cache = str(house / "cache")
    with api() as address:
        command = ("entities", "add", "Q7747", "Q406")
        status, _, err = tocsin(house, *command, WIKIDATA_API=address, XDG_CACHE_HOME=cache)
    assert (status, err.count("added to")) == (0, 2), err
    path = house / "rules" / "entities" / "wikidata.toml"
    assert (
        path.read_text("utf-8")
        == """[entities.vladimir-putin]
kind = "person"
wikidata = "Q7747"
case = true

[entities.vladimir-putin.title]
ar = "فلاديمير بوتين"
en = "Vladimir Putin"
fr = "Vladimir Poutine"
ru = "Владимир Владимирович Путин"
tr = "Vladimir Putin"

[entities.vladimir-putin.names]
ar = ["فلاديمير بوتين", "بوتين"]
en = ["Vladimir Putin", "Putin", "Vladimir Vladimirovich Putin"]
fr = ["Vladimir Poutine", "Poutine"]
ru = ["Владимир Владимирович Путин", "Путин", "Владимир Путин", "ВВП"]
tr = ["Vladimir Putin"]

[entities.istanbul]
kind = "place"
wikidata = "Q406"
case = true

[entities.istanbul.title]
en = "Istanbul"
fr = "Istanbul"
ru = "Стамбул"
tr = "İstanbul"

[entities.istanbul.names]
en = ["Istanbul", "Constantinople"]
fr = ["Istanbul"]
ru = ["Стамбул"]
tr = ["İstanbul"]
"""
    )
    assert tocsin(house, "check", "--strict")[0] == 0
    assert tocsin(house, "fmt", "--check")[0] == 0
    # Again, without a server: from the cache, and nothing to add.
    status, _, err = tocsin(house, *command, WIKIDATA_API=address, XDG_CACHE_HOME=cache)
    assert (status, err.count("has all of these languages")) == (0, 2), err


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            "names={ fr=['Poutine'] }  # by hand\n",
            "names={ fr=['Poutine'], tr = [\"Vladimir Putin\"] }  # by hand\n",
        ),
        (
            "[entities.putin.names]\nfr=['Poutine']  # by hand\n# and so on\n[lists]\n",
            (
                "[entities.putin.names]\nfr=['Poutine']  # by hand\n"
                'tr = ["Vladimir Putin"]\n# and so on\n[lists]\n'
            ),
        ),
    ],
)
def test_entities_add_leaves_hand_made_lines_alone(
    names: str,
    expected: str,
    house: Path,
) -> None:
    (house / "config.toml").write_text("[fetch]\nallow_private_addresses = true\n", "utf-8")
    path = house / "rules" / "people.toml"
    head = "# Mine.\n[entities.putin]\nkind='person'\nwikidata = 'Q7747'\ntitle={fr='Poutine'}\n"
    path.write_text(head + names, "utf-8")
    with api() as address:
        status, _, err = tocsin(
            house,
            *("entities", "add", "Q7747", "-l", "fr", "-l", "tr"),
            WIKIDATA_API=address,
            XDG_CACHE_HOME=str(house / "cache"),
        )
    assert (status, "got names in tr" in err) == (0, True), err
    assert path.read_text("utf-8") == head + expected


def test_entities_add_keeps_to_the_guard_and_to_good_arguments(house: Path) -> None:
    with api() as address:
        status, _, err = tocsin(
            house, "entities", "add", "Q1", WIKIDATA_API=address, XDG_CACHE_HOME=str(house)
        )
    assert (status, "not a public address" in err) == (2, True)
    assert tocsin(house, "entities", "add", "P31")[0] == 2
    assert tocsin(house, "entities", "add", "Q1", "-l", "french")[0] == 2
    assert tocsin(house, "entities", "add", "Q1", "Q2", "--key", "x")[0] == 2


def test_entities_suggest_lists_names_that_are_missing(house: Path) -> None:
    entity = '[entities.putin]\nkind = "person"\nnames = { en = ["Vladimir Putin"] }\n'
    (house / "rules" / "people.toml").write_text(entity, "utf-8")
    texts = [
        f"Yesterday Ursula von der Leyen met Vladimir Putin. The talks of the Kremlin {n} went on."
        for n in range(4)
    ]
    stock(house, *(news(n, f"Talks {n}", text, lang="en") for n, text in enumerate(texts)))
    status, out, _ = tocsin(house, "entities", "suggest", "--json")
    assert status == 0
    assert lines(out) == [
        {"name": "Kremlin", "items": 4, "langs": ["en"]},
        {"name": "Ursula von der Leyen", "items": 4, "langs": ["en"]},
    ]
