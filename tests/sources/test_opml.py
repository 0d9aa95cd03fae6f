"""Lists of feeds: what other readers write, what we write, and what is made to break us."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.model import Source, SourceKind
from bot.sources.opml import FEEDS_MAX, Outline, parse_opml, write_opml

NESTED = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0"><head><title>Mine</title></head><body>
<outline text="World" title="World">
  <outline text="Europe"><outline type="rss" text="Le Guetteur" xmlUrl="https://guetteur.example/rss" htmlUrl="https://guetteur.example/" language="fr-FR"/></outline>
  <outline type="rss" text="News" title="The News" xmlUrl="https://news.example/atom" category="/Press/Dailies,uk"/>
</outline>
<outline type="rss" TEXT="Shouted" XMLURL="HTTPS://upper.example/rss"/>
<outline text="Again"><outline text="x" xmlUrl="https://news.example/atom"/></outline>
<outline type="link" text="a page" url="https://page.example/"/>
<outline text="file" xmlUrl="file:///etc/passwd"/><outline text="mail" xmlUrl="mailto:a@b.example"/>
</body></opml>"""


def test_folders_and_categories_become_tags() -> None:
    feeds = parse_opml(NESTED.encode())
    assert feeds[:3] == (
        Outline("https://guetteur.example/rss", "Le Guetteur", "fr", ("World", "Europe")),
        Outline("https://news.example/atom", "The News", None, ("World", "Dailies", "uk", "Again")),
        Outline("HTTPS://upper.example/rss", "Shouted", None, ()),
    )
    assert all(feed.url.lower().startswith("http") for feed in feeds)


def test_the_scheme_of_feeds_is_that_of_the_web() -> None:
    body = b"""<opml><body><outline xmlUrl="feed://a.example/rss"/><outline xmlUrl="feed:https://b.example/rss"/>
    <outline xmlUrl="feed:c"/></body></opml>"""
    assert [each.url for each in parse_opml(body)] == [
        "http://a.example/rss",
        "https://b.example/rss",
    ]


def test_what_is_written_is_read_again() -> None:
    sources = [
        Source("a", SourceKind.FEED, "https://a.example/?x=1&y=2", "A & <B>", "fr", ("t", "é u")),
        Source("b", SourceKind.FEED, "https://b.example/"),
        Source("s", SourceKind.FOLDER, "/seeds"),
    ]
    assert parse_opml(write_opml(sources)) == (
        Outline("https://a.example/?x=1&y=2", "A & <B>", "fr", ("t", "é u")),
        Outline("https://b.example/", "b", None, ()),
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<rss/>", "its root is <rss>"),
        (b"", "broken"),
        (b"no markup", "broken"),
        (b"<opml><body/></opml>", "no feed"),
        (b"<opml><body><outline text='x'/></body></opml>", "no feed"),
    ],
)
def test_what_is_no_list_says_so(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parse_opml(body)


FEED = "<outline xmlUrl='https://a.example/{}' text='{}'/>"
HOSTILE = {
    "deep": "<outline text='a'>" * 20_000,
    "many": "".join(FEED.format(number, number) for number in range(FEEDS_MAX + 10)),
    "laughs": FEED.format("x", "&lol;"),
    "attributes": "<outline " + " ".join(f"a{n}=''" for n in range(50_000)) + "/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lists_are_read_or_refused(name: str) -> None:
    entities = (
        "<!DOCTYPE opml [<!ENTITY l 'ha'><!ENTITY lol '&l;&l;'>]>" if name == "laughs" else ""
    )
    body = f"{entities}<opml><body>{FEED.format('one', 'one')}{HOSTILE[name]}</body></opml>"
    try:
        feeds = parse_opml(body.encode())
    except ParseError:
        return
    assert 1 <= len(feeds) <= FEEDS_MAX
    assert all("haha" not in feed.name for feed in feeds)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.integers(0, len(NESTED)), st.integers(0, 60), st.binary(max_size=6))
def test_any_altered_list_is_read_or_refused(start: int, length: int, put: bytes) -> None:
    body = NESTED.encode()
    try:
        feeds = parse_opml(body[:start] + put + body[start + length :])
    except ParseError:
        return
    assert all(feed.url for feed in feeds)
