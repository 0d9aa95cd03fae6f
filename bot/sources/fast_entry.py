"""One entry of a well-formed feed to an item, by the rules that feedparser has for it.

The rules are those of feedparser 6.0.14 and look strange where feeds are: a guid is a link unless
it says that it is none, a second description is content, the title of a picture is no title. What
they leave open is :class:`Doubtful`, and the whole document goes to feedparser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from bot.model import Item
from bot.sources import plain
from bot.sources.agencies import agency_among
from bot.sources.dates import read_date
from bot.sources.languages import language_code
from bot.sources.parsed import LABELS_MAX, absolute_url, is_plain_address, labels, longest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from lxml import etree

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
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_TYPES = {
    "text": "text/plain",
    "plain": "text/plain",
    "html": "text/html",
    "xhtml": "application/xhtml+xml",
    "text/plain": "text/plain",
    "text/html": "text/html",
    "application/xhtml+xml": "application/xhtml+xml",
}
_HTML = frozenset({"text/html", "application/xhtml+xml"})
# What feedparser may take for markup where we do not.
_MARKUP_TO_FEEDPARSER = re.compile(r"</\w+>|&#?\w+;")
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_EXTRA_SLASHES = re.compile(r"[A-Za-z][A-Za-z0-9+\-.]*:///")
_MAIL = re.compile(
    r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([a-zA-Z0-9\-]+\.)+))"
    r"([a-zA-Z]{2,4}|[0-9]{1,3})(\]?))(\?subject=\S+)?"
)
_C1 = {code: mapped for code in range(0x80, 0xA0) if (mapped := bytes([code]).decode("cp1252", "ignore"))}  # fmt: skip
# Elements without a prefix that say nothing of what is read here.
_SILENT = frozenset(
    """
    enclosure comments rights copyright subtitle generator contributor created expirationdate ttl
    webmaster cloud icon logo rating docs abstractnone
    """.split()
)
_MEDIA_BOXES = frozenset({"media:group", "media:content"})
_ENTRY_KEYS = frozenset(
    """
    authors author_detail title_detail summary_detail tags links date published_parsed
    updated_parsed issued modified name email url uri homepage href body fullitem
    content info abstract tagline image textinput items item entry channel feed rss source
    newlocation keywords managingeditor language width height
    """.split()
)


class Doubtful(Exception):
    """This document is feedparser's to read."""


