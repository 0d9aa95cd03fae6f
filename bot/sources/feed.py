"""A feed document to items, whatever its format. Pure; runs in the parsing processes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.errors import ParseError
from bot.sources import sniff
from bot.sources.fast_feed import parse_fast
from bot.sources.json_feed import load_json, parse_json_feed
from bot.sources.news_ml import parse_newsml, parse_nitf
from bot.sources.parsed import ParsedFeed
from bot.sources.sitemap import parse_sitemap
from bot.sources.xml_feed import parse_xml_feed

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

# The root of what is no feed and brings news all the same, behind declaration and comments.
_ROOT = re.compile(
    rb"(?:(?><\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?>)\s*+)*+"
    rb"<(?:[\w.-]+:)?(urlset|nitf|newsMessage|newsItem|NewsML)[\s/>]",
    re.DOTALL,
)

_START = 8192  # more than any prologue that was seen

__all__ = ["ParsedFeed", "parse_feed"]


def parse_feed(
    body: bytes,
    *,
    source: str,
    url: str | None = None,
    content_type: str | None = None,
    lang: str | None = None,
    now: datetime | None = None,
    seen: Container[int] = frozenset(),
) -> ParsedFeed:
    """The items of an RSS, RDF, Atom, JSON Feed, news sitemap, NITF or NewsML-G2 document.

    They come in its order.

    ``url`` is where the document came from and resolves relative links; ``lang`` is what the
    config says of the source, and wins over what the feed says of itself. With ``now``, dates more
    than a day ahead of it are dropped. ``seen`` are the marks of entries that need not be read again.

    Raises:
        ParseError: the document is no feed, or too broken or too strange to read. Nothing else,
            but that memory may run out.
    """
    start = body[:_START].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    # Stray control characters are mended where there is a tag to begin with.
    unreadable = not start.startswith(b"<") and sniff.is_binary(body)
    if not body.strip() or unreadable or sniff.is_html(body):
        raise ParseError(f"this is not a feed: it is {sniff.describe(body)}")
    try:
        if start.startswith((b"{", b"[")):
            return parse_json_feed(load_json(body), source=source, url=url, lang=lang, now=now)
        root = _ROOT.match(start)
        if root is not None and root[1] == b"urlset":
            return parse_sitemap(body, source=source, url=url, lang=lang, now=now)
        if root is not None:
            read = parse_nitf if root[1] == b"nitf" else parse_newsml
            return read(body, source=source, lang=lang, now=now)
        feed = parse_fast(
            body, source=source, url=url, content_type=content_type, lang=lang, now=now, seen=seen
        )
        return feed or parse_xml_feed(
            body, source=source, url=url, content_type=content_type, lang=lang, now=now
        )
    except (ParseError, MemoryError):
        raise
    # The boundary to feedparser, which under fuzzing raised UnicodeEncodeError, ValueError,
    # KeyError, TypeError, RecursionError and more: whatever it is, the document caused it.
    except Exception as error:
        raise ParseError(f"the feed is too broken to read ({type(error).__name__})") from error
