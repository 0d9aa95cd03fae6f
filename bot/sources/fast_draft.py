"""An entry of a well-formed feed while its elements go by, by the rules that feedparser has for it.

The rules are those of feedparser 6.0.14 and look strange where feeds are: a guid is a link unless
it says that it is none, a second description is content, the title of a picture is no title. What
they leave open is :class:`~bot.sources.fast_text.Doubtful`: the document goes to feedparser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from bot.sources.fast_text import (
    HTML,
    TYPES,
    Doubtful,
    Names,
    construct_of,
    mended,
    value_of,
)
from bot.sources.parsed import is_plain_address
from bot.sources.xml_tree import XML_LANG

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element as Element

_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_EXTRA_SLASHES = re.compile(r"[A-Za-z][A-Za-z0-9+\-.]*:///")
# What is no address and stays as it is, whatever it is resolved against.
_NAME = re.compile(r"(?:tag|urn):(?!/)")
_MAIL = re.compile(
    r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([a-zA-Z0-9\-]+\.)+))"
    r"([a-zA-Z]{2,4}|[0-9]{1,3})(\]?))(\?subject=\S+)?"
)
_PERSON = frozenset({"name", "email", "uri", "url", "homepage"})
_AUTHORS = frozenset({"author", "dc:creator", "dc:author", "itunes:author"})
_MEDIA_BOXES = frozenset({"media:group", "media:content"})
_ENTRY_KEYS = frozenset(
    """
    authors author_detail title_detail summary_detail tags links date published_parsed
    updated_parsed issued modified name email url uri homepage href body fullitem
    content info abstract tagline image textinput items item entry channel feed rss source
    newlocation keywords managingeditor language width height
    """.split()
)


class Address(NamedTuple):
    """Where the document came from, or nowhere; its ``xml:base`` may move what it is relative to.

    feedparser follows that; here, only addresses to which it makes no difference are read.
    """

    document: str
    moves: bool = False

    def check(self, address: str | None) -> None:
        """Raises Doubtful where it matters what the address is relative to, and that moves."""
        if self.moves and address and not is_plain_address(address):
            raise Doubtful


# Address, type, width.
Picture = tuple[str | None, str | None, str | None]


class Draft:
    """An entry's fields while its elements go by; each method takes one element."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self.id = ""
        self.link: str | None = None
        self.links: list[tuple[str, str | None]] = []
        self.title: tuple[str, str] | None = None
        self.summary: tuple[str, str] | None = None
        self.contents: list[tuple[str, str]] = []
        self.published = ""
        self.updated = ""
        self.language = ""
        self.original = ""
        self.tags: list[dict[str, str | None]] = []
        self.authors: list[dict[str, str]] = []
        self.author = ""
        self.author_detail: dict[str, str] = {}
        self.credits: list[str] = []
        self.media: list[Picture] = []
        self.thumbnails: list[Picture] = []
        self.enclosures: list[Picture] = []
        self._titled = False
        self._has_summary = False
        self._has_content = False

    def read(self, entry: Element, names: Names) -> None:
        """Take in all the elements of an entry."""
        for element in entry:
            name = names.of(element)
            if (take := _TAKERS.get(name)) is not None:
                take(self, element)
            elif name in _MEDIA_BOXES:
                self._media(element, names, name)
            elif name in _AUTHORS:
                self._author(element, names)
            elif name in _ENTRY_KEYS or name.startswith(("cc:", "xhtml:")):
                self._known_elsewhere(element, name)
            elif len(element):
                _check_unknown(element, names, _PERSON if name == "contributor" else frozenset())

    def _known_elsewhere(self, element: Element, name: str) -> None:
        """RSS's ``<source url="…">Paper</source>`` alone is harmless: a title may follow it."""
        if name != "source" or len(element):
            raise Doubtful
        self._titled = False

    def _media(self, box: Element, names: Names, box_name: str) -> None:
        if box_name == "media:content":
            given = {key.lower(): value for key, value in box.attrib.items()}
            kind = given.get("type") or given.get("medium")
            self.media.append((given.get("url"), kind, given.get("width")))
        for element in box:
            name = names.of(element)
            if name in _MEDIA_BOXES:
                self._media(element, names, name)
            elif not name.startswith("media:") or (len(element) and name not in _TAKERS):
                raise Doubtful
            elif (take := _TAKERS.get(name)) is not None:
                take(self, element)

    def thumbnail_element(self, element: Element) -> None:
        """A small picture, with its address as an attribute."""
        given = {key.lower(): value for key, value in element.attrib.items()}
        if len(element) or "url" not in given:
            raise Doubtful
        self.thumbnails.append((given["url"], "image", given.get("width")))

    def enclosure_element(self, element: Element) -> None:
        """What comes with the entry: a sound, a film, a picture."""
        given = {key.lower(): value for key, value in element.attrib.items()}
        if len(element):
            raise Doubtful
        href = given.get("url", given.get("uri", given.get("href")))
        self.enclosures.append((href, given.get("type"), None))

    def link_element(self, element: Element) -> None:
        """RSS has its address as text, Atom as ``href``; the last alternate one counts."""
        attributes = {key.lower(): value for key, value in element.attrib.items()}
        relation = attributes.get("rel", "alternate").lower()
        default = "application/atom+xml" if relation == "self" else "text/html"
        kind = attributes.get("type", default).lower()
        href = attributes.get("url", attributes.get("uri", attributes.get("href"))) or None
        if len(element) or XML_LANG in attributes or "lang" in attributes:
            raise Doubtful
        if href is None and "href" in attributes:  # an empty one
            raise Doubtful
        if href is not None:
            href = self._resolved(href)
            self.links.append((relation, href))
            if relation == "enclosure":
                self.enclosures.append((href, kind, None))
            if relation == "alternate" and TYPES.get(kind) in HTML:
                self.link = href
            return
        text = (element.text or "").strip()
        text = mended(self._resolved(text) if text else "")
        self.link = _REFERENCE.sub(r"&\1", text.replace("&amp;", "&"))
        self.links.append((relation, self.link or None))

    def id_element(self, element: Element) -> None:
        """Unless it says that it is none, an id is a link too, for want of another."""
        permanent = {key.lower(): value for key, value in element.attrib.items()}
        is_link = permanent.get("ispermalink", "true") == "true"
        value = value_of(element)
        value = mended(self._resolved(value) if value and is_link else value)
        self.id = value
        if is_link and self.link is None:
            self.link = value

    def _resolved(self, address: str) -> str:
        if is_plain_address(address) or _NAME.match(address):
            return address
        self._address.check(address)
        if _EXTRA_SLASHES.match(address):
            raise Doubtful
        try:
            return urljoin(self._address.document, address)
        except ValueError:
            return ""

    def title_element(self, element: Element) -> None:
        """The first title that is not empty counts."""
        construct = construct_of(element, "text/plain")
        if not self._titled:
            self.title = construct
            self._titled = bool(construct[0])

    def media_title_element(self, element: Element) -> None:
        """A picture's title stands in for a missing one."""
        construct = construct_of(element, "text/plain")
        if not self._titled:
            self.title = construct

    def summary_element(self, element: Element) -> None:
        """Atom and iTunes: plain text, unless its type says otherwise."""
        self._describe(element, "text/plain")

    def description_element(self, element: Element) -> None:
        """RSS: markup."""
        self._describe(element, "text/html")

    def _describe(self, element: Element, default: str) -> None:
        if self._has_summary and not self._has_content:
            self.content_element(element)
            return
        self.summary = construct_of(element, default)
        self._has_summary = True

    def content_element(self, element: Element) -> None:
        """Atom's content, by its type."""
        if "src" in element.attrib:
            raise Doubtful
        self._has_content = self._has_summary = True
        self.contents.append(construct_of(element, "text/plain"))

    def encoded_element(self, element: Element) -> None:
        """``content:encoded``: markup."""
        self._has_content = self._has_summary = True
        self.contents.append(construct_of(element, "text/html"))

    def published_element(self, element: Element) -> None:
        """The last one counts."""
        self.published = mended(value_of(element))

    def updated_element(self, element: Element) -> None:
        """The last one counts."""
        self.updated = mended(value_of(element))

    def language_element(self, element: Element) -> None:
        """The entry's own language."""
        self.language = mended(value_of(element))

    def original_element(self, element: Element) -> None:
        """The page's address from before a proxy for feeds replaced it."""
        if element.attrib:
            raise Doubtful
        self.original = mended(value_of(element))

    def category_element(self, element: Element) -> None:
        """RSS has the tag as text, Atom as ``term`` or ``label``."""
        attributes = element.attrib
        self._tag(
            attributes.get("term"),
            attributes.get("scheme", attributes.get("domain")),
            attributes.get("label"),
        )
        self._tag_text(element)

    def itunes_category_element(self, element: Element) -> None:
        """The tag is in ``text``."""
        self._tag(element.get("text"), "http://www.itunes.com/", None)
        self._tag_text(element)

    def media_category_element(self, element: Element) -> None:
        """As a category, in a scheme of its own."""
        scheme = element.get("scheme", "http://search.yahoo.com/mrss/category_schema")
        self._tag(element.get("term"), scheme, element.get("label"))
        self._tag_text(element)

    def _tag_text(self, element: Element) -> None:
        value = mended(value_of(element))
        if not value:
            return
        if self.tags and not self.tags[-1]["term"]:
            self.tags[-1]["term"] = value
        else:
            self._tag(value, None, None)

    def _tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        tag = {"term": term, "scheme": scheme, "label": label}
        if any(tag.values()) and tag not in self.tags:
            self.tags.append(tag)

    def keywords_element(self, element: Element) -> None:
        """Tags with commas between."""
        if element.attrib:
            raise Doubtful
        for term in mended(value_of(element)).split(","):
            if term.strip():
                self._tag(term.strip(), "keywords", None)

    def credit_element(self, element: Element) -> None:
        """Who made a picture."""
        self.credits.append(mended(value_of(element)))

    def _author(self, element: Element, names: Names) -> None:
        detail: dict[str, str] = {}
        self.authors.append(detail)
        for child in element:
            name = names.of(child).removeprefix("itunes:")
            if len(child):
                raise Doubtful
            if name == "name":
                detail["name"] = value_of(child)
                self.author_detail["name"] = detail["name"]
            elif name == "email":
                detail["email"] = value_of(child)
            elif name not in _PERSON:
                raise Doubtful
        if len(element):
            if not detail.get("name"):
                raise Doubtful
            return
        self.author = mended(value_of(element))
        _split_author(self.author, detail)
        if detail and not self.author_detail:
            self.author_detail = detail


