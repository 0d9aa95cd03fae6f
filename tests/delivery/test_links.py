from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.delivery.links import presentable, site
from bot.sandbox.links import link_fault


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=1"),
        ("https://example.org/a?utm_source=rss&id=1&fbclid=x", "https://example.org/a?id=1"),
        ("https://example.org", "https://example.org/"),
        (" https://Example.org/a b ", "https://example.org/a%20b"),
        ('https://example.org/"><b>', "https://example.org/%22%3E%3Cb%3E"),
        ("https://example.org/été", "https://example.org/%C3%A9t%C3%A9"),
        ("https://example.org/%C3%A9", "https://example.org/%C3%A9"),
        ("https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"),
        ("http://127.0.0.1:8080/item", "http://127.0.0.1:8080/item"),
        ("https://example.org/a#part", "https://example.org/a#part"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("tg://user?id=1", None),
        ("ftp://example.org/", None),
        ("http://localhost/", None),
        ("http://user:secret@example.org/", None),
        ("http://[::1]/", None),
        ("https:///nowhere", None),
        ("https://exa mple.org/", None),
        ("https://example.org:99999/", None),
        ("https://example.org/" + "x" * 3000, None),
        ("nonsense", None),
        ("", None),
        (None, None),
    ],
)
def test_presentable(url: str | None, expected: str | None) -> None:
    assert presentable(url) == expected


@example("HTTP://0.0.0.0")
@given(
    st.one_of(
        st.text(st.characters()),
        st.builds("https://{}/{}".format, st.text(st.characters()), st.text(st.characters())),
        st.builds("http://example.org/{}?{}#{}".format, *[st.text(st.characters())] * 3),
    )
)
def test_what_is_presentable_telegram_takes(url: str) -> None:
    shown = presentable(url)

    if shown is not None:
        assert shown.isascii()
        assert not set(shown) & set(' "<>\\\n')
        assert urlsplit(shown).scheme in {"http", "https"}
        assert link_fault(shown) is None
        assert presentable(shown) == shown


def test_site() -> None:
    assert site("https://www.example.org/a") == "example.org"
    assert site("http://[bad") is None
    assert site(None) is None
