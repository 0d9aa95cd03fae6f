"""Telegram's HTML: a text with tags becomes plain text and entities.

The grammar and the wording of its errors are those of Telegram's own parser: a few tags only, a
bare ``&`` is legal, only ``&lt; &gt; &amp; &quot;`` and numeric references are decoded (with or
without the semicolon), offsets in errors count UTF-8 bytes, offsets of entities UTF-16 units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.links import checked_link, mentioned_user
from bot.sandbox.refusals import bad_request

if TYPE_CHECKING:
    from bot.sandbox.records import Json
    from bot.sandbox.refusals import Refusal

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}

_SPACE = " \t\r\n\v\0"
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,7})|#([0-9]{1,8})|([a-zA-Z]+));?")
_PLAIN = re.compile(r"[^&<]+")
_TAG_NAME = re.compile(rf"[^{_SPACE}>]*")
_SPACES = re.compile(rf"[{_SPACE}]*")
_ATTRIBUTE = re.compile(rf"[^{_SPACE}=>/\"']*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_BIGGEST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def units(text: str) -> int:
    """The length of ``text`` in UTF-16 units, as Telegram counts offsets."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(slots=True)
class _Open:
    """A start tag that waits for its end. ``offset`` in UTF-16 units, ``piece`` indexes the output."""

    tag: str
    argument: str
    offset: int
    piece: int


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The plain text and its entities, in order of place. Raises Refusal (400)."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            if plain := _PLAIN.match(self.source, self.at):
                self._put(plain[0])
                self.at = plain.end()
            elif self.source[self.at] == "&":
                self._put(self._reference() or self._take())
            elif self.source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _unreadable(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"'
            )
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
        return "".join(self.pieces), self.entities

    def _put(self, text: str) -> None:
        self.pieces.append(text)
        self.offset += units(text)

    def _take(self) -> str:
        self.at += 1
        return self.source[self.at - 1]

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _reference(self) -> str:
        """The character that the reference here stands for, empty where it is no reference."""
        found = _REFERENCE.match(self.source, self.at)
        if found is None:
            return ""
        hexadecimal, decimal, name = found.groups()
        if name is not None:
            character = _NAMED.get(name, "")
        else:
            number = int(hexadecimal, 16) if hexadecimal else int(decimal)
            if number in _SURROGATES:
                raise _unreadable(
                    "Text contains invalid Unicode characters after decoding HTML entities, "
                    "check for unmatched surrogate code units"
                )
            character = chr(number) if 0 < number < _BIGGEST else ""
        if character:
            self.at = found.end()
        return character

    def _start_tag(self) -> None:
        begin = self.at
        place = f"at byte offset {self._byte(begin)}"
        self.at += 1
        tag = self._skip(_TAG_NAME).lower()
        if not self._peek():
            raise _unreadable(f"Unclosed start tag {place}")
        if tag not in TYPES:
            raise _unreadable(f'Unsupported start tag "{tag}" {place}')
        argument = ""
        while True:
            self._skip(_SPACES)
            if self._peek() == ">":
                break
            argument = _argument(tag, *self._attribute(tag, place)) or argument
        self.at += 1
        if tag == "span" and argument != "spoiler":
            raise _unreadable(f'Tag "span" must have class "tg-spoiler" {place}')
        if tag == "tg-emoji" and not argument.isdecimal():
            raise _unreadable("Invalid custom emoji identifier specified")
        self.open.append(_Open(tag, argument, self.offset, len(self.pieces)))

    def _attribute(self, tag: str, place: str) -> tuple[str, str | None]:
        name = self._skip(_ATTRIBUTE)
        if not name:
            raise _unreadable(f'Empty attribute name in the tag "{tag}" {place}')
        self._skip(_SPACES)
        if self._peek() != "=":
            if not self._peek():
                raise _unreadable(f'Unclosed start tag "{tag}" {place}')
            return name, None
        self.at += 1
        self._skip(_SPACES)
        if not self._peek():
            raise _unreadable(f'Unclosed start tag "{tag}" {place}')
        value = self._quoted() if self._peek() in "'\"" else self._name_token()
        if not self._peek():
            raise _unreadable(f"Unclosed start tag {place}")
        return name, value

    def _name_token(self) -> str:
        begin = self.at
        token = self._skip(_NAME_TOKEN).lower()
        if self._peek() not in f"{_SPACE}>" or not self._peek():
            raise _unreadable(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return token

    def _quoted(self) -> str:
        quote = self._take()
        value: list[str] = []
        while self._peek() not in {quote, ""}:
            character = self._reference() if self._peek() == "&" else ""
            value.append(character or self._take())
        self.at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self.at
        place = f"at byte offset {self._byte(begin)}"
        if not self.open:
            raise _unreadable(f"Unexpected end tag {place}")
        self.at += 2
        found = self._skip(_TAG_NAME).lower()
        self._skip(_SPACES)
        if self._peek() != ">":
            raise _unreadable(f"Unclosed end tag {place}")
        self.at += 1
        opened = self.open.pop()
        if found and found != opened.tag:
            raise _unreadable(
                f'Unmatched end tag {place}, expected "</{opened.tag}>", found "</{found}>"'
            )
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity: Json = {
            "type": TYPES[opened.tag],
            "offset": opened.offset,
            "length": self.offset - opened.offset,
        }
        if opened.tag == "a":
            link = _link(opened.argument or "".join(self.pieces[opened.piece :]))
            if link is None:
                return
            entity |= link
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.argument
        elif opened.tag == "blockquote" and opened.argument:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "pre":
            self._swallow_code(entity)
        elif opened.tag == "code" and opened.argument:
            entity["language"] = opened.argument
        self.entities.append(entity)

    def _swallow_code(self, pre: Json) -> None:
        """``<pre><code class="language-x">`` is one block of code in that language."""
        last = self.entities[-1] if self.entities else {}
        same_place = (last.get("offset"), last.get("length")) == (pre["offset"], pre["length"])
        if same_place and last["type"] == "code" and "language" in last:
            pre["language"] = self.entities.pop()["language"]


def _argument(tag: str, name: str, value: str | None) -> str:
    """The part of an attribute that Telegram keeps, empty where it means nothing."""
    if value is None:
        return "expandable" if (tag, name) == ("blockquote", "expandable") else ""
    prefixes = {
        ("a", "href"): "",
        ("code", "class"): "language-",
        ("span", "class"): "tg-",
        ("tg-emoji", "emoji-id"): "",
        ("blockquote", "expandable"): "",
    }
    prefix = prefixes.get((tag, name))
    if prefix is None or not value.startswith(prefix):
        return ""
    return value.removeprefix(prefix)


def _link(address: str) -> Json | None:
    user = mentioned_user(address)
    if user is not None:
        return {"type": "text_mention", "user": user}
    url = checked_link(address)
    return None if url is None else {"url": url}


def _unreadable(what: str) -> Refusal:
    return bad_request(f"can't parse entities: {what}")
