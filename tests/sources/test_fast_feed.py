"""The fast parser beside feedparser: on whatever it answers, the two agree."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.sources.fast_feed import parse_fast
from bot.sources.xml_feed import parse_xml_feed
from tests.sources import hostile

if TYPE_CHECKING:
    from bot.sources.parsed import ParsedFeed

CASES = Path(__file__).parent.parent / "cases"
CORPUS = sorted(
    path
    for folder in ("feeds", "fast")
    for path in (CASES / folder).iterdir()
    if path.suffix in {".xml", ".feed"}
)
BODIES = [path.read_bytes() for path in CORPUS]
ADDRESSES = (None, "https://a.example/feeds/rss.xml")


def fast(body: bytes, url: str | None = None) -> ParsedFeed | None:
    return parse_fast(body, source="s", url=url, content_type=None, lang=None, now=None)


def slow(body: bytes, url: str | None = None) -> ParsedFeed:
    return parse_xml_feed(body, source="s", url=url, content_type=None, lang=None, now=None)


def assert_agreement(body: bytes, url: str | None) -> bool:
    """Whether the fast parser answered; if so, with what feedparser says."""
    feed = fast(body, url)
    if feed is None:
        return False
    other = slow(body, url)
    assert feed.items == other.items
    assert (feed.title, feed.lang, feed.ttl) == (other.title, other.lang, other.ttl)
    return True


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
@pytest.mark.parametrize("url", ADDRESSES)
def test_they_agree_on_the_corpus(path: Path, url: str | None) -> None:
    answered = assert_agreement(path.read_bytes(), url)
    assert answered or path.parent.name == "feeds", "this one is there to be read quickly"


SPLICES = [
    *(b"<title>x</title>", b"<link>/y?a=1&amp;b=2</link>", b"<guid>g</guid>", b"<item/>", b"<a/>"),
    *(
        b"<description>d &amp;lt;b&amp;gt;</description>",
        b"<dc:creator>a@b.example (A)</dc:creator>",
    ),
    *(b"<category domain='x'/>", b"<category>c</category>", b"<media:title>m</media:title>"),
    *(b"<source url='u'>s</source>", b"<author>e</author>", b"<language>de</language>", b"&#233;"),
    *(
        b"<content:encoded>c</content:encoded>",
        b"<summary type='html'>&lt;i&gt;</summary>",
        b"\xc3",
    ),
    *(b"<image><title>i</title></image>", b" xml:lang='fr'", b" type='html'", b" rel='self'"),
    *(b" xml:base='https://b.example/x/'", b" xml:base='/y/'", b" base='z'"),
    *(b" isPermaLink='false'", b" href='/z'", b"<!-- c -->", b"<![CDATA[<p>x</p>]]>", b"<?pi x?>"),
    *(b"<id>urn:x</id>", b"<updated>2025-05-18</updated>", b"\xc3\x83\xc2\xa9", b"&amp;#8217;"),
    *(
        b"<ttl>7</ttl>",
        b"<x:y xmlns:x='u'><x:z/></x:y>",
        b"<media:credit>k</media:credit>",
        b"\x92",
    ),
]
EDGES = [b"<", b">", b"/", b"</", b"item>", b"title>"]


@st.composite
def altered(draw: st.DrawFn) -> bytes:
    """A document with some of its elements moved, repeated, or new ones put between them."""
    body = draw(st.sampled_from(BODIES))
    for _ in range(draw(st.integers(1, 4))):
        places = [place for place, byte in enumerate(body) if byte in b"<>"]
        if not places:
            return body
        place = draw(st.sampled_from(places)) + draw(st.integers(0, 1))
        kind = draw(st.integers(0, 3))
        if kind == 0:
            end = draw(st.sampled_from(places))
            body = body[:place] + body[min(place, end) : max(place, end)] + body[place:]
        elif kind == 1:
            body = body[:place] + body[place + draw(st.integers(1, 3)) :]
        else:
            body = body[:place] + draw(st.sampled_from(SPLICES)) + body[place:]
    return body


@settings(
    derandomize=True,
    deadline=None,
    max_examples=600,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(altered(), st.sampled_from(ADDRESSES))
def test_they_agree_on_altered_documents(body: bytes, url: str | None) -> None:
    if fast(body, url) is None:
        return
    try:
        slow(body, url)
    except (ParseError, KeyError, TypeError, ValueError):
        return  # feedparser fell over it, which a document that is well-formed does not deserve
    assert assert_agreement(body, url)


@pytest.mark.parametrize("name", hostile.DOCUMENTS)
def test_hostile_documents_are_not_for_it_or_agreed_upon(name: str) -> None:
    body = hostile.DOCUMENTS[name]()
    feed = fast(body)
    assert feed is None or feed.items == slow(body).items


def test_nothing_is_loaded_or_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    for entity in (f'SYSTEM "file://{secret}"', '"inside"'):
        body = f"<!DOCTYPE rss [<!ENTITY x {entity}>]>".encode() + hostile.rss("<item>&x;</item>")
        assert fast(body) is None
    assert fast(hostile.billion_laughs()) is None
    assert fast(hostile.many_attributes(200_000)) is None


def marked(body: bytes, *seen: int, url: str | None = None, lang: str | None = None) -> ParsedFeed:
    feed = parse_fast(
        body, source="s", url=url, content_type=None, lang=lang, now=None, seen=frozenset(seen)
    )
    assert feed is not None
    return feed


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_entries_that_are_known_are_left_out_and_change_nothing_for_others(path: Path) -> None:
    body = path.read_bytes()
    feed = fast(body)
    if feed is None or not feed.marks:
        return
    assert len(feed.marks) == len(feed.items)
    for place, mark in enumerate(feed.marks):
        rest = marked(body, mark)
        assert rest.items == feed.items[:place] + feed.items[place + 1 :]
        assert (rest.title, rest.marks, rest.skipped) == (feed.title, feed.marks, 1)
    assert marked(body, *feed.marks).items == ()


def test_a_mark_changes_with_whatever_its_item_depends_on() -> None:
    def one(text: str = "x", head: str = "", **other: str) -> int:
        body = hostile.rss(f"{head}<item><guid>1</guid><description>{text}</description></item>")
        return marked(body, **other).marks[0]

    marks = [
        one(),
        one("y"),
        one("x "),
        one(url="https://a.example/"),
        one(lang="fr"),
        one(head="<language>fr</language>"),
        one(head="<link>https://b.example/</link>"),
    ]
    assert len(set(marks)) == len(marks)
    assert one() == one(head="<lastBuildDate>today</lastBuildDate>")


@pytest.mark.parametrize(
    "entries",
    [
        "<item><guid>1</guid></item><item><guid>1</guid></item>",
        "<item><guid>1</guid></item><item><guid> 1\n</guid></item>",
        "<item><guid>1</guid></item><item><title>x</title></item>",
        "<item><guid>1</guid><guid>2</guid></item>",
    ],
)
def test_entries_that_are_told_apart_by_each_other_are_always_read(entries: str) -> None:
    feed = fast(hostile.rss(entries))
    assert feed is None or feed.marks == ()


def test_dates_in_the_future_are_dropped() -> None:
    body = hostile.rss("<item><title>x</title><pubDate>2099-01-01</pubDate></item>")
    now = datetime(2025, 5, 18, tzinfo=UTC)
    feed = parse_fast(body, source="s", url=None, content_type=None, lang=None, now=now)
    assert feed is not None
    assert feed.items[0].published is None
