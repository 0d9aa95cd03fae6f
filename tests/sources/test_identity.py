from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Item
from bot.sources.identity import canonical_url, clean_url, content_hash

PAGE = "https://news.example/2025/05/kremlin"


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        "http://news.example/2025/05/kremlin",
        "HTTPS://News.Example/2025/05/kremlin",
        "https://www.news.example/2025/05/kremlin/",
        "https://m.news.example/2025/05/kremlin",
        "https://www.m.news.example/2025/05/kremlin",
        "https://amp.news.example/2025/05/kremlin",
        "https://news.example/2025/05/kremlin/amp",
        "https://news.example/2025/05/kremlin/amp/",
        "https://news.example/2025/05/kremlin?amp",
        "https://news.example/2025/05/kremlin?outputType=amp",
        "https://news.example:443/2025/05/kremlin",
        "http://news.example:80/2025/05/kremlin",
        "https://news.example/2025/05/kremlin#comments",
        "https://news.example/2025//05/kremlin",
        "https://news.example/2025/05/kremlin?utm_source=rss&utm_medium=feed",
        "https://news.example/2025/05/kremlin?fbclid=x&gclid=y",
        "https://news.example/2025/05/%6Bremlin",
        "https://news.example./2025/05/kremlin",
        "  https://news.example/2025/05/kremlin\n",
    ],
)
def test_spellings_of_one_page(url: str) -> None:
    assert canonical_url(url) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/?p=1", "https://news.example/?p=2"),
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/a", "https://sport.news.example/a"),
        ("https://news.example:8443/a", "https://news.example/a"),
        ("https://news.example/amp", "https://news.example/"),
        ("https://news.example/#!/a", "https://news.example/#!/b"),
        ("https://m.org/", "https://org/"),
        ("https://news.example/a%2Fb", "https://news.example/a/b/c"),
    ],
)
def test_pages_that_differ(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


def test_the_order_of_parameters_does_not_count() -> None:
    assert canonical_url("https://a.example/?b=2&a=1") == canonical_url("http://a.example/?a=1&b=2")


def test_hosts_in_unicode_and_in_punycode_are_one() -> None:
    assert canonical_url("https://münchen.example/") == canonical_url(
        "https://xn--mnchen-3ya.example"
    )


@pytest.mark.parametrize(
    "url", ["", "tag:example.org,2025:1", "http://[bad", "http://x:y/", "mailto:a@b"]
)
def test_what_is_no_web_address_stays(url: str) -> None:
    assert canonical_url(url) == url
    assert clean_url(url) == url


URLS = st.one_of(
    st.text(),
    st.builds(
        "{}://{}{}{}?{}#{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.sampled_from(["", "www.", "m.", "amp.www."]),
        st.from_regex(r"[a-zé]{1,8}\.[a-z]{2,4}(:\d{1,4})?", fullmatch=True),
        st.from_regex(r"(/[%/a-zA-Zé0-9 .]{0,12}){0,4}(/amp)?/?", fullmatch=True),
        st.from_regex(r"([a-z_]{1,6}=?[a-z%&]{0,6}&?){0,4}", fullmatch=True),
        st.text(max_size=5),
    ),
)


@given(URLS)
def test_canonical_is_a_fixed_point(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(URLS)
def test_cleaning_is_a_fixed_point_and_keeps_the_page(url: str) -> None:
    assert clean_url(clean_url(url)) == clean_url(url)
    assert canonical_url(clean_url(url)) == canonical_url(url)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://WWW.a.example/x/?utm_source=rss&id=1#top", "https://WWW.a.example/x/?id=1#top"),
        ("https://a.example/x?utm_source=rss", "https://a.example/x"),
        ("https://a.example/x?id=a%20b&flag", "https://a.example/x?id=a%20b&flag"),
        ("https://a.example/x#xtor=RSS-1", "https://a.example/x"),
        ("https://a.example/x?at_medium=RSS&at_campaign=rss", "https://a.example/x"),
        ("https://a.example/?q=utm_source", "https://a.example/?q=utm_source"),
    ],
)
def test_people_see_the_address_without_its_trackers(url: str, clean: str) -> None:
    assert clean_url(url) == clean


def item(title: str, text: str, **more: str) -> Item:
    return Item(id=more.pop("id", "1"), source="s", url=None, title=title, text=text, **more)  # type: ignore[arg-type]


def test_the_same_words_are_the_same_content() -> None:
    one = item("Le Kremlin  confirme", "Un appel.\n\nDeux.")
    other = item("LE KREMLIN CONFIRME", "Un appel. Deux.", id="2", lang="fr")
    assert content_hash(one) == content_hash(other)


def test_other_words_are_not() -> None:
    hashes = {
        content_hash(item("a", "b")),
        content_hash(item("a b", "")),
        content_hash(item("", "a b")),
        content_hash(item("a", "c")),
    }
    assert len(hashes) == 4
