"""What the fast feed parser makes of a single element: its name, its text, its markup.

All of it as feedparser 6.0.14 would have it, or :class:`Doubtful`.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from bot.sources import plain
from bot.sources.xml_tree import XML_LANG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

_NO_PREFIX = (
    "http://backend.userland.com/rss",
    "http://backend.userland.com/rss2",
    "http://blogs.law.harvard.edu/tech/rss",
    "http://purl.org/rss/1.0/",
    "http://www.w3.org/2005/atom",
)
_PREFIXES = {
    **dict.fromkeys(_NO_PREFIX, ""),
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
}
# Namespaces that feedparser reads in ways of their own, some of them as if they had no prefix.
_STRANGE = re.compile(
    r"userland|netscape|purl\.org/(?:echo|pie|atom)|echo/namespace|necho|newformat|rss091"
    r"|/cc/|creativecommons|rss/1\.0/(?!modules)|xhtml",
    re.IGNORECASE,
)
TYPES = {
    "text": "text/plain",
    "plain": "text/plain",
    "html": "text/html",
    "xhtml": "application/xhtml+xml",
    "text/plain": "text/plain",
    "text/html": "text/html",
    "application/xhtml+xml": "application/xhtml+xml",
}
_XHTML = "{http://www.w3.org/1999/xhtml"
# What stands inside a text without the namespace of XHTML and can be nothing but markup.
_INLINE = frozenset("a b blockquote br code div em h1 h2 h3 i li ol p pre span strong ul".split())
HTML = frozenset({"text/html", "application/xhtml+xml"})
# What feedparser may take for markup where we do not.
_MARKUP_TO_FEEDPARSER = re.compile(r"</\w+>|&#?\w+;")
_C1 = {code: mapped for code in range(0x80, 0xA0) if (mapped := bytes([code]).decode("cp1252", "ignore"))}  # fmt: skip

_C1_CHARACTER = re.compile("[\x80-\x9f]")


class Doubtful(Exception):
    """This document is feedparser's to read."""


class Names:
    """The names of elements as feedparser calls them: ``title``, ``dc:creator``; lower case."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], str] = {}

    def of(self, element: Element) -> str:
        """The name of one element. Raises Doubtful where its namespace is a strange one."""
        tag = element.tag
        if not isinstance(tag, str):  # an entity
            raise Doubtful
        key = tag, element.prefix
        name = self._known.get(key)
        if name is None:
            name = self._known[key] = _name(tag, element.prefix)
        return name


def _name(tag: str, prefix: str | None) -> str:
    uri, _, local = tag.rpartition("}")
    uri = uri.removeprefix("{").lower()
    known = _PREFIXES.get(uri)
    if known is None:
        if _STRANGE.search(uri) or prefix in _PREFIXES.values():
            raise Doubtful
        known = prefix or ""
    name = f"{known}:{local}" if known else local
    return name.lower()


def mended(text: str) -> str:
    """What feedparser makes of text that was encoded twice, or holds Windows' characters."""
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_C1) if _C1_CHARACTER.search(text) else text


def title_of(element: Element, *, atom: bool) -> str:
    """The title that an element holds, on one line."""
    return plain.clean_line(to_text(construct_of(element, "text/plain"), atom=atom))


def value_of(element: Element) -> str:
    """The text of an element that holds nothing else."""
    if len(element):
        raise Doubtful
    return (element.text or "").strip()


def construct_of(element: Element, default: str) -> tuple[str, str]:
    """The text of an element and its type, which is one of three."""
    attributes = element.attrib
    given = default
    if attributes:
        if "mode" in attributes or "lang" in attributes or XML_LANG in attributes:
            raise Doubtful
        given = attributes.get("type", default).lower()
    kind = TYPES.get(given)
    if kind is None:
        raise Doubtful
    if len(element):
        if kind != "application/xhtml+xml":
            raise Doubtful
        return mended("".join(_markup(element)).strip()), kind
    return mended((element.text or "").strip()), kind


def _markup(element: Element) -> Iterator[str]:
    """What is inside an element, as markup without attributes."""
    yield _escaped(element.text)
    for child in element:
        if not isinstance(child.tag, str):
            raise Doubtful
        space, _, name = child.tag.rpartition("}")
        if name == "body" or not (space == _XHTML or name in _INLINE):
            raise Doubtful
        yield f"<{name}>"
        yield from _markup(child)
        yield f"</{name}>{_escaped(child.tail)}"


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_text(construct: tuple[str, str], *, atom: bool) -> str:
    """Plain text of a construct; in RSS, whose types nobody sets, the text itself is looked at."""
    value, kind = construct
    if kind in HTML:
        return plain.html_to_text(value)
    if not atom:
        if plain.looks_like_html(value):
            return plain.html_to_text(value)
        if _MARKUP_TO_FEEDPARSER.search(value):
            raise Doubtful
    return plain.clean_text(value)
