"""News sitemaps (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bot.errors import ParseError
from bot.model import Item
from bot.sources.dates import read_date
from bot.sources.languages import language_code
from bot.sources.parsed import ITEMS_MAX, ParsedFeed, absolute_url, identified, labels
from bot.sources.xml_tree import find, find_all, parse_xml, text_of

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.etree import _Element as Element


def parse_sitemap(
    body: bytes, *, source: str, url: str | None, lang: str | None, now: datetime | None
) -> ParsedFeed:
    """The news of a sitemap: titles, dates and keywords; it has no texts.

    Raises:
        ParseError: it is broken, or a sitemap of pages that are no news.
    """
    root = parse_xml(body, "sitemap")
    pages = [page for page in find_all(root, "url") if find(page, "news") is not None]
    if not pages:
        raise ParseError("this is a sitemap, but none of its pages is news")
    return ParsedFeed(
        title=text_of(find(pages[0], "publication", "name")),
        lang=lang or _language(pages[0]),
        items=identified(
            _item(page, source=source, base=absolute_url(url, None), lang=lang, now=now)
            for page in islice(pages, ITEMS_MAX)
        ),
        ttl=None,
        reader="news sitemap",
    )


def _item(
    page: Element, *, source: str, base: str | None, lang: str | None, now: datetime | None
) -> Item:
    address = absolute_url(text_of(find(page, "loc")), base)
    keywords = text_of(find(page, "keywords")).split(",")
    return Item(
        id=address or "",
        source=source,
        url=address,
        title=text_of(find(page, "news", "title")),
        text="",
        published=read_date(text_of(find(page, "publication_date")), now=now),
        updated=read_date(text_of(find(page, "lastmod")), now=now),
        lang=lang or _language(page),
        tags=labels(keywords),
        captions=labels(text_of(caption) for caption in find_all(page, "caption")),
    )


def _language(page: Element) -> str | None:
    return language_code(text_of(find(page, "publication", "language")))
