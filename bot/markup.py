"""Telegram's HTML as Telegram reads it: what is wrong with a text, and what a reader sees of it.

The tags and their attributes are those of the Bot API's "HTML style"; of the named entities it
knows ``lt``, ``gt``, ``amp`` and ``quot`` only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(
    r"<(?:(?P<end>/?)(?P<name>[a-z][a-z-]*)(?P<attributes>(?:\s+[a-z-]+(?:=\"[^\"<>]*\")?)*)\s*>)?",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:=\"([^\"]*)\")?")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_LAST_CODE_POINT: Final = 0x10FFFF
# With the attributes that each may have.
_KNOWN: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(
        ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "pre"),
        frozenset[str](),
    ),
    "a": frozenset({"href"}),
    "span": frozenset({"class"}),
    "code": frozenset({"class"}),
    "blockquote": frozenset({"expandable"}),
    "tg-emoji": frozenset({"emoji-id"}),
}


def fault(markup: str) -> tuple[int, str] | None:
    """What Telegram would refuse the text for, and where it stands; None where it is good."""
    opened: list[tuple[str, int]] = []
    for tag in _TAG.finditer(markup):
        if tag["name"] is None:
            return tag.start(), "a < that begins no tag: write &lt;"
        name = tag["name"].lower()
        if name not in _KNOWN:
            return tag.start(), f"Telegram knows no tag <{name}>"
        if not tag["end"]:
            if (wrong := _wrong_attribute(name, tag["attributes"])) is not None:
                return tag.start(), wrong
            opened.append((name, tag.start()))
        elif not opened:
            return tag.start(), f"</{name}> ends a tag that was not begun"
        elif opened[-1][0] != name:
            return tag.start(), f"</{name}> stands where </{opened[-1][0]}> was expected"
        else:
            opened.pop()
    if opened:
        name, place = opened[-1]
        return place, f"<{name}> has no end"
    return None


def pieces(markup: str) -> Iterator[tuple[str, str]]:
    """The text in pieces: a tag with nothing to read, or one character as written and as read."""
    at = 0
    while at < len(markup):
        if markup[at] == "<" and (tag := _TAG.match(markup, at)) and tag["name"] is not None:
            yield tag[0], ""
            at = tag.end()
        elif markup[at] == "&" and (entity := _ENTITY.match(markup, at)):
            yield entity[0], _character(entity)
            at = entity.end()
        else:
            yield markup[at], markup[at]
            at += 1


def seen(markup: str) -> str:
    """What a reader sees, tags and entities resolved."""
    return "".join(read for _, read in pieces(markup))


def name_of(tag: str) -> str:
    """The name in a tag: ``b`` of ``<b>`` and of ``</b>``."""
    found = _TAG.match(tag)
    return (found["name"] or "").lower() if found else ""


def _wrong_attribute(name: str, attributes: str) -> str | None:
    given = {key.lower(): value for key, value in _ATTRIBUTE.findall(attributes)}
    for key in given:
        if key not in _KNOWN[name]:
            return f"<{name}> takes no {key}"
    if name == "a" and "href" not in given:
        return '<a> needs an address: <a href="…">'
    if name == "span" and given.get("class") != "tg-spoiler":
        return '<span> is known as <span class="tg-spoiler"> only'
    return None


def _character(entity: re.Match[str]) -> str:
    decimal, hexadecimal = entity.groups()
    if decimal is None and hexadecimal is None:
        return _NAMED[entity[0]]
    code = int(decimal) if decimal is not None else int(hexadecimal, 16)
    return chr(code) if 0 < code <= _LAST_CODE_POINT else entity[0]
