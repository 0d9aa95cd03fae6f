"""What agencies exchange: NITF (https://iptc.org/standards/nitf/) and NewsML-G2 around it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bot.errors import ParseError
from bot.model import Item
from bot.sources import plain
from bot.sources.agencies import agency_among
from bot.sources.dates import read_date
from bot.sources.languages import guess_language, language_code
from bot.sources.parsed import ITEMS_MAX, ParsedFeed, absolute_url, identified, labels
from bot.sources.xml_tree import XML_LANG, find, find_all, local, paragraphs_of, parse_xml, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.etree import _Element as Element

_BYLINE_WORDS = ("by ", "par ", "von ", "por ", "di ")


def parse_nitf(body: bytes, *, source: str, lang: str | None, now: datetime | None) -> ParsedFeed:
    """The one story of an NITF document. Raises ParseError."""
    story = next(find_all(parse_xml(body, "NITF document"), "nitf"), None)
    if story is None:
        raise ParseError("this NITF document is broken: there is no story in it")
    item = _nitf(story, source=source, lang=lang, now=now)
    if not (item.title or item.text):
        raise ParseError("this NITF document has neither a headline nor a text")
    return ParsedFeed("", item.lang, identified([item]), None, "nitf")


def parse_newsml(body: bytes, *, source: str, lang: str | None, now: datetime | None) -> ParsedFeed:
    """The stories of a NewsML-G2 message or item; pictures and packages are left out.

    Raises:
        ParseError: it is broken, or none of its items has a headline or a text.
    """
    root = parse_xml(body, "NewsML document")
    news = islice(find_all(root, "newsItem"), ITEMS_MAX)
    items = [_news_item(each, source=source, lang=lang, now=now) for each in news]
    items = [item for item in items if item.title or item.text]
    if not items:
        raise ParseError("this NewsML document holds no item with a headline or a text")
    return ParsedFeed("", items[0].lang, identified(items), None, "newsml-g2")


def _nitf(story: Element, *, source: str, lang: str | None, now: datetime | None) -> Item:
    head = find(story, "body.head")
    headline = find(story, "hl1") if head is not None else None
    title = text_of(headline) or text_of(find(story, "head", "title"))
    content = find(story, "body.content")
    captions = [text_of(each) for each in find_all(story, "media-caption", "media-producer")]
    for media in list(find_all(content, "media")) if content is not None else ():
        if (parent := media.getparent()) is not None:
            parent.remove(media)
    text = paragraphs_of(content)
    authors = labels(_without_by(text_of(each)) for each in find_all(story, "byline"))
    issued = find(story, "date.issue")
    names = (*authors, text_of(find(story, "distributor")), text_of(find(story, "doc.copyright")))
    return Item(
        id=_attribute(find(story, "doc-id"), "id-string"),
        source=source,
        url=None,
        title=title,
        text=text,
        published=read_date(_attribute(issued, "norm"), now=now),
        updated=read_date(_attribute(find(story, "date.release"), "norm"), now=now),
        lang=lang or language_code(story.get(XML_LANG)) or guess_language(f"{title}\n{text}"),
        tags=labels(_attribute(each, "key") for each in find_all(story, "keyword")),
        authors=authors,
        agency=agency_among(names),
        captions=labels(captions),
    )


def _news_item(news: Element, *, source: str, lang: str | None, now: datetime | None) -> Item:
    story = next(find_all(news, "nitf"), None)
    inner = _nitf(story, source=source, lang=lang, now=now) if story is not None else None
    title = text_of(find(news, "contentMeta", "headline")) or (inner.title if inner else "")
    text = inner.text if inner else "\n\n".join(_texts(news))
    title = title or text_of(find(news, "itemMeta", "title"))
    named = (_name(each) for each in find_all(news, "creator", "contributor"))
    bylines = (_without_by(text_of(each)) for each in find_all(news, "by"))
    authors = labels((*bylines, *named)) or (inner.authors if inner else ())
    provider = find(news, "provider")
    written = news.get(XML_LANG) or _attribute(find(news, "contentMeta", "language"), "tag")
    created = text_of(find(news, "contentCreated")) or text_of(find(news, "firstCreated"))
    changed = text_of(find(news, "versionCreated"))
    return Item(
        id=news.get("guid") or "",
        source=source,
        url=absolute_url(_page(news), None),
        title=title,
        text=text,
        published=read_date(created or changed, now=now),
        updated=read_date(changed, now=now),
        lang=lang or language_code(written) or guess_language(f"{title}\n{text}"),
        tags=labels((*_subjects(news), *map(text_of, find_all(news, "keyword")))),
        authors=authors,
        agency=agency_among((*authors, _name(provider) if provider is not None else "")),
        captions=labels(text_of(each) for each in find_all(news, "description") if _captions(each)),
    )


def _texts(news: Element) -> Iterator[str]:
    for part in find_all(news, "inlineXML", "inlineData"):
        kind = part.get("contenttype", "")
        text = paragraphs_of(part) if local(part) == "inlineXML" else "".join(part.itertext())
        if "html" in kind and local(part) == "inlineData":
            text = plain.html_to_text(text)
        if text := plain.clean_text(text):
            yield text


def _subjects(news: Element) -> Iterator[str]:
    for subject in find_all(news, "subject"):
        yield text_of(find(subject, "name"))


def _name(party: Element) -> str:
    """A party's name; an agency's may stand in its code, as in ``nprov:AFP``."""
    return text_of(find(party, "name")) or (
        party.get("literal") or party.get("qcode", "").rpartition(":")[2]
    )


def _page(news: Element) -> str | None:
    for link in find_all(news, "link"):
        if link.get("href", "").startswith("http"):
            return str(link.get("href"))
    return None


def _captions(description: Element) -> bool:
    return str(description.get("role", "")).endswith("caption")


def _without_by(name: str) -> str:
    lower = name.lower()
    return next((name[len(word) :] for word in _BYLINE_WORDS if lower.startswith(word)), name)


def _attribute(element: Element | None, name: str) -> str:
    return str(element.get(name, "")) if element is not None else ""