class Names:
    """The names of elements as feedparser calls them: ``title``, ``dc:creator``; lower case."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], str] = {}

    def of(self, element: etree._Element) -> str:
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
    try:
        text = text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        pass
    return text.translate(_C1)


def of_list(element: etree._Element, *, atom: bool) -> str:
    """The title that an element holds, on one line."""
    return plain.clean_line(_to_text(_construct(element, "text/plain"), atom=atom))


def _value(element: etree._Element) -> str:
    if len(element):
        raise Doubtful
    return (element.text or "").strip()


def _construct(element: etree._Element, default: str) -> tuple[str, str]:
    """The text of an element and its type, which is one of three."""
    attributes = element.attrib
    given = default
    if attributes:
        if "mode" in attributes or "lang" in attributes or _XML_LANG in attributes:
            raise Doubtful
        given = attributes.get("type", default).lower()
    kind = _TYPES.get(given)
    if kind is None:
        raise Doubtful
    if len(element):
        if kind != "application/xhtml+xml":
            raise Doubtful
        return mended("".join(_markup(element)).strip()), kind
    return mended((element.text or "").strip()), kind


def _markup(element: etree._Element) -> Iterator[str]:
    """What is inside an element, as markup without attributes."""
    yield _escaped(element.text)
    for child in element:
        if not isinstance(child.tag, str):
            raise Doubtful
        name = child.tag.rpartition("}")[2]
        yield f"<{name}>"
        yield from _markup(child)
        yield f"</{name}>{_escaped(child.tail)}"


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _to_text(construct: tuple[str, str], *, atom: bool) -> str:
    value, kind = construct
    if kind in _HTML:
        return plain.html_to_text(value)
    if not atom:
        if plain.looks_like_html(value):
            return plain.html_to_text(value)
        if _MARKUP_TO_FEEDPARSER.search(value):
            raise Doubtful
    return plain.clean_text(value)


class Draft:
    """An entry's fields while its elements go by; each method takes one element."""

    def __init__(self, document: str) -> None:
        self._document = document
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
        self._titled = False
        self._has_summary = False
        self._has_content = False

    def read(self, entry: etree._Element, names: Names) -> None:
        """Take in all the elements of an entry."""
        for element in entry:
            name = names.of(element)
            if (take := _TAKERS.get(name)) is not None:
                take(self, element)
            elif name in _MEDIA_BOXES:
                self._media(element, names)
            elif name == "author" or name in {"dc:creator", "dc:author", "itunes:author"}:
                self._author(element, names)
            elif name in _ENTRY_KEYS or name.startswith(("cc:", "xhtml:")):
                self._known_elsewhere(element, name)
            elif len(element) and name not in _SILENT:
                _check_unknown(element, names)

    def _known_elsewhere(self, element: etree._Element, name: str) -> None:
        """RSS's ``<source url="…">Paper</source>`` alone is harmless: a title may follow it."""
        if name != "source" or len(element):
            raise Doubtful
        self._titled = False

    def _media(self, box: etree._Element, names: Names) -> None:
        for element in box:
            name = names.of(element)
            if name in _MEDIA_BOXES:
                self._media(element, names)
            elif not name.startswith("media:") or (len(element) and name not in _TAKERS):
                raise Doubtful
            elif (take := _TAKERS.get(name)) is not None:
                take(self, element)

    def link_element(self, element: etree._Element) -> None:
        attributes = {key.lower(): value for key, value in element.attrib.items()}
        relation = attributes.get("rel", "alternate").lower()
        default = "application/atom+xml" if relation == "self" else "text/html"
        kind = attributes.get("type", default).lower()
        href = attributes.get("url", attributes.get("uri", attributes.get("href"))) or None
        if len(element) or _XML_LANG in attributes or "lang" in attributes:
            raise Doubtful
        if href is None and "href" in attributes:  # an empty one
            raise Doubtful
        if href is not None:
            href = self._resolved(href)
            self.links.append((relation, href))
            if relation == "alternate" and _TYPES.get(kind) in _HTML:
                self.link = href
            return
        text = (element.text or "").strip()
        text = mended(self._resolved(text) if text else "")
        self.link = _REFERENCE.sub(r"&\1", text.replace("&amp;", "&"))
        self.links.append((relation, self.link or None))

    def identifier(self, element: etree._Element) -> None:
        permanent = {key.lower(): value for key, value in element.attrib.items()}
        is_link = permanent.get("ispermalink", "true") == "true"
        value = _value(element)
        value = mended(self._resolved(value) if value and is_link else value)
        self.id = value
        if is_link and self.link is None:
            self.link = value

    def _resolved(self, address: str) -> str:
        if is_plain_address(address):
            return address
        if _EXTRA_SLASHES.match(address):
            raise Doubtful
        try:
            return urljoin(self._document, address)
        except ValueError:
            return ""

    def _title(self, element: etree._Element) -> None:
        construct = _construct(element, "text/plain")
        if not self._titled:
            self.title = construct
            self._titled = bool(construct[0])

    def _media_title(self, element: etree._Element) -> None:
        construct = _construct(element, "text/plain")
        if not self._titled:
            self.title = construct

    def _summary(self, element: etree._Element) -> None:
        self._describe(element, "text/plain")

    def _description(self, element: etree._Element) -> None:
        self._describe(element, "text/html")

    def _describe(self, element: etree._Element, default: str) -> None:
        if self._has_summary and not self._has_content:
            self._content(element)
            return
        self.summary = _construct(element, default)
        self._has_summary = True

    def _content(self, element: etree._Element) -> None:
        if "src" in element.attrib:
            raise Doubtful
        self._has_content = self._has_summary = True
        self.contents.append(_construct(element, "text/plain"))

    def _encoded(self, element: etree._Element) -> None:
        self._has_content = self._has_summary = True
        self.contents.append(_construct(element, "text/html"))

    def _published(self, element: etree._Element) -> None:
        self.published = mended(_value(element))

    def _updated(self, element: etree._Element) -> None:
        self.updated = mended(_value(element))

    def _language(self, element: etree._Element) -> None:
        self.language = mended(_value(element))

    def _original(self, element: etree._Element) -> None:
        if element.attrib:
            raise Doubtful
        self.original = mended(_value(element))

    def _category(self, element: etree._Element) -> None:
        attributes = element.attrib
        self._tag(
            attributes.get("term"),
            attributes.get("scheme", attributes.get("domain")),
            attributes.get("label"),
        )
        self._tag_text(element)

    def _itunes_category(self, element: etree._Element) -> None:
        self._tag(element.get("text"), "http://www.itunes.com/", None)
        self._tag_text(element)

    def _media_category(self, element: etree._Element) -> None:
        scheme = element.get("scheme", "http://search.yahoo.com/mrss/category_schema")
        self._tag(element.get("term"), scheme, element.get("label"))
        self._tag_text(element)

    def _tag_text(self, element: etree._Element) -> None:
        value = mended(_value(element))
        if not value:
            return
        if self.tags and not self.tags[-1]["term"]:
            self.tags[-1]["term"] = value
        elif self.tags:
            self._tag(value, None, None)
        else:
            # feedparser looks at the last of the tags, which are there once one was added.
            self._tag(value, None, None)

    def _tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        tag = {"term": term, "scheme": scheme, "label": label}
        if any(tag.values()) and tag not in self.tags:
            self.tags.append(tag)

    def _keywords(self, element: etree._Element) -> None:
        if element.attrib:
            raise Doubtful
        for term in mended(_value(element)).split(","):
            if term.strip():
                self._tag(term.strip(), "keywords", None)

    def _credit(self, element: etree._Element) -> None:
        self.credits.append(mended(_value(element)))

    def _author(self, element: etree._Element, names: Names) -> None:
        detail: dict[str, str] = {}
        self.authors.append(detail)
        for child in element:
            name = names.of(child).removeprefix("itunes:")
            if name == "name":
                detail["name"] = _value(child)
                self.author_detail["name"] = detail["name"]
            elif name == "email":
                detail["email"] = _value(child)
            elif name not in {"uri", "url", "homepage"}:
                raise Doubtful
        if len(element):
            if not detail.get("name"):
                raise Doubtful
            return
        self.author = mended(_value(element))
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


