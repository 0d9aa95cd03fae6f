"""A saved web page as an item: the article that trafilatura finds, the rest from the page's head."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from bot.errors import ParseError
from bot.model import Item
from bot.sources import plain
from bot.sources.agencies import agency_among, agency_in
from bot.sources.dates import believable, read_date
from bot.sources.languages import guess_language, language_code
from bot.sources.parsed import absolute_url, labels
from bot.sources.text_dump import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.model import Source

# Less than this is a menu or a notice about cookies, not an article.
_ARTICLE_MIN = 150
_PUBLISHED = (
    "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "pubdate",
    "publishdate", "parsely-pub-date", "sailthru.date", "og:published_time", "cxenseparse:publishtime",
)  # fmt: skip
_UPDATED = (
    "article:modified_time",
    "datemodified",
    "og:updated_time",
    "lastmod",
    "dcterms.modified",
)
_TITLE = ("og:title", "twitter:title", "title", "dc.title")
_AUTHOR = ("author", "article:author", "dc.creator", "parsely-author", "byl")
_TAGS = ("article:tag", "keywords", "news_keywords", "parsely-tags")
_ARTICLE_TYPES = re.compile(r"Article|Posting|Report")
# libxml2 looks through all of a tag's attributes for each of them.
_LONG_TAG = re.compile(r"<[^<>]{16384,}+")
_ATTRIBUTES_MAX = 2_000
_SITE = re.compile(r"\s+[|–—•·-]\s+[^|–—•·]{2,40}$")


def read_page(markup: str, *, source: Source, name: str, now: datetime | None) -> Item:
    """The item of a page; one that is no article in particular is read as its text stands.

    Raises:
        ParseError: the page has no text.
    """
    if any(tag.count("=") > _ATTRIBUTES_MAX for tag in _LONG_TAG.findall(markup)):
        raise ParseError("this page has a tag with thousands of attributes")
    head = _Head(markup)
    text = _article(markup)
    if len(text) < _ARTICLE_MIN or not head.title:
        dump = plain.html_to_text(markup)
        if not dump:
            raise ParseError("the page has no text")
        return parse_text(dump, source=source, name=name, now=now)
    authors = labels(head.authors)
    return Item(
        id=name,
        source=source.key,
        url=absolute_url(head.url, None),
        title=head.title,
        text=_without_title(text, head.title),
        published=believable(head.moment(_PUBLISHED, "datePublished"), now),
        updated=believable(head.moment(_UPDATED, "dateModified"), now),
        lang=source.lang or language_code(head.lang) or guess_language(text),
        tags=labels(head.tags),
        authors=labels(author for author in authors if not agency_in(author)),
        agency=agency_among(authors),
        captions=labels(head.captions),
    )


def _article(markup: str) -> str:
    """The article's paragraphs, an empty line between; empty where none is found."""
    from trafilatura import extract  # noqa: PLC0415 - takes a second to load, and only pages need it

    # A page of tables in tables is turned down with whatever lxml or the library itself raises.
    try:
        found = extract(markup, include_comments=False, include_tables=False, favor_precision=True)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - then the page is read without it
        return ""
    return plain.clean_text("\n\n".join((found or "").split("\n")))


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.partition("\n\n")
    return rest if rest and " ".join(first.split()).casefold() == title.casefold() else text


class _Head:
    """What the page says of itself: ``<meta>``, JSON-LD, and the elements that name it."""

    def __init__(self, markup: str) -> None:
        from lxml import html  # noqa: PLC0415 - as above

        try:
            parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
            self._tree = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - no tree, no head; the text is read without it
            self._tree = None
        self._metas: dict[str, list[str]] = {}
        self._data: dict[str, Any] = {}
        self.captions: list[str] = []
        if self._tree is not None:
            self._read()

    def _read(self) -> None:
        for meta in self._elements("meta"):
            key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
            if content := plain.clean_line(meta.get("content") or ""):
                self._metas.setdefault(key.lower(), []).append(content)
        for script in self._elements("script"):
            if script.get("type") == "application/ld+json" and not self._data:
                self._data = next(_articles(script.text or ""), {})
        self.captions = [" ".join(each.itertext()) for each in self._elements("figcaption")]

    def _elements(self, name: str) -> Iterator[Any]:
        return iter(()) if self._tree is None else self._tree.iter(name)

    @property
    def title(self) -> str:
        if isinstance(headline := self._data.get("headline"), str):
            return plain.clean_line(plain.html_to_text(headline))
        headings = [plain.clean_line(" ".join(each.itertext())) for each in self._elements("h1")]
        if len(headings) == 1 and headings[0]:
            return headings[0]
        for name in _TITLE:
            if name in self._metas:
                return self._metas[name][0]
        title = next(self._elements("title"), None)
        return _SITE.sub("", plain.clean_line(title.text or "")) if title is not None else ""

    @property
    def url(self) -> str | None:
        for link in self._elements("link"):
            if "canonical" in (link.get("rel") or "").lower().split():
                return str(link.get("href") or "")
        return next(iter(self._metas.get("og:url", ())), None)

    @property
    def lang(self) -> str:
        tags = [each.get("lang") or each.get("xml:lang") or "" for each in self._elements("html")]
        return next(filter(None, tags), "") or next(iter(self._metas.get("og:locale", ())), "")

    @property
    def authors(self) -> list[str]:
        named = self._data.get("author")
        people = named if isinstance(named, list) else [named]
        names = [each.get("name") if isinstance(each, dict) else each for each in people]
        found = [name for name in names if isinstance(name, str)]
        if not found:
            metas = (value for name in _AUTHOR for value in self._metas.get(name, ()))
            found = [name for name in metas if not name.startswith("http")]
        return found

    @property
    def tags(self) -> list[str]:
        found = [value for name in _TAGS for value in self._metas.get(name, ())]
        if not found:
            said = self._data.get("keywords")
            found = [
                each
                for each in (said if isinstance(said, list) else [said])
                if isinstance(each, str)
            ]
        return [tag for value in found for tag in value.split(",")]

    def moment(self, names: tuple[str, ...], key: str) -> datetime | None:
        """The first of these dates that can be read; last, for the publication, ``<time>``."""
        given = [self._data.get(key), *(self._metas.get(name, [""])[0] for name in names)]
        if names is _PUBLISHED:
            given += [
                time.get("datetime") or " ".join(time.itertext()) for time in self._elements("time")
            ][:1]
        dates = (read_date(value) for value in given if isinstance(value, str) and value)
        return next((date for date in dates if date is not None), None)


def _articles(text: str) -> Iterator[dict[str, Any]]:
    """The articles that a JSON-LD script describes."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    nodes = document if isinstance(document, list) else [document]
    for node in nodes:
        if isinstance(node, dict):
            graph = node.get("@graph")
            for each in graph if isinstance(graph, list) else [node]:
                if isinstance(each, dict) and _ARTICLE_TYPES.search(str(each.get("@type"))):
                    yield each
