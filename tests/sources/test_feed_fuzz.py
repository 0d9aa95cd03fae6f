"""Mutated documents: whatever they are, items or one ParseError."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ParseError
from bot.sources.feed import parse_feed
from bot.sources.plain import clean_text, html_to_text
from tests.sources.hostile import printable

CASES = Path(__file__).parent.parent / "cases" / "feeds"
BODIES = [path.read_bytes() for path in sorted(CASES.iterdir()) if path.suffix in {".xml", ".feed"}]
SPLICES = [
    *(b"<", b">", b"&", b"'", b'"', b"<![CDATA[", b"]]>", b"<!--", b"-->", b"\0", b"\xff\xfe"),
    *(b"&#xD800;", b"&#0;", b"&x;", b"<item>", b"</item>", b"<entry>", b"</channel>", b"<title"),
    *(b"xmlns:a=''", b"<?xml", b"<!DOCTYPE x [", b"\xed\xa0\x80", b"<pubDate>99999999999999999"),
    *(b"<a:b>", b"{", b"}", b"[", b"null", b"<content type='application/xml'>", b"<link rel=self>"),
]
QUICK = settings(
    derandomize=True,
    deadline=None,
    max_examples=300,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    body = bytearray(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 40)))
        body[start:end] = draw(st.one_of(st.sampled_from(SPLICES), st.binary(max_size=4)))
    return bytes(body)


@QUICK
@given(mutated())
def test_a_mutated_feed_raises_nothing_but_parse_errors(body: bytes) -> None:
    try:
        feed = parse_feed(body, source="s", url="https://a.example/feed")
    except ParseError:
        return
    assert len({item.id for item in feed.items}) == len(feed.items)
    assert all(item.id and printable(item) for item in feed.items)
    assert parse_feed(body, source="s", url="https://a.example/feed") == feed


MARKUP = st.lists(
    st.one_of(
        st.text(max_size=5),
        st.sampled_from(
            "<p> </p> <br/> <script> </script> <!-- --> <![CDATA[ ]]> &amp; &#0; <pre> <".split()
        ),
    )
).map("".join)


@QUICK
@given(MARKUP)
def test_any_markup_becomes_tidy_text(markup: str) -> None:
    text = html_to_text(markup)
    assert clean_text(text) == text
    assert text == text.strip()
    assert "\n\n\n" not in text