def _check_unknown(element: etree._Element, names: Names) -> None:
    """Doubts an element of another vocabulary that holds what would be taken for the entry's own."""
    for inside in element.iterdescendants():
        name = names.of(inside)
        if name in _TAKERS or name in _ENTRY_KEYS or ":" not in name or name.startswith("media:"):
            raise Doubtful


_TAKERS: dict[str, Callable[[Draft, etree._Element], None]] = {
    "title": Draft._title,
    "dc:title": Draft._title,
    "media:title": Draft._media_title,
    "link": Draft.link_element,
    "guid": Draft.identifier,
    "id": Draft.identifier,
    "description": Draft._description,
    "dc:description": Draft._description,
    "media:description": Draft._description,
    "summary": Draft._summary,
    "itunes:summary": Draft._summary,
    "content": Draft._content,
    "content:encoded": Draft._encoded,
    "pubdate": Draft._published,
    "published": Draft._published,
    "dcterms:issued": Draft._published,
    "updated": Draft._updated,
    "lastbuilddate": Draft._updated,
    "dc:date": Draft._updated,
    "dcterms:modified": Draft._updated,
    "dc:language": Draft._language,
    "category": Draft._category,
    "dc:subject": Draft._category,
    "media:category": Draft._media_category,
    "itunes:category": Draft._itunes_category,
    "media:keywords": Draft._keywords,
    "itunes:keywords": Draft._keywords,
    "media:credit": Draft._credit,
    "feedburner:origlink": Draft._original,
}


class EntryReader:
    """Makes items of entries.

    ``document`` is the feed's own address, against which its links are resolved, or empty;
    ``base`` the address that stands in for it. ``lang`` is for every entry, ``feed_lang`` for
    those that say nothing.
    """

    def __init__(
        self,
        names: Names,
        *,
        source: str,
        document: str,
        base: str | None,
        now: datetime | None,
        lang: str | None,
        feed_lang: str | None,
        atom: bool,
    ) -> None:
        self._names = names
        self._source = source
        self._document = document
        self._base = base
        self._now = now
        self._lang = lang
        self._feed_lang = feed_lang
        self._atom = atom

    def item(self, entry: etree._Element) -> Item:
        """The item of an entry. Raises Doubtful."""
        draft = Draft(self._document)
        if entry.attrib:
            if {"lastmod", "href", "lang", _XML_LANG}.intersection(entry.keys()):
                raise Doubtful
            draft.id = entry.get(_RDF_ABOUT, "")
        draft.read(entry, self._names)
        authors = labels(_names_of(draft))
        link = draft.link or next((h for rel, h in draft.links if rel != "enclosure"), None)
        return Item(
            id=plain.clean_line(draft.id),
            source=self._source,
            url=absolute_url(draft.original, self._base) or absolute_url(link, self._base),
            title=plain.clean_line(self._text(draft.title)),
            text=longest([self._text(body) for body in (*draft.contents, draft.summary)]),
            published=self._moment(draft.published),
            updated=self._moment(draft.updated),
            lang=self._lang or language_code(draft.language) or self._feed_lang,
            tags=labels(tag["label"] or tag["term"] for tag in draft.tags[:LABELS_MAX]),
            authors=authors,
            agency=agency_among(authors),
            captions=labels(draft.credits[:LABELS_MAX]),
        )

    def _text(self, construct: tuple[str, str] | None) -> str:
        return "" if construct is None else _to_text(construct, atom=self._atom)

    def _moment(self, raw: str) -> datetime | None:
        moment = read_date(raw, now=self._now) if raw else None
        if moment is None and raw[:1].isalpha():  # feedparser knows shapes that we do not
            raise Doubtful
        return moment


def _names_of(draft: Draft) -> Iterator[object]:
    for author in draft.authors:
        yield author.get("name")
    yield draft.author_detail.get("name") or draft.author