def _split_author(author: str, detail: dict[str, str]) -> None:
    """``jane@paper.example (Jane Roe)`` as feedparser takes it apart."""
    if found := _MAIL.search(author):
        detail["email"] = found.group(0)
        author = author.replace(found.group(0), "").replace("()", "").replace("<>", "")
        author = author.replace("&lt;&gt;", "").strip().removeprefix("(").removesuffix(")").strip()
    if author:
        detail["name"] = author


def _check_unknown(element: Element, names: Names, allowed: frozenset[str]) -> None:
    """Doubts an element of another vocabulary that holds what would be taken for the entry's own."""
    for inside in element.iterdescendants():
        name = names.of(inside)
        if name in allowed:
            continue
        if (
            name in _TAKERS
            or name in _AUTHORS
            or name in _ENTRY_KEYS
            or ":" not in name
            or name.startswith("media:")
        ):
            raise Doubtful


_TAKERS: dict[str, Callable[[Draft, Element], None]] = {
    "title": Draft.title_element,
    "dc:title": Draft.title_element,
    "media:title": Draft.media_title_element,
    "link": Draft.link_element,
    "guid": Draft.id_element,
    "id": Draft.id_element,
    "description": Draft.description_element,
    "dc:description": Draft.description_element,
    "media:description": Draft.description_element,
    "summary": Draft.summary_element,
    "itunes:summary": Draft.summary_element,
    "content": Draft.content_element,
    "content:encoded": Draft.encoded_element,
    "pubdate": Draft.published_element,
    "published": Draft.published_element,
    "dcterms:issued": Draft.published_element,
    "updated": Draft.updated_element,
    "lastbuilddate": Draft.updated_element,
    "dc:date": Draft.updated_element,
    "dcterms:modified": Draft.updated_element,
    "dc:language": Draft.language_element,
    "category": Draft.category_element,
    "dc:subject": Draft.category_element,
    "media:category": Draft.media_category_element,
    "itunes:category": Draft.itunes_category_element,
    "media:keywords": Draft.keywords_element,
    "itunes:keywords": Draft.keywords_element,
    "media:thumbnail": Draft.thumbnail_element,
    "enclosure": Draft.enclosure_element,
    "media:credit": Draft.credit_element,
    "feedburner:origlink": Draft.original_element,
}
