"""RSS, RDF and Atom through feedparser, with a guard before each of its traps.

It is slow and forgiving. It must never see a name instead of a document (it would open it), more
attributes in a tag than it can chew (its time is quadratic in them), or a character that is none.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from itertools import islice
from time import struct_time
from typing import TYPE_CHECKING, Any

import feedparser

from bot.errors import ParseError
from bot.model import Item
from bot.sources import plain, sniff
from bot.sources.agencies import agency_among
from bot.sources.dates import believable, read_date
from bot.sources.languages import language_code
from bot.sources.parsed import (
    ITEMS_MAX,
    LABELS_MAX,
    ParsedFeed,
    absolute_url,
    feed_ttl,
    identified,
    labels,
    longest,
    picture_among,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

START_TAG_MAX = 64 << 10
# A start tag, quotes heeded; CDATA and comments are stepped over. Possessive, so linear.
_START_TAG = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    rb"|(<[A-Za-z_](?:[^<>\"']++|\"[^\"]*+\"|'[^']*+'|[\"'])*+)",
    re.DOTALL,
)
_BARE_AMPERSAND = re.compile(
    rb"(<!\[CDATA\[.*?(?:\]\]>|\Z))|&(?!#\d+;|#[xX][0-9a-fA-F]+;|[A-Za-z][\w.-]*;)", re.DOTALL
)
_CHARACTER_REFERENCE = re.compile(rb"&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));")
_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D, 0x1B})
_REPLACEMENT = b"&#xFFFD;"
_ISO_2022 = b"\x1b$"
_ENCODING = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})


def parse_xml_feed(
    body: bytes,
    *,
    source: str,
    url: str | None,
    content_type: str | None,
    lang: str | None,
    now: datetime | None,
) -> ParsedFeed:
    """Reads the document; may raise whatever feedparser raises, besides ParseError."""
    _refuse_long_tags(body)
    headers = {"content-type": "application/xml"}
    if charset := _ENCODING.search(content_type or ""):
        headers["content-type"] += f"; charset={charset[1]}"
    if url:
        headers["content-location"] = url
    # A name would be opened as a file: only ever a stream.
    parsed = feedparser.parse(
        io.BytesIO(_repaired(body)),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and not parsed.entries:
        raise ParseError(f"this is not a feed: it is {sniff.describe(body)}")
    feed = parsed.feed
    base = absolute_url(url, None) or absolute_url(feed.get("link"), None)
    feed_lang = lang or language_code(_string(feed.get("language"))) or _language(feed)
    reader = _EntryReader(
        source, base, now, lang=lang, feed_lang=feed_lang, rss=not _is_atom(parsed.get("version"))
    )
    return ParsedFeed(
        title=_line(feed.get("title_detail") or feed.get("title"), rss=True),
        lang=feed_lang,
        items=identified(map(reader.item, islice(parsed.entries, ITEMS_MAX))),
        ttl=feed_ttl(feed.get("ttl")),
        reader="feedparser",
    )


def _refuse_long_tags(body: bytes) -> None:
    for tag in _START_TAG.finditer(body):
        if tag[1] is not None and len(tag[1]) > START_TAG_MAX:
            raise ParseError(
                f"a tag in it is longer than {START_TAG_MAX >> 10} KiB: no feed is written so"
            )


def _repaired(body: bytes) -> bytes:
    """The document without what stops a strict parser and is no question of meaning.

    White space before the declaration, control characters, references to characters that do not
    exist, ampersands that begin nothing.
    """
    if sniff.is_wide(body) or _ISO_2022 in body:  # these bytes do not mean themselves
        return body
    body = body.lstrip(b"\xef\xbb\xbf \t\r\n\0").translate(None, _CONTROLS)
    body = _CHARACTER_REFERENCE.sub(_real_character, body)
    return _BARE_AMPERSAND.sub(lambda found: found[1] or b"&amp;", body)


def _real_character(reference: re.Match[bytes]) -> bytes:
    digits, base = (reference[1], 10) if reference[1] else (reference[2], 16)
    if len(digits) > 8:  # noqa: PLR2004 (0010FFFF, and int() balks at thousands)
        return _REPLACEMENT
    code = int(digits, base)
    real = code in {0x9, 0xA, 0xD} or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF  # noqa: PLR2004 (XML's Char)
    return reference[0] if real and code not in {0xFFFE, 0xFFFF} else _REPLACEMENT


class _EntryReader:
    """Makes items of feedparser's entries, whose every field may be absent or of any type."""

    def __init__(
        self,
        source: str,
        base: str | None,
        now: datetime | None,
        *,
        lang: str | None,
        feed_lang: str | None,
        rss: bool,
    ) -> None:
        self._source = source
        self._base = base
        self._now = now
        self._lang = lang
        self._feed_lang = feed_lang
        self._rss = rss

    def item(self, entry: Any) -> Item:
        authors = labels(_authors(entry))
        return Item(
            id=plain.clean_line(_string(entry.get("id"))),
            source=self._source,
            url=absolute_url(entry.get("feedburner_origlink"), self._base)
            or absolute_url(_link(entry), self._base),
            title=_line(entry.get("title_detail") or entry.get("title"), rss=self._rss),
            text=longest([_text(value, rss=self._rss) for value in _bodies(entry)]),
            published=self._moment(entry, "published"),
            updated=self._moment(entry, "updated"),
            lang=self._lang or _language(entry) or self._feed_lang,
            tags=labels(_tags(entry)),
            authors=authors,
            agency=agency_among(authors),
            captions=labels(_captions(entry)),
            picture=picture_among(_pictures(entry), self._base),
        )

    def _moment(self, entry: Any, name: str) -> datetime | None:
        """Our own reading of the field first; feedparser's where it is a shape of its own.

        feedparser makes years out of epoch seconds and months out of days: what begins with four
        digits, a sign, or holds an ideograph is not left to it.
        """
        raw = _string(dict.get(entry, name))  # not .get: it would give published for updated
        if not raw:
            return None
        if (moment := read_date(raw, now=self._now)) is not None:
            return moment
        parsed = dict.get(entry, f"{name}_parsed")
        if not isinstance(parsed, struct_time) or not raw.strip()[:1].isalpha():
            return None
        try:
            return believable(datetime(*parsed[:6], tzinfo=UTC), self._now)
        except ValueError:
            return None


