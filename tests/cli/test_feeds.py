"""Feeds from the command line: the real program against a real site on loopback."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from bot.model import FeedState, Source, SourceKind
from bot.store import sources as store_sources
from bot.store.engine import Store
from tests.cli.test_commands import ROOT, lines, tocsin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULES = '[topics.air]\ntitle = { en = "Air" }\nquery = "zeppelin"\n'
PAGE = """<!doctype html><html><head><title>A site</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments.xml">
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml">
<link rel="stylesheet" href="/style.css"></head><body>Words</body></html>"""


def feed(title: str, *names: str, days: float = 1) -> str:
    date = format_datetime(datetime.now(UTC) - timedelta(days=days))
    items = "".join(
        f"<item><title>{name}</title><guid>{name}</guid><pubDate>{date}</pubDate></item>"
        for name in names
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}</channel></rss>'


class Site:
    """What a web server answers, by path, and how often it was asked for each."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: Counter[str] = Counter()
        self.url = ""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as made:
        yield made


@contextmanager
def serving() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked[self.path] += 1
            body = made.pages.get(self.path)
            self.send_response(404 if body is None else 200)
            page = (body or "no").encode()
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "air.toml").write_text(RULES, "utf-8")
    (tmp_path / "config.toml").write_text(
        '[seeds]\nfolders = []\n[fetch]\nallow_private_addresses = true\nspacing = "1ms"\n', "utf-8"
    )
    return tmp_path


def test_a_feeds_own_address_is_added_and_shows_what_would_have_rung(
    house: Path, site: Site
) -> None:
    site.pages["/news.xml"] = feed("The News", "a zeppelin", "another zeppelin", "a boat")
    status, out, err = tocsin(house, "feeds", "add", f"{site.url}/news.xml")
    assert (status, out) == (0, "")
    assert "added the-news" in err
    assert "air: 2" in err
    assert "another zeppelin" in err
    status, out, _ = tocsin(house, "feeds", "list", "--json")
    assert lines(out)[0]["name"] == "The News"
    status, _, err = tocsin(house, "feeds", "add", f"{site.url}/news.xml")
    assert status == 2
    assert "already" in err
    site.pages["/old.xml"] = feed("Old news", "an old zeppelin", days=8)
    status, out, _ = tocsin(house, "feeds", "add", f"{site.url}/old.xml", "--json", "--key", "old")
    (added,) = lines(out)
    assert (status, added["key"], added["items"], added["would_have_rung"]) == (0, "old", 1, [])
    status, _, err = tocsin(house, "feeds", "remove", f"{site.url}/old.xml")
    assert (status, err.strip()) == (0, f"removed {site.url}/old.xml")
    status, _, err = tocsin(house, "feeds", "remove", "old")
    assert status == 1
    assert "no feed that was added has the key or address old" in err


def test_a_sites_feeds_are_shown_to_choose_from(house: Path, site: Site) -> None:
    site.pages["/"] = PAGE
    site.pages["/news.xml"] = feed("News", "a", "b")
    site.pages["/comments.xml"] = feed("Comments", "c")
    status, out, _ = tocsin(house, "feeds", "discover", site.url)
    assert status == 0
    assert out.index("/news.xml") < out.index("/comments.xml")
    assert "2 items, newest 24 h ago, the page links to it" in out
    status, out, _ = tocsin(house, "feeds", "discover", site.url, "--json")
    assert [found["title"] for found in lines(out)] == ["News", "Comments"]
    # Without a terminal nobody can be asked: it says what to do.
    status, out, err = tocsin(house, "feeds", "add", site.url)
    assert status == 1
    assert f"{site.url}/news.xml" in out
    assert "--first or --all" in err
    assert not (house / "tocsin.db").exists()
    assert tocsin(house, "feeds", "add", site.url, "--first")[0] == 0
    status, out, _ = tocsin(house, "feeds", "list", "--json")
    assert [each["address"] for each in lines(out)] == [f"{site.url}/news.xml"]
    status, _, err = tocsin(house, "feeds", "add", site.url, "--all")
    assert status == 0
    assert "already" in err
    assert "added comments" in err


