"""XML read strictly and safely: no network, no DTD, no entities, libxml2's own limits of size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from bot.errors import ParseError
from bot.sources import plain, sniff

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DEPTH_MAX = 200


def xml_parser(*, encoding: str | None = None, recover: bool = False) -> etree.XMLParser:
    """A parser that loads nothing and expands nothing."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
    )


def parse_xml(body: bytes, what: str) -> Element:
    """The root of a document that ought to be ``what``; small mistakes are stepped over.

    Raises:
        ParseError: nothing of it can be read, or it is nested deeper than any such document is.
    """
    if b"<!ENTITY" in body:  # libxml2 expands them in attributes whatever one tells it
        raise ParseError(f"this {what} defines entities of its own: none is written so")
    text, _ = sniff.decode(body) if not body.startswith(b"<?xml") else (None, "")
    try:
        if text is None:
            root = etree.fromstring(body, xml_parser(recover=True))
        else:
            root = etree.fromstring(text.encode(), xml_parser(encoding="utf-8", recover=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"this {what} is broken: {error}") from None
    if root is None:
        raise ParseError(f"this {what} is broken: there is no element in it")
    return root


def local(element: Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def find_all(element: Element, *names: str) -> Iterator[Element]:
    """The descendants of these names, whatever their namespace, in the document's order."""
    return (each for each in element.iter() if local(each) in names)


def find(element: Element, *path: str) -> Element | None:
    """The first descendant of the first name, in it the first of the second, and so on."""
    found: Element | None = element
    for name in path:
        found = next(find_all(found, name), None) if found is not None else None
    return found


def text_of(element: Element | None) -> str:
    """All the text in an element, on one line."""
    if element is None:
        return ""
    return plain.clean_line(" ".join(_strings(element)))


def _strings(element: Element) -> Iterator[str]:
    return (str(text) for text in element.itertext())


def paragraphs_of(element: Element | None) -> str:
    """The text of an element that holds paragraphs, with an empty line between them."""
    if element is None:
        return ""
    return plain.html_to_text(etree.tostring(element, encoding="unicode", with_tail=False))
