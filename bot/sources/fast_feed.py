"""RSS, RDF and Atom as most of them are, read by libxml2 and many times quicker than by feedparser.

A document is read here only if it is well-formed and holds nothing whose meaning is in doubt; for
all others :func:`parse_fast` answers None, and feedparser reads them with its repairs and guesses.
Where both can read a document they agree item by item; a test over real and mutated documents says
so. Nothing is loaded from outside, and a document with a DOCTYPE is not read here at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from bot.sources.fast_draft import Address, Draft
from bot.sources.fast_entry import EntryReader
from bot.sources.fast_marks import are_told_apart, marks_of
from bot.sources.fast_text import Doubtful, Names, mended, title_of
from bot.sources.languages import language_code
from bot.sources.parsed import ITEMS_MAX, ParsedFeed, absolute_url, feed_ttl, identified
from bot.sources.xml_tree import XML_LANG, xml_parser

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    from lxml.etree import _Element as Element

START_TAG_MAX = 64 << 10
_CONTROLS = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0D, 0x1B})
_DECLARATION = re.compile(
    rb"<\?xml\s+version\s*=\s*[\"']1\.0[\"']"
    rb"(?:\s+encoding\s*=\s*[\"']([A-Za-z][\w.-]*)[\"'])?"
    rb"(?:\s+standalone\s*=\s*[\"'](?:yes|no)[\"'])?\s*\?>"
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# An address to resolve against that changes within the document.
_BASE = re.compile(rb"[\s:]base\s*=", re.IGNORECASE)
_UTF_8 = frozenset({"utf-8", "utf8"})
_ATOM = "{http://www.w3.org/2005/Atom}feed"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
_RSS_1 = "http://purl.org/rss/1.0/"
_ENTRIES = frozenset({"item", "entry"})
_ROOTS = _ENTRIES | {"channel", "feed", "rss", "rdf:rdf"}
_TITLES = frozenset({"title", "dc:title", "media:title"})
# What each part of a channel may hold without saying anything of the channel itself.
_CONTAINERS = {
    "image": frozenset({"title", "link", "description", "url", "width", "height"}),
    "textinput": frozenset({"title", "description", "name", "link"}),
}
_GROUPS = frozenset(
    "skiphours skipdays items author contributor itunes:owner itunes:category media:group".split()
)
_SUMMARIES = frozenset({"summary", "itunes:summary"})
_TEXTS = _SUMMARIES | {"description", "dc:description", "media:description", "abstract"}
# They leave feedparser in a state that the first entry feels.
_LEAKS = frozenset({"content", "content:encoded", "fullitem", "body", "xhtml:body", "source"})
_HEAD = _TITLES | {"link", "language", "dc:language", "ttl", "id", "guid"}


def parse_fast(
    body: bytes,
    *,
    source: str,
    url: str | None,
    content_type: str | None,
    lang: str | None,
    now: datetime | None,
    seen: Container[int] = frozenset(),
) -> ParsedFeed | None:
    """The feed of a document that leaves no doubt; None where feedparser has to read it.

    Entries whose marks are among ``seen`` are left out.
    """
    root = _root(body, content_type)
    if root is None:
        return None
    address = Address(absolute_url(url, None) or "", moves=_may_move(body))
    try:
        return _feed(root, address, source=source, lang=lang, now=now, seen=seen)
    except Doubtful:
        return None


def _may_move(body: bytes) -> bool:
    """Whether something is resolved against another address. Few documents have the word at all."""
    return b"base" in body.lower() and _BASE.search(body) is not None


def _root(body: bytes, content_type: str | None) -> Element | None:
    """The root element; None where the document is not well-formed or not plain enough."""
    marked = body.lstrip(b" \t\r\n\0").startswith(b"\xef\xbb\xbf")
    body = body.lstrip(b"\xef\xbb\xbf \t\r\n\0").translate(None, _CONTROLS)
    # Perhaps a tag that must be refused.
    if len(body) > START_TAG_MAX and max(map(len, body.split(b"<"))) > START_TAG_MAX:
        return None
    if b"<!DOCTYPE" in body or b"\x1b$" in body:
        return None
    declaration = _DECLARATION.match(body)
    if declaration is None and body.startswith(b"<?"):
        return None
    charset = _CHARSET.search(content_type or "")
    declared = declaration[1].decode() if declaration and declaration[1] else "utf-8"
    encoding = (charset[1] if charset else declared).lower()
    if marked and encoding not in _UTF_8:
        return None
    document = body[declaration.end() :] if declaration else body
    try:
        text = document.decode("gb18030" if encoding == "gb2312" else encoding)
        return etree.fromstring(
            document if encoding in _UTF_8 else text.encode(), xml_parser(encoding="utf-8")
        )
    except (UnicodeError, LookupError, etree.XMLSyntaxError):
        return None


def _feed(
    root: Element,
    address: Address,
    *,
    source: str,
    lang: str | None,
    now: datetime | None,
    seen: Container[int],
) -> ParsedFeed:
    names = Names()
    channel, outside = _channel(root, names)
    entries = [child for child in outside if names.of(child) in _ENTRIES][:ITEMS_MAX]
    head = _Head(channel, names, address)
    root_lang = root.get(XML_LANG) or root.get("lang") or ""
    own = language_code(head.texts.get("language", root_lang)) or language_code(root_lang)
    reader = EntryReader(
        names,
        source=source,
        address=address,
        base=address.document or absolute_url(head.link, None),
        now=now,
        lang=lang or language_code(root_lang),
        feed_lang=lang or own,
        atom=root.tag == _ATOM,
    )
    marks: tuple[int, ...] = ()
    fresh = entries
    if are_told_apart(entries, names):
        marks = marks_of(entries, (source, address, head.link, root_lang, lang, own, root.tag))
        fresh = [entry for entry, mark in zip(entries, marks, strict=True) if mark not in seen]
    return ParsedFeed(
        title=head.title,
        lang=lang or own,
        items=identified(map(reader.item, fresh)),
        ttl=feed_ttl(head.texts.get("ttl")),
        reader="fast",
        marks=marks,
        skipped=len(entries) - len(fresh),
    )


def _channel(root: Element, names: Names) -> tuple[Element, list[Element]]:
    """The element that describes the feed, and those among which its entries stand."""
    if root.tag == _ATOM:
        return root, list(root)
    if names.of(root) not in {"rss", "rdf:rdf"}:
        raise Doubtful
    channels = [child for child in root if names.of(child) == "channel"]
    if len(channels) != 1 or {"lastmod", "href", "lang", XML_LANG}.intersection(channels[0].keys()):
        raise Doubtful
    if root.tag == _RDF:
        # Atom's namespace or another version's before RSS 1.0's: feedparser takes it for that.
        uris = root.nsmap.values()
        if _RSS_1 not in uris or any("atom" in (uri or "").lower() for uri in uris):
            raise Doubtful
        for child in root:
            name = names.of(child)
            if name in _CONTAINERS:
                _check_inside(child, name, names)
            elif name not in {"channel", "item"}:
                raise Doubtful
        return channels[0], [*channels[0], *root]
    if len(root) != 1:
        raise Doubtful
    return channels[0], list(channels[0])


class _Head:
    """What is read of the feed itself."""

    def __init__(self, channel: Element, names: Names, address: Address) -> None:
        self.texts: dict[str, str] = {}
        self.title = ""
        self._titles = 0
        self._draft = Draft(address)
        summarised = False
        for child in channel:
            name = names.of(child)
            if name in _ENTRIES:
                continue
            if name in _ROOTS or name in _LEAKS or (summarised and name in _TEXTS):
                raise Doubtful
            summarised = summarised or name in _SUMMARIES
            if len(child):
                _check_inside(child, name, names)
            self._take(child, name)
        if self._titles > 1:
            raise Doubtful
        self.link = self._draft.link

    def _take(self, child: Element, name: str) -> None:
        if name in _TITLES:
            self._titles += 1
            self.title = title_of(child, atom=False)
        elif name == "link":
            self._draft.link_element(child)
        elif name in {"id", "guid"}:
            self._draft.id_element(child)
        elif name in {"language", "dc:language"}:
            self.texts["language"] = mended((child.text or "").strip())
        elif name == "ttl" and not child.attrib:
            self.texts["ttl"] = (child.text or "").strip()


def _check_inside(element: Element, name: str, names: Names) -> None:
    """Doubts an element of the channel that holds what would be taken for the channel's own."""
    if name in _CONTAINERS:
        if any(len(child) or names.of(child) not in _CONTAINERS[name] for child in element):
            raise Doubtful
        return
    inside = {names.of(each) for each in element.iterdescendants()}
    known = ":" not in name or name.startswith(("dc:", "content:", "itunes:", "media:"))
    if (known and name not in _GROUPS) or inside & (_ROOTS | _HEAD | _TEXTS):
        raise Doubtful