def test_on_a_terminal_the_admin_chooses(house: Path, site: Site) -> None:
    site.pages["/"] = PAGE
    site.pages["/news.xml"] = feed("News", "a", "b")
    site.pages["/comments.xml"] = feed("Comments", "c")
    terminal, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "feeds", "add", site.url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"}
    with subprocess.Popen(
        command, cwd=house, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        said = b""
        while b"Add which" not in said:
            said += os.read(terminal, 1000)
        os.write(terminal, b"2\n")
        assert process.wait(60) == 0
    os.close(terminal)
    assert b"1. News" in said
    _, out, _ = tocsin(house, "feeds", "list", "--json")
    assert [each["address"] for each in lines(out)] == [f"{site.url}/comments.xml"]


def test_feeds_at_usual_addresses_are_found_where_a_page_names_none(
    house: Path, site: Site
) -> None:
    site.pages["/blog/"] = site.pages["/blog"] = "<html><body>Nothing here</body></html>"
    site.pages["/rss.xml"] = feed("At the root", "a")
    status, out, _ = tocsin(house, "feeds", "discover", f"{site.url}/blog/", "--json")
    assert status == 0
    assert [(found["url"], found["how"]) for found in lines(out)] == [
        (f"{site.url}/rss.xml", "a usual address")
    ]
    site.pages.pop("/rss.xml")
    status, out, err = tocsin(house, "feeds", "add", f"{site.url}/blog/")
    assert (status, out) == (1, "")
    assert "no feed was found" in err


def test_what_cannot_be_read_is_said(house: Path, site: Site) -> None:
    status, _, err = tocsin(house, "feeds", "add", f"{site.url}/missing")
    assert status == 1
    assert "404" in err
    assert tocsin(house, "feeds", "add", f"{site.url}/missing", "--unread")[0] == 0
    # Nobody there now: it is kept, and asked again.
    status, _, err = tocsin(house, "feeds", "add", "http://127.0.0.1:9999/feed", "--key", "later")
    assert status == 0
    assert "cannot be read now" in err
    closed = (house / "config.toml").read_text("utf-8").replace("true", "false")
    (house / "config.toml").write_text(closed, "utf-8")
    status, _, err = tocsin(house, "feeds", "add", f"{site.url}/feed")
    assert status == 1
    assert "fetch.allow_private_addresses" in err
    assert tocsin(house, "feeds", "add", "ftp://a.example/feed")[0] == 2
    assert site.asked["/feed"] == 0


def test_the_doctor_says_how_each_feed_is_and_why(house: Path) -> None:
    now = datetime.now(UTC)
    states = {
        "well": FeedState(
            interval=timedelta(minutes=10),
            last_success=now,
            first_read=now,
            last_poll=now,
            answers=(200, 304),
        ),
        "gone": FeedState(
            failures=1, disabled=True, last_error="gone for good (410)", answers=(200, 410)
        ),
        "busy": FeedState(failures=3, last_error="the server answered 429", answers=(429,)),
        "moved": FeedState(first_read=now, location="https://new.example/feed", answers=(200,)),
    }
    with Store.open(f"sqlite:///{house}/tocsin.db") as store:
        for key, state in states.items():
            source = Source(key, SourceKind.FEED, f"https://{key}.example/feed")
            store.write_now(lambda conn, source=source: store_sources.add_source(conn, source, now))  # type: ignore[misc]
            store.write_now(
                lambda conn, key=key, state=state: store_sources.set_feed_state(  # type: ignore[misc]
                    conn, key, state, None
                )
            )
    status, out, _ = tocsin(house, "feeds", "doctor", "--json")
    assert status == 1
    found = {each["key"]: each for each in lines(out)}
    assert {key: each["health"] for key, each in found.items()} == {
        "well": "good",
        "gone": "given up",
        "busy": "failing",
        "moved": "good",
    }
    assert found["well"]["advice"] == ""
    assert found["well"]["answers"] == [200, 304]
    assert "feeds discover https://gone.example" in found["gone"]["advice"]
    assert "too many requests" in found["busy"]["advice"]
    assert "https://new.example/feed" in found["moved"]["advice"]
    status, out, _ = tocsin(house, "feeds", "doctor", "well")
    assert status == 0
    assert "200 304; 0.0 items a day" in out
    assert tocsin(house, "feeds", "doctor", "nobody")[0] == 1


def test_what_is_configured_is_listed_before_anything_is_stored(tmp_path: Path) -> None:
    config = '[[feeds]]\nurl = "https://a.example/rss"\nkey = "a"\n'
    (tmp_path / "config.toml").write_text(config, "utf-8")
    status, out, _ = tocsin(tmp_path, "feeds", "list", "--json")
    known = {each["key"]: each["last_success"] for each in lines(out)}
    assert (status, known) == (0, {"a": None, "seeds": None})
    tocsin(tmp_path, "feeds", "add", "https://b.example/rss", "--unread", "--key", "b")
    status, out, _ = tocsin(tmp_path, "feeds", "list", "--json")
    assert (status, [each["key"] for each in lines(out)]) == (0, ["a", "b", "seeds"])


def test_what_cannot_be_a_feed_is_said_in_plain_words(tmp_path: Path) -> None:
    status, _, err = tocsin(tmp_path, "feeds", "add", "ftp://a.example/rss")
    assert status == 2
    assert "url must be an address that begins with https:// or http://" in err
    assert "pydantic" not in err


def test_a_feed_that_comes_back_has_its_key_again(tmp_path: Path) -> None:
    address = "https://a.example/rss"
    tocsin(tmp_path, "feeds", "add", address, "--unread", "--name", "Mine")
    tocsin(tmp_path, "feeds", "export", "--out", "feeds.opml")
    tocsin(tmp_path, "feeds", "remove", "mine")
    assert tocsin(tmp_path, "feeds", "import", "feeds.opml")[0] == 0
    keys = [each["key"] for each in lines(tocsin(tmp_path, "feeds", "list", "--json")[1])]
    assert keys == ["mine", "seeds"]
