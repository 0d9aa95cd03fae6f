"""Compares a message with what a scenario says of it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.chat.room import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.records import Message


@dataclass(frozen=True, slots=True)
class Seen:
    """A message; ``new`` where it was not there, in other words, before."""

    message: Message
    new: bool


def unlike(seen: Seen, word: str, value: str) -> str | None:
    """What is wrong with a message, or None where it is as the detail says."""
    return _CHECKS[word](seen, value)


def state(message: Message) -> str:
    """What is told apart by it: an edit changes it."""
    return f"{message.text}{message.entities}{message.markup}"


def labels(message: Message) -> list[str]:
    """The names of a message's buttons, row by row."""
    rows = (message.markup or {}).get("inline_keyboard", [])
    return [plain(button["text"]) for row in rows for button in row]


def picture(message: Message) -> str:
    """A message as a failure shows it."""
    extras = [
        *(["photo"] if message.photo else []),
        *([f"document {message.document.name}"] if message.document else []),
        *(["edited"] if message.edited else []),
        *(["silent"] if message.silent else []),
    ]
    lines = [f"  │ {line}" for line in message.text.splitlines()]
    if buttons := labels(message):
        lines.append(f"  ╰ {' | '.join(buttons)}")
    return "\n".join([f"  ┌ {message.id} {' '.join(extras)}", *lines])


def spans(message: Message, kind: str) -> list[str]:
    """The stretches of text of one kind of entity."""
    encoded = message.text.encode("utf-16-le")
    return [
        plain(
            encoded[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
        )
        for each in message.entities
        if each["type"] == kind
    ]


def _is(found: bool, complaint: str) -> str | None:
    return None if found else complaint


def _text(seen: Seen, value: str) -> str | None:
    return _is(value in plain(seen.message.text), f"{value!r} is not there")


def _without(seen: Seen, value: str) -> str | None:
    return _is(value not in plain(seen.message.text), f"there is {value!r}")


def _line(seen: Seen, value: str) -> str | None:
    return _is(value in plain(seen.message.text).splitlines(), f"no line is {value!r}")


def _marked(kind: str, name: str) -> Callable[[Seen, str], str | None]:
    def check(seen: Seen, value: str) -> str | None:
        found = spans(seen.message, kind)
        return _is(value in found, f"in {name} there is {found}")

    return check


def _not_bold(seen: Seen, value: str) -> str | None:
    return _is(value not in spans(seen.message, "bold"), f"{value!r} is bold")


def _link(seen: Seen, value: str) -> str | None:
    words, _, url = value.partition(" -> ")
    named = dict(
        zip(
            spans(seen.message, "text_link"),
            [each["url"] for each in seen.message.entities if each["type"] == "text_link"],
            strict=True,
        )
    )
    return _is(named.get(words) == url, f"the links are {named}")


def _buttons(seen: Seen, value: str) -> str | None:
    found = labels(seen.message)
    return _is(found == [each.strip() for each in value.split(" | ")], f"the buttons are {found}")


def _button(seen: Seen, value: str) -> str | None:
    label, _, url = value.partition(" -> ")
    rows = (seen.message.markup or {}).get("inline_keyboard", [])
    found = {plain(key["text"]): key.get("url", "") for row in rows for key in row}
    good = label in found and (not url or found[label] == url)
    return _is(good, f"the buttons are {list(found)}")


def _no_button(seen: Seen, value: str) -> str | None:
    return _is(value not in labels(seen.message), f"there is a button {value!r}")


def _document(seen: Seen, value: str) -> str | None:
    name = seen.message.document.name if seen.message.document else None
    return _is(value in (name or ""), f"the document is {name}")


def _content(seen: Seen, value: str) -> str | None:
    body = seen.message.document.body.decode() if seen.message.document else ""
    return _is(value in body, f"in the document there is {body!r}")


def _direction(wanted: set[str], name: str) -> Callable[[Seen, str], str | None]:
    """As a client finds it: by the first letter that has a direction."""

    def check(seen: Seen, _value: str) -> str | None:
        found = (unicodedata.bidirectional(each) for each in seen.message.text)
        first = next((each for each in found if each in {"L", "R", "AL"}), "")
        return _is(first in wanted, f"it does not run {name}")

    return check


_CHECKS: dict[str, Callable[[Seen, str], str | None]] = {
    "and": _text,
    "has": _content,
    "not": _without,
    "line": _line,
    "bold": _marked("bold", "bold"),
    "not bold": _not_bold,
    "code": _marked("code", "code"),
    "link": _link,
    "buttons": _buttons,
    "button": _button,
    "no button": _no_button,
    "no buttons": lambda seen, _: _is(not labels(seen.message), "there are buttons"),
    "edited": lambda seen, _: _is(not seen.new, "it is a new message"),
    "new": lambda seen, _: _is(seen.new, "an older message was changed"),
    "silent": lambda seen, _: _is(seen.message.silent, "it makes a sound"),
    "loud": lambda seen, _: _is(not seen.message.silent, "it makes no sound"),
    "photo": lambda seen, _: _is(seen.message.photo is not None, "there is no picture"),
    "document": _document,
    "reply": lambda seen, _: _is(seen.message.reply_to is not None, "it answers nothing"),
    "right to left": _direction({"R", "AL"}, "from right to left"),
    "left to right": _direction({"L"}, "from left to right"),
}
