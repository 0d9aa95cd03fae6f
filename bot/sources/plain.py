"""Markup to plain text: entities decoded, blocks become paragraphs, scripts and styles dropped."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

# Enough for any article; what is longer is cut, because everything behind this reads it whole.
TITLE_MAX = 1_000
TEXT_MAX = 200_000
_MARKUP_MAX = 10 * TEXT_MAX

_BLOCKS = frozenset(
    """
    address article aside blockquote body center dd details dialog div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol p pre section
    summary table tbody td tfoot th thead title tr ul
    """.split()
)
_INLINE = frozenset(
    """
    a abbr acronym audio b bdi bdo big br button cite code data del dfn em embed font i iframe img
    input ins kbd label link map mark meta meter noscript object picture q s samp script select
    small source span strike strong style sub sup svg template textarea time tt u var video wbr
    """.split()
)
_ELEMENTS = _BLOCKS | _INLINE
# What these hold is no text for a reader.
_SILENT = frozenset({"script", "style", "template", "svg", "select", "iframe"})
# In these, some versions of the parser take tags for text.
_UNREAD = frozenset("listing noembed noframes noscript plaintext textarea title xmp".split())

_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# A comment or a tag so written that it can mean only one thing; what is in it is dropped.
_PLAIN_TAG = re.compile(
    r"<!--(?!-?>)[^-]*+(?:-[^-]++)*+-->"
    r"|<(/?[A-Za-z][A-Za-z0-9:]*+)"
    r"(?:[ \t\r\n\f]++[A-Za-z_:][\w:.-]*+(?:=(?:\"[^\"]*+\"|'[^']*+'|[^ \t\r\n\f\"'=<>`]++))?+)*+"
    r"[ \t\r\n\f]*+/?>",
    re.ASCII,
)
# Of private use: they stand for the edges of paragraphs and of lines until white space is tidied.
_PARAGRAPH_EDGE, _LINE_EDGE = "\ue0fa", "\ue0fb"
# Control characters and lone surrogates; no database or message takes them.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINE_EDGES = re.compile(r" ?\n ?")
_PARAGRAPHS = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    """Plain text, tidied: printable, single spaces, at most one empty line, cut at ``TEXT_MAX``."""
    if text.isprintable() and "  " not in text:  # one tidy line, as most titles and names are
        return text[: 2 * TEXT_MAX].strip()[:TEXT_MAX].rstrip()
    text = text[: 2 * TEXT_MAX].replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n\n").replace("\x85", "\n")
    text = _UNPRINTABLE.sub("", text)
    text = _LINE_EDGES.sub("\n", _SPACES.sub(" ", text))
    return _PARAGRAPHS.sub("\n\n", text).strip()[:TEXT_MAX].rstrip()


def clean_line(text: str) -> str:
    """Plain text on one line, for titles and names."""
    return " ".join(clean_text(text[: 4 * TITLE_MAX]).split())[:TITLE_MAX].rstrip()


def looks_like_html(text: str) -> bool:
    """Whether text of no declared type is markup: a known tag in it, or a character entity."""
    if "<" not in text and "&" not in text:
        return False
    if _ENTITY.search(text):
        return True
    return any(tag[1].lower() in _ELEMENTS for tag in _TAG.finditer(text))


def html_to_text(markup: str) -> str:
    """The text of an HTML fragment or page. Never raises, whatever it is given."""
    markup = markup[:_MARKUP_MAX]
    if "<" not in markup and "&" not in markup:
        return clean_text(" ".join(markup.split()))
    text = _text_of_plain(markup)
    if text is None:
        return _text_of_any(markup)
    paragraphs = [part.strip() for part in text.split(_PARAGRAPH_EDGE)]
    if len(text) < TEXT_MAX and all(map(str.isprintable, paragraphs)):
        return "\n\n".join(filter(None, paragraphs))
    return clean_text(text.replace(_LINE_EDGE, "\n").replace(_PARAGRAPH_EDGE, "\n\n"))


def _text_of_any(markup: str) -> str:
    stripper = _Stripper()
    stripper.feed(markup)
    stripper.close()
    return clean_text(stripper.text())


def _text_of_plain(markup: str) -> str | None:
    """What :class:`_Stripper` makes of markup that leaves nothing to interpret, many times quicker.

    Its white space is tidied and its edges are still marked.
    None where there is more to it: text that is not shown or keeps its line breaks, tags that are
    badly written.
    """
    if _PARAGRAPH_EDGE in markup or _LINE_EDGE in markup:
        return None
    parts = _PLAIN_TAG.split(markup)
    for place in range(0, len(parts), 2):
        part = parts[place]
        if "<" in part:
            return None
        if "&" in part:
            parts[place] = unescape(part)
    for place in range(1, len(parts), 2):
        tag = parts[place]
        edge = "" if tag is None else _EDGE_OF.get(tag.lower(), "")
        if edge is None:
            return None
        parts[place] = edge
    return " ".join("".join(parts).split())


def _edges() -> dict[str, str | None]:
    """What each opening and closing tag puts into the text; None where it is not so simple."""
    edges: dict[str, str | None] = dict.fromkeys(_BLOCKS, _PARAGRAPH_EDGE)
    edges |= {"br": _LINE_EDGE, "td": " ", "th": " "}
    edges |= dict.fromkeys(_SILENT | _UNREAD | {"pre"})
    return edges | {f"/{tag}": edge for tag, edge in edges.items()}


_EDGE_OF = _edges()


class _Stripper(HTMLParser):
    """Collects text; a block's edge is an empty line, ``<br>`` a line break."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._silent: str | None = None
        self._preformatted = 0

    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 (the base's)
        if self._silent is None and tag in _SILENT:
            self._silent = tag
        self._edge(tag)
        if tag == "pre":
            self._preformatted += 1

    def handle_startendtag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 (the base's)
        self._edge(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._silent == tag:
            self._silent = None
        if tag == "pre":
            self._preformatted = max(self._preformatted - 1, 0)
        self._edge(tag)

    def handle_data(self, data: str) -> None:
        if self._silent is None:
            self._parts.append(data if self._preformatted else " ".join(_words(data)))

    def unknown_decl(self, data: str) -> None:
        """A CDATA section inside HTML: its content is text."""
        if data.startswith("CDATA["):
            self.handle_data(data.removeprefix("CDATA["))

    def _edge(self, tag: str) -> None:
        if self._silent is not None:
            return
        if tag == "br":
            self._parts.append("\n")
        elif tag in {"td", "th"}:
            self._parts.append(" ")
        elif tag in _BLOCKS:
            self._parts.append("\n\n")


def _words(data: str) -> list[str]:
    """The words, with an empty string at an edge that had white space, so that a join keeps it."""
    words = data.split()
    if not words:
        return ["", ""] if data else []
    if data[0].isspace():
        words.insert(0, "")
    if data[-1].isspace():
        words.append("")
    return words