def _is_atom(version: object) -> bool:
    return isinstance(version, str) and version.startswith("atom")


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _link(entry: Any) -> object:
    """The entry's page; feedparser's ``link`` is the alternate one where there is a choice."""
    if link := entry.get("link"):
        return link
    links = [link for link in entry.get("links") or () if isinstance(link, dict)]
    return next((link.get("href") for link in links if link.get("rel") != "enclosure"), None)


def _bodies(entry: Any) -> Iterator[Any]:
    contents = entry.get("content") or ()
    yield from contents
    # A summary without its details is feedparser's copy of the content, markup and all.
    yield entry.get("summary_detail") or (None if contents else entry.get("summary"))


def _text(value: Any, *, rss: bool) -> str:
    """Plain text of a feedparser text construct, which knows its type, or of a bare string.

    Atom says what is markup. In RSS nobody does, and feedparser's guess misses what it would not
    allow on a page, so the guess is ours.
    """
    content_type = "text/plain"
    if isinstance(value, dict):
        content_type = _string(value.get("type"))
        value = value.get("value")
    text = _string(value)
    markup = content_type in _HTML_TYPES or (rss and plain.looks_like_html(text))
    return plain.html_to_text(text) if markup else plain.clean_text(text)


def _line(value: Any, *, rss: bool) -> str:
    return plain.clean_line(_text(value, rss=rss))


def _language(entry: Any) -> str | None:
    details = (entry.get("title_detail"), entry.get("summary_detail"), entry)
    tags = (detail.get("language") for detail in details if isinstance(detail, dict))
    return next((code for tag in tags if (code := language_code(_string(tag)))), None)


def _authors(entry: Any) -> Iterator[object]:
    for author in entry.get("authors") or ():
        yield author.get("name")
    yield (entry.get("author_detail") or {}).get("name") or entry.get("author")


def _tags(entry: Any) -> Iterator[object]:
    for tag in islice(entry.get("tags") or (), LABELS_MAX):
        yield tag.get("label") or tag.get("term")


def _captions(entry: Any) -> Iterator[object]:
    for credit in islice(entry.get("media_credit") or (), LABELS_MAX):
        yield credit.get("content")


def _pictures(entry: Any) -> Iterator[tuple[object, object, object]]:
    """Address, type and width of what may be a picture: media:content, thumbnails, enclosures."""
    for media in islice(entry.get("media_content") or (), LABELS_MAX):
        yield media.get("url"), media.get("type") or media.get("medium"), media.get("width")
    for media in islice(entry.get("media_thumbnail") or (), LABELS_MAX):
        yield media.get("url"), "image", media.get("width")
    for enclosure in islice(entry.get("enclosures") or (), LABELS_MAX):
        yield enclosure.get("href"), enclosure.get("type"), None
