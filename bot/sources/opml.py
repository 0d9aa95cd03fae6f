"""Lists of feeds, in and out, as feed readers exchange them (http://opml.org/spec2.opml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from bot.errors import ParseError
from bot.model import SourceKind
from bot.sources.languages import language_code
from bot.sources.parsed import absolute_url, labels
from bot.sources.plain import clean_line
from bot.sources.xml_tree import local, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element as Element

    from bot.model import Source

FEEDS_MAX = 10_000
_FEED_SCHEME = re.compile(r"feed:(?:(//)|(?=https?://))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in a list. ``tags`` are the folders that it lies in, and its categories."""

    url: str
    name: str
    lang: str | None
    tags: tuple[str, ...]


def parse_opml(body: bytes) -> tuple[Outline, ...]:
    """The feeds of an OPML document in its order, each address once with the tags of all its places.

    Outlines that are no feeds with a web address are stepped over.

    Raises:
        ParseError: it is no OPML, or none of its outlines is a feed.
    """
    root = parse_xml(body.lstrip(), "OPML file")
    if local(root).lower() != "opml":
        raise ParseError(f"this is not an OPML file: its root is <{local(root)}>")
    found: dict[str, Outline] = {}
    # A stack, not recursion: how deep the folders lie in each other is for the file to say.
    todo: list[tuple[Element, tuple[str, ...]]] = [(root, ())]
    while todo and len(found) < FEEDS_MAX:
        element, folders = todo.pop()
        inside = folders
        if local(element).lower() == "outline":
            outline = _outline(element, folders)
            if outline is not None:
                before = found.get(outline.url, outline)
                tags = labels((*before.tags, *outline.tags))
                found[outline.url] = Outline(before.url, before.name, before.lang, tags)
            else:
                inside = labels((*folders, _attribute(element, "text", "title")))
        todo.extend((child, inside) for child in reversed(element))
    if not found:
        raise ParseError("there is no feed in this OPML file: no outline has an xmlUrl")
    return tuple(found.values())


def write_opml(sources: Iterable[Source]) -> bytes:
    """The feeds among the sources as an OPML 2.0 document; tags become categories."""
    return write_outlines(
        {"type": "rss", "text": source.name or source.key, "title": source.name or source.key}
        | {"xmlUrl": source.address}
        | ({"language": source.lang} if source.lang else {})
        | ({"category": ",".join(source.tags)} if source.tags else {})
        for source in sources
        if source.kind is SourceKind.FEED
    )


def write_outlines(outlines: Iterable[dict[str, str]]) -> bytes:
    """An OPML 2.0 document of outlines with these attributes."""
    opml = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(opml, "head"), "title").text = "Tocsin"
    body = etree.SubElement(opml, "body")
    for attributes in outlines:
        etree.SubElement(body, "outline", attributes)
    written: bytes = etree.tostring(opml, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def _outline(element: Element, folders: tuple[str, ...]) -> Outline | None:
    given = _attribute(element, "xmlUrl", "xmlurl", "url")
    # “feed://a.example/rss” and “feed:https://…”, as browsers hand them to readers.
    given = _FEED_SCHEME.sub(lambda found: "http://" if found[1] else "", given)
    url = absolute_url(given, None)
    if url is None:
        return None
    # “/Boston/Weather,travel”: a path is its last part to us.
    categories = (part.strip("/ ") for part in _attribute(element, "category").split(","))
    tags = labels((*folders, *(part.rpartition("/")[2] for part in categories)))
    name = _attribute(element, "title", "text")
    return Outline(url, name, language_code(_attribute(element, "language")), tags)


def _attribute(element: Element, *names: str) -> str:
    """The first of these attributes that says something, whatever the case of its name."""
    given = {key.lower(): value for key, value in element.attrib.items()}
    values = (clean_line(given.get(name.lower(), "")) for name in names)
    return next(filter(None, values), "")
