from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.discovering import Discovering
from bot.errors import FetchError
from bot.sources.discovery import Link, linked_feeds, links, usual_addresses
from bot.sources.fetch import Fetcher, FetchLimits
from bot.sources.pool import ParsePool
from bot.sources.sites import channel_feed, feeds_of_site, web_address

if TYPE_CHECKING:
    from tests.sources.conftest import FeedServer

FILE = Path(__file__).parents[1] / "cases" / "discovery" / "addresses.toml"
CASES = tomllib.loads(FILE.read_text("utf-8"))["cases"]
BASE = "https://site.example/blog/page.html"
RSS = b"<rss version='2.0'><channel><title>T</title><item><title>x</title></item></channel></rss>"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["page"])
def test_addresses_that_tell_their_feeds(case: dict[str, Any]) -> None:
    found = feeds_of_site(web_address(case["page"]))
    assert (list(found[1]) if found else None) == case.get("feeds")


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/f">', ["https://site.example/f"]),
        ("<LINK HREF=f.atom TYPE='application/atom+xml' REL=alternate >", ["https://site.example/blog/f.atom"]),
        ('<link rel="alternate" type="text/html" hreflang="fr" href="/fr">', []),
        ('<link rel="alternate stylesheet" type="text/xml" href="/s">', []),
        ('<link rel="feed" href="/f?a=1&amp;b=2">', ["https://site.example/f?a=1&b=2"]),
        ('<base href="https://cdn.example/x/"><link rel=alternate type=application/feed+json href=j>', ["https://cdn.example/x/j"]),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:x">', []),
        ('<a href="/rss">RSS</a> <a href="/about">About</a>', ["https://site.example/rss"]),
        ('<a class="x" href="https://feeds.example/all.rss#top">', ["https://feeds.example/all.rss#top"]),
        ('<a href="/rss"><link rel="alternate" type="application/rss+xml" href="/f">', ["https://site.example/f"]),
        (
            '<link rel=feed href=/c title="Comments"><link rel=feed href=/n><link rel=feed href=/n>',
            ["https://site.example/n", "https://site.example/c"],
        ),
        ("", []),
    ],
)  # fmt: skip
def test_what_a_page_declares(page: str, found: list[str]) -> None:
    assert [link.url for link in linked_feeds(page.encode(), BASE)] == found


@pytest.mark.parametrize(
    "page",
    [b"<a " * 400_000, b"<link " + b"x=" * 500_000, b"<link rel='" * 100_000, b"<" * 1_000_000],
)
def test_no_page_takes_long(page: bytes) -> None:
    began = time.process_time()
    linked_feeds(page, BASE)
    assert time.process_time() - began < 5


def test_link_headers() -> None:
    header = (
        '<https://hub.example/>; rel="hub", </feed>; rel="self";, '
        '</rss>; rel=alternate; type="application/rss+xml", </fr>; rel="alternate"; hreflang=fr'
    )
    assert links(header, BASE) == {
        "hub": ["https://hub.example/"],
        "self": ["https://site.example/feed"],
        "alternate": ["https://site.example/rss"],
    }
    assert links(None, BASE) == {}


def test_usual_addresses_are_below_the_page_and_below_the_site() -> None:
    found = [link.url for link in usual_addresses(BASE)]
    assert "https://site.example/blog/feed" in found
    assert "https://site.example/feed" in found
    assert len(found) <= 20
    assert Link("https://site.example/rss.xml") in usual_addresses("https://site.example/")


async def discover(server: FeedServer, path: str) -> tuple[bool, list[tuple[str, str]]]:
    limits = FetchLimits(allow_private=True)
    async with Fetcher(limits) as fetcher, ParsePool() as pool:
        found = await Discovering(fetcher, pool).discover(server.url + path)
    places = [(each.url.removeprefix(server.url), each.how) for each in found.candidates]
    return found.itself, places


async def test_a_feed_is_itself_wherever_it_has_moved(server: FeedServer) -> None:
    server.answer("/old", status=301, Location="/feed")
    server.answer("/feed", body=RSS)
    assert await discover(server, "/old") == (True, [("/feed", "the address itself")])


async def test_link_headers_and_scripts_name_feeds_too(server: FeedServer) -> None:
    header = '</feed>; rel="alternate"; type="application/rss+xml"'
    server.answer("/page", body=b"<html></html>", Link=header)
    server.answer("/feed", body=RSS)
    assert await discover(server, "/page") == (False, [("/feed", "the page links to it")])
    page = b'<html><script>{"externalId":"UCBR8-60-B28hp2BmDPdntcQ"}</script>'
    assert channel_feed(page) == (
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCBR8-60-B28hp2BmDPdntcQ"
    )


async def test_nothing_inside_the_network_is_asked(server: FeedServer) -> None:
    server.answer("/feed", body=RSS)
    async with Fetcher(FetchLimits()) as fetcher, ParsePool() as pool:
        with pytest.raises(FetchError, match="allow_private_addresses") as caught:
            await Discovering(fetcher, pool).discover(f"{server.url}/feed")
    assert caught.value.forbidden
    assert server.requests == []
