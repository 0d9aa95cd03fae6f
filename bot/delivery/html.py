"""Telegram's HTML: few tags, four entities; written here, and turned back into plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bot.delivery.words import ELLIPSIS, cut
from bot.markup import name_of, pieces, seen
from bot.model import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT_LIMIT: Final = 4096  # code points after parsing; Telegram's
CAPTION_LIMIT: Final = 1024

_TAG = re.compile(r"<(/?)([a-z-]+)((?:\s[^<>]*)?)>")
_HREF = re.compile(r'href="([^"]*)"')
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_LAST_CODE_POINT: Final = 0x10FFFF


def escape(text: str) -> str:
    """The text as it stands between tags, and within a quoted attribute."""
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    )


def bold(markup: str) -> str:
    """Bold."""
    return f"<b>{markup}</b>"


def italic(markup: str) -> str:
    """Italic."""
    return f"<i>{markup}</i>"


def link(markup: str, url: str) -> str:
    """A link; ``url`` is one that :func:`bot.delivery.links.presentable` gave."""
    return f'<a href="{escape(url)}">{markup}</a>'


def cut_markup(markup: str, limit: int) -> str:
    """The markup in at most ``limit`` code points as a reader sees them, as :func:`cut` cuts.

    Tags and entities stay whole, and what the cut leaves open is closed.
    """
    if len(markup) <= limit or len(text := seen(markup)) <= limit:
        return markup
    room = len(cut(text, limit)) - len(ELLIPSIS)
    kept: list[str] = []
    opened: list[str] = []
    for written, read in pieces(markup):
        if len(read) > room:
            break
        room -= len(read)
        kept.append(written)
        if not read and written.startswith("</"):
            opened.pop()
        elif not read:
            opened.append(name_of(written))
    return "".join([*kept, ELLIPSIS, *(f"</{name}>" for name in reversed(opened))])


def without_picture(message: Message) -> Message | None:
    """The caption of a picture as a message, for when Telegram cannot fetch it; None if it has none."""
    if message.method != "sendPhoto" or not message.arguments.get("caption"):
        return None
    arguments: dict[str, Any] = dict(message.arguments)
    del arguments["photo"]
    arguments["text"] = arguments.pop("caption")
    arguments["link_preview_options"] = {"is_disabled": True}
    return Message("sendMessage", arguments)


def to_text(markup: str) -> str:
    """The plain text of our own markup, the addresses of its links behind their words."""
    pieces: list[str] = []
    addresses: list[str] = []
    at = 0
    for tag in _TAG.finditer(markup):
        pieces.append(_unescape(markup[at : tag.start()]))
        at = tag.end()
        closing, name, attributes = tag.groups()
        if name == "a" and not closing:
            href = _HREF.search(attributes)
            addresses.append(_unescape(href[1]) if href else "")
        elif name == "a" and addresses:
            address = addresses.pop()
            pieces.append(f" ({address})" if address else "")
    pieces.append(_unescape(markup[at:]))
    return "".join(pieces)


def without_markup(message: Message) -> Message | None:
    """The message in plain text, for when Telegram refuses the markup; None if it has none.

    Buttons that open an address go too: a refused address is refused there as well.
    """
    arguments: dict[str, Any] = dict(message.arguments)
    if str(arguments.pop("parse_mode", "")).upper() != "HTML":
        return None
    for name, limit in (("text", TEXT_LIMIT), ("caption", CAPTION_LIMIT)):
        if isinstance(arguments.get(name), str):
            arguments[name] = cut(to_text(arguments[name]), limit)
    markup = arguments.get("reply_markup")
    if isinstance(markup, dict) and "inline_keyboard" in markup:
        arguments["reply_markup"] = _without_addresses(markup)
    return Message(message.method, arguments)


def _without_addresses(markup: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [button for button in row if "callback_data" in button] for row in markup["inline_keyboard"]
    ]
    return {"inline_keyboard": [row for row in rows if row]}


def _unescape(text: str) -> str:
    return _ENTITY.sub(_character, text)


def _character(entity: re.Match[str]) -> str:
    decimal, hexadecimal = entity.groups()
    if decimal is None and hexadecimal is None:
        return _NAMED[entity[0]]
    code = int(decimal) if decimal is not None else int(hexadecimal, 16)
    return chr(code) if 0 < code <= _LAST_CODE_POINT else entity[0]
