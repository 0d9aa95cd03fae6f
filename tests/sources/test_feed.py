"""The cases of tests/cases/feeds: a document, and beside it what it must become."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ParseError
from bot.sources.feed import parse_feed
from bot.sources.parsed import ITEMS_MAX
from bot.sources.plain import TEXT_MAX
from bot.sources.records import to_record
from tests.sources import hostile

NOW = datetime(2025, 5, 19, tzinfo=UTC)
CASES = Path(__file__).parent.parent / "cases" / "feeds"
DOCUMENTS = sorted(path for path in CASES.iterdir() if path.suffix != ".json")


def expected(document: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document.with_suffix(".json").read_text("utf-8"))
    return found


def test_every_expectation_has_its_document() -> None:
    assert {path.stem for path in CASES.glob("*.json")} == {path.stem for path in DOCUMENTS}
    assert len({path.stem for path in DOCUMENTS}) == len(DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_case(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)  # where a body that is a file's name would find the file
    case = expected(document)
    arguments: dict[str, Any] = {key: case.get(key) for key in ("url", "content_type")}
    if "error" in case:
        with pytest.raises(ParseError) as caught:
            parse_feed(document.read_bytes(), source="s", **arguments)
        assert case["error"] in str(caught.value)
        return
    feed = parse_feed(document.read_bytes(), source="s", now=NOW, **arguments)
    for key in {"title", "lang", "reader"} & case.keys():
        assert getattr(feed, key) == case[key], key
    if "ttl_minutes" in case:
        assert feed.ttl == timedelta(minutes=case["ttl_minutes"])
    records = [to_record(item) for item in feed.items]
    wanted = [record | want for record, want in zip(records, case["items"], strict=True)]
    assert records == wanted
    assert len({item.id for item in feed.items}) == len(feed.items)
    assert all(item.source == "s" for item in feed.items)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_ids_are_stable(document: Path) -> None:
    if "error" not in expected(document):
        body = document.read_bytes()
        assert parse_feed(body, source="s") == parse_feed(body, source="s")


def rss(*items: str) -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel><title>t</title>{body}</channel></rss>".encode()


def test_the_config_knows_the_language_better() -> None:
    body = rss("<title>x</title>").replace(b"<title>t<", b"<language>en-us</language><title>t<")
    assert parse_feed(body, source="s").items[0].lang == "en"
    assert parse_feed(body, source="s", lang="fr").items[0].lang == "fr"


def test_an_id_does_not_depend_on_what_else_is_there() -> None:
    one = parse_feed(rss("<title>a</title>", "<title>b</title>"), source="s").items
    other = parse_feed(rss("<title>c</title>", "<title>b</title>"), source="s").items
    assert one[1].id == other[1].id


def test_relative_links_without_an_address_are_none() -> None:
    assert parse_feed(rss("<link>/a</link>"), source="s").items[0].url is None
    asked = parse_feed(rss("<link>/a</link>"), source="s", url="https://a.example/feeds/rss")
    assert asked.items[0].url == "https://a.example/a"


def test_feeds_are_bounded() -> None:
    long = "long " * TEXT_MAX
    feed = parse_feed(rss(f"<title>{long}</title><description>{long}</description>"), source="s")
    assert len(feed.items[0].title) <= 1000
    assert TEXT_MAX - 5 <= len(feed.items[0].text) <= TEXT_MAX
    many = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1",
            "items": [{"id": str(number)} for number in range(ITEMS_MAX + 5)],
        }
    ).encode()
    assert len(parse_feed(many, source="s").items) == ITEMS_MAX


def test_a_very_long_id_is_still_an_id() -> None:
    feed = parse_feed(rss(f"<guid>{'x' * 5000}</guid>", f"<guid>{'y' * 5000}</guid>"), source="s")
    assert {len(item.id) for item in feed.items} == {64}


@pytest.mark.parametrize("name", hostile.DOCUMENTS)
def test_hostile_documents_end_as_items_or_as_a_parse_error(name: str) -> None:
    body = hostile.DOCUMENTS[name]()
    try:
        feed = parse_feed(body, source="s")
    except ParseError as error:
        assert str(error)  # noqa: PT017 (either end is right; which, depends on the library)
    else:
        assert all(hostile.printable(item) for item in feed.items)


def test_a_tag_as_long_as_a_book_is_refused_before_anything_reads_it() -> None:
    with pytest.raises(ParseError, match="longer than 64 KiB"):
        parse_feed(hostile.many_attributes(200_000), source="s")


def test_a_long_picture_inside_the_text_is_not() -> None:
    picture = f"<![CDATA[<p>Look:</p><img src='data:image/png;base64,{'A' * 200_000}'/>]]>"
    feed = parse_feed(rss(f"<description>{picture}</description>"), source="s")
    assert feed.items[0].text == "Look:"


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    body = (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>'
        "<rss version='2.0'><channel><title>t</title><item><title>a &x; b</title></item></channel></rss>"
    )
    try:
        feed = parse_feed(body.encode(), source="s")
    except ParseError:
        return
    assert "secret" not in feed.items[0].title


MEDIA = """<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<link>https://news.example/</link><item><guid>1</guid><title>A</title>{}</item></channel></rss>"""


@pytest.mark.parametrize(
    ("markup", "picture"),
    [
        ("", None),
        ('<enclosure url="/a.jpg" type="image/jpeg" length="1"/>', "https://news.example/a.jpg"),
        ('<enclosure url="https://n.example/a.mp3" type="audio/mpeg" length="1"/>', None),
        ('<media:thumbnail url="https://n.example/t"/>', "https://n.example/t"),
        (
            (
                '<media:content url="https://n.example/s.jpg" medium="image" width="140"/>'
                '<media:content url="https://n.example/l.jpg" medium="image" width="1400"/>'
                '<media:content url="https://n.example/huge.jpg" medium="image" width="99999999"/>'
            ),
            "https://n.example/l.jpg",
        ),
        ('<media:content url="https://n.example/a.PNG"/>', "https://n.example/a.PNG"),
        ('<media:content url="javascript:alert(1)" medium="image"/>', None),
        ('<media:content url="https://n.example/v" type="video/mp4" medium="image"/>', None),
    ],
)
def test_an_items_picture(markup: str, picture: str | None) -> None:
    feed = parse_feed(MEDIA.format(markup).encode(), source="s", url="https://news.example/feed")
    assert [item.picture for item in feed.items] == [picture]


def test_a_json_feeds_picture() -> None:
    body = (
        b'{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"id": "1", '
        b'"content_text": "x", "image": "https://n.example/a.jpg"}]}'
    )
    assert parse_feed(body, source="s").items[0].picture == "https://n.example/a.jpg"


def test_tags_that_are_encoded_twice() -> None:
    feed = parse_feed(
        hostile.rss("<item><title>x</title><category>Arts &amp;amp; Culture</category></item>"),
        source="s",
    )
    assert feed.items[0].tags == ("Arts & Culture",)
