"""Buttons under messages, and what a press on one says: ``verb:argument:argument``, ≤ 64 bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Button = dict[str, str]
Keyboard = dict[str, Any]

DATA_LIMIT: Final = 64  # bytes, Telegram's
MOST_PAGES: Final = 200
_LABEL_LIMIT: Final = 48  # code points: what a phone shows of a button as wide as the message


class UnreadableButton(Exception):
    """What a press says is nothing that a button of this program says."""


def button(label: str, verb: str, *arguments: object) -> Button:
    """A button; raises ValueError for data that Telegram would refuse."""
    data = ":".join([verb, *map(str, arguments)])
    if len(data.encode()) > DATA_LIMIT:
        raise ValueError(f"callback data of more than {DATA_LIMIT} bytes: {data!r}")
    return {"text": shorten(label), "callback_data": data}


def link(label: str, url: str) -> Button:
    """A button that opens an address."""
    return {"text": shorten(label), "url": url}


def keyboard(*rows: Iterable[Button]) -> Keyboard:
    """The reply markup of these rows; empty rows are left out."""
    return {"inline_keyboard": [row for row in map(list, rows) if row]}


def pager(verb: str, page: int, *rest: object, more: bool) -> list[Button]:
    """◀ and ▶ for the pages that there are: presses say ``verb:PAGE:rest``."""
    back = [button("◀", verb, page - 1, *rest)] if page > 0 else []
    more = more and page < MOST_PAGES
    return [*back, button("▶", verb, page + 1, *rest)] if more else back


def in_rows(buttons: Sequence[Button], width: int) -> list[list[Button]]:
    """The buttons, ``width`` in a row."""
    return [list(buttons[at : at + width]) for at in range(0, len(buttons), width)]


def shorten(label: str, limit: int = _LABEL_LIMIT) -> str:
    """The label, cut with an ellipsis where it is too long for a button."""
    return label if len(label) <= limit else label[: limit - 1].rstrip() + "…"


def page_number(text: str) -> int:
    """The number of a page, from 0."""
    return number(text, MOST_PAGES)


def parts(arguments: str, count: int) -> list[str]:
    """What a press says behind its verb, in so many parts; the last may have colons."""
    found = arguments.split(":", count - 1)
    if len(found) != count:
        raise UnreadableButton(arguments)
    return found


def number(text: str, most: int = 10**15) -> int:
    """A number that a press says."""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)) or int(text) > most:
        raise UnreadableButton(text)
    return int(text)
