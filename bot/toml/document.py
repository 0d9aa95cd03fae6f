"""A TOML file with its places, and its syntax errors as findings."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import Finding, InputError
from bot.toml.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What tomllib says, and what helps the person who wrote the file.
_ADVICE = {
    "Invalid value": "this is no TOML value (text stands in quotes)",
    "Invalid statement": "expected a key, a [table] or a # comment"
    " (a key of other letters than a-z, 0-9, _ and - stands in quotes)",
    "Expected newline or end of document after a statement": "expected the end of the line",
    "Expected '=' after a key in a key/value pair": "expected = behind the key",
    "Unescaped '\\' in a string": 'a backslash in "…" begins an escape:'
    " write it twice, or the text in '…'",
    "Illegal character '\\n'": "the line ends where a quote should close the text",
    'Expected "\'"': "the quotes around a text are not closed",
    "Expected \"'''\"": "the quotes around a text are not closed",
    "Unterminated string": "the quotes around a text are not closed",
    "Unclosed array": "the list is not closed by ]",
    "Unclosed inline table": "the table is not closed by }",
}
_PLACE = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<col>\d+)|end of .*)\)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file. ``path`` is what findings call it; ``text`` has its lines ended by LF."""

    path: str
    text: str
    data: dict[str, Any]
    places: Places

    def place(self, *keys: str | int) -> tuple[int, int]:
        """Line and column of that key, or of the nearest key or table header around it."""
        return self.places.of_key(keys)

    def value_place(self, *keys: str | int, offset: int = 0) -> tuple[int, int]:
        """Line and column of the value's first character, inside the quotes of a string.

        ``offset`` counts code points of a string's value; escapes in the file are accounted for.
        """
        return self.places.of_value(keys, offset)

    def comments(self) -> Iterator[tuple[int, int, str]]:
        """Each comment, with its sign, and the line and column at which it begins."""
        return self.places.comments()

    def finding(
        self, keys: tuple[str | int, ...], message: str, hint: str | None = None
    ) -> Finding:
        """An error at the key."""
        return Finding(self.path, *self.place(*keys), message, hint)


def read(path: Path) -> Document:
    """The file's document. Raises InputError when it cannot be read or is not TOML."""
    try:
        return _decode(path.read_bytes(), str(path))
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError([Finding(str(path), 1, 1, f"cannot be read: {reason}")]) from error


def parse(text: str, path: str) -> Document:
    """The text's document; ``path`` names it in findings. Raises InputError for bad syntax."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    places = Places(text)
    try:
        return Document(path, text, tomllib.loads(text), places)
    except RecursionError:
        finding = Finding(path, 1, 1, "lists or tables are nested too deep to be read")
    except ValueError as error:  # TOMLDecodeError, and int() of a number with too many digits
        finding = _syntax_finding(str(error), text, places, path)
    # Outside the handlers: the message says it all, and a chained error could quote a secret.
    raise InputError([finding])


def _decode(content: bytes, path: str) -> Document:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        line = before.count("\n") + 1
        col = len(before) - before.rfind("\n")
        finding = Finding(path, line, col, "this is not UTF-8 text")
        raise InputError([finding]) from error
    return parse(text, path)


def _syntax_finding(said: str, text: str, places: Places, path: str) -> Finding:
    found = _PLACE.fullmatch(said)
    if found is None:
        return Finding(path, 1, 1, "a number has too many digits")
    what = found["what"]
    if what.startswith(("Cannot", "Duplicate")):  # tomllib points behind the key, not at it
        duplicate = places.duplicate()
        if duplicate is not None:
            name, first, second = duplicate
            return Finding(path, *second, f"{name} is given twice, first on line {first[0]}")
        what = "this key or table is given twice"
    if found["line"]:
        line, col = int(found["line"]), int(found["col"])
    else:
        line, col = text.count("\n") + 1, len(text) - text.rfind("\n")
    if what not in _ADVICE and (character := re.search(r"character ('.*')", what)):
        return Finding(path, line, col, f"the character {character[1]} cannot stand here")
    return Finding(path, line, col, _ADVICE.get(what, what[:1].lower() + what[1:]))
