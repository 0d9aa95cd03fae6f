"""JSON Feed 1.x (https://www.jsonfeed.org/version/1.1/), as forgiving as the format's users are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from bot.errors import ParseError
from bot.model import Item
from bot.sources import plain
from bot.sources.agencies import agency_among
from bot.sources.dates import read_date
from bot.sources.languages import language_code
from bot.sources.parsed import ITEMS_MAX, ParsedFeed, absolute_url, identified, labels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


def load_json(body: bytes) -> Any:
    """The value of a JSON document.

    Raises:
        ParseError: it is broken; the message says where.
    """
    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ParseError(f"this is broken JSON: {error.msg} (line {error.lineno})") from None


def is_json_feed(document: object) -> bool:
    """Whether a JSON value says that it is a JSON Feed."""
    return isinstance(document, dict) and "jsonfeed.org/version/" in str(document.get("version"))


def parse_json_feed(
    document: Any,
    *,
    source: str,
    url: str | None,
    lang: str | None,
    now: datetime | None,
) -> ParsedFeed:
    """The feed of a decoded document; fields of the wrong type are as if absent.

    Raises:
        ParseError: it does not say that it is a JSON Feed.
    """
    if not is_json_feed(document):
        raise ParseError("this is not a feed: it is JSON, but not a JSON Feed")
    base = absolute_url(url, None) or absolute_url(document.get("home_page_url"), None)
    feed_lang = lang or _language(document)
    by = tuple(_authors(document))  # of every entry that names nobody
    entries = [entry for entry in _list(document, "items") if isinstance(entry, dict)]
    return ParsedFeed(
        title=plain.clean_line(_string(document.get("title"))),
        lang=feed_lang,
        items=identified(
            _item(
                entry,
                source=source,
                base=base,
                lang=lang or _language(entry) or feed_lang,
                by=by,
                now=now,
            )
            for entry in entries[:ITEMS_MAX]
        ),
        ttl=None,
        reader="json feed",
    )


def _item(
    entry: dict[str, Any],
    *,
    source: str,
    base: str | None,
    lang: str | None,
    by: tuple[object, ...],
    now: datetime | None,
) -> Item:
    authors = labels(_authors(entry)) or labels(by)
    identifier = entry.get("id")
    url = absolute_url(entry.get("url"), base) or absolute_url(entry.get("external_url"), base)
    return Item(
        # Numbers are against the standard's letter and common.
        id=plain.clean_line(str(identifier)) if isinstance(identifier, str | int | float) else "",
        source=source,
        url=url,
        title=plain.clean_line(_string(entry.get("title"))),
        text=_text(entry),
        published=read_date(_string(entry.get("date_published")), now=now),
        updated=read_date(_string(entry.get("date_modified")), now=now),
        lang=lang,
        tags=labels(_list(entry, "tags")),
        authors=authors,
        agency=agency_among(authors),
        picture=absolute_url(entry.get("image"), base)
        or absolute_url(entry.get("banner_image"), base),
    )


def _text(entry: dict[str, Any]) -> str:
    if text := plain.clean_text(_string(entry.get("content_text"))):
        return text
    if text := plain.html_to_text(_string(entry.get("content_html"))):
        return text
    return plain.clean_text(_string(entry.get("summary")))


def _authors(entry: dict[str, Any]) -> Iterator[object]:
    for author in (*_list(entry, "authors"), entry.get("author")):  # “author” is version 1.0's
        if isinstance(author, dict):
            yield author.get("name")


def _language(entry: dict[str, Any]) -> str | None:
    return language_code(_string(entry.get("language")))


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(entry: dict[str, Any], key: str) -> list[Any]:
    value = entry.get(key)
    return value if isinstance(value, list) else []
