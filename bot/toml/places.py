"""Where each key and each value stands in a TOML text.

``tomllib`` reads values and forgets places; tree-sitter knows places and nothing of TOML's
meaning. Here the second walks the text and names each place by the path that the first gives.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

Key = tuple[str | int, ...]

_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})
# One match is one code point of the string's value, but for the last kind of escape before the
# catch-all, the backslash at a line's end, which swallows the blanks that follow.
_CHARACTER = re.compile(
    r"\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|(?P<joined>\\[ \t]*\n\s*)|\\.|.",
    re.DOTALL,
)


class Places:
    """The places of one text, found when they are first asked for: a good file never asks.

    Lines and columns count from 1, in code points (tree-sitter itself counts bytes).
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def of_key(self, path: Key) -> tuple[int, int]:
        """The place of the key at the path's end, or of the nearest one around it that is there."""
        self._index.read(path)
        for length in range(len(path), 0, -1):
            offset = self._index.keys.get(path[:length])
            if offset is not None:
                return self._line_and_column(offset)
        return (1, 1)

    def of_value(self, path: Key, offset: int = 0) -> tuple[int, int]:
        """The place of the value's first character; of a string, of its ``offset``-th code point."""
        self._index.read(path)
        span = self._index.values.get(path)
        if span is None:
            return self.of_key(path)
        start, end = span
        raw = self._bytes[start:end].decode()
        return self._line_and_column(start + len(raw[: _inside(raw, offset)].encode()))

    def span(self, *path: str | int) -> tuple[int, int] | None:
        """Where the value begins and ends in the text, in code points; None where it is a table."""
        self._index.read(path)
        found = self._index.values.get(path)
        if found is None:
            return None
        start, end = (len(self._bytes[:offset].decode()) for offset in found)
        return start, end

    def duplicate(self) -> tuple[str, tuple[int, int], tuple[int, int]] | None:
        """The first key or table that is given twice: its name, and both places."""
        if self._whole.duplicate is None:
            return None
        path, first, second = self._whole.duplicate
        name = ".".join(part for part in path if isinstance(part, str))
        return name, self._line_and_column(first), self._line_and_column(second)

    def comments(self) -> Iterator[tuple[int, int, str]]:
        """Each comment, with its sign, and the line and column at which it begins."""
        for start, end in self._whole.comments:
            yield *self._line_and_column(start), self._bytes[start:end].decode()

    @cached_property
    def _bytes(self) -> bytes:
        return self._text.encode()

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer(rb"\n", self._bytes))]

    @cached_property
    def _index(self) -> _Index:
        return _Index(self._bytes, whole=False)

    @cached_property
    def _whole(self) -> _Index:
        return _Index(self._bytes, whole=True)

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        before = self._bytes[self._line_starts[line - 1] : offset]
        return line, len(before.decode(errors="replace")) + 1


class _Index:
    """Byte offsets by path, filled by one walk over the syntax tree.

    Where not the ``whole`` is asked for, what stands in a table is left until somebody asks for
    it: of a long file few do.
    """

    def __init__(self, source: bytes, *, whole: bool) -> None:
        self.keys: dict[Key, int] = {}
        self.values: dict[Key, tuple[int, int]] = {}
        self.duplicate: tuple[Key, int, int] | None = None
        self.comments: list[tuple[int, int]] = []
        self._source = source
        self._elements: dict[Key, int] = {}
        self._tables: set[Key] = set()
        self._unread: dict[Key, list[Node]] | None = None if whole else {}
        tree = Parser(Language(tree_sitter_toml.language())).parse(source)
        self._walk([(tree.root_node, ())])

    def read(self, path: Key) -> None:
        """Finds what stands in the tables around the path."""
        if not self._unread:
            return
        for length in range(len(path) + 1):
            for table in self._unread.pop(path[:length], ()):
                self._walk([(it, path[:length]) for it in _entries(table)])

    def _walk(self, todo: list[tuple[Node, Key]]) -> None:
        # A stack, not recursion: depth is up to whoever wrote the file.
        while todo:
            node, path = todo.pop()
            if node.type == "comment":
                self.comments.append((node.start_byte, node.end_byte))
                continue
            if node.type in ("table", "table_array_element"):
                path = self._enter(node, path)
                if self._unread is not None:
                    self._unread.setdefault(path, []).append(node)
                    continue
            elif node.type == "pair":
                path = self._give(node, path)
                todo.extend((child, path) for child in node.named_children[1:])
                continue
            elif node.type == "array":
                values = [child for child in node.named_children if child.type != "comment"]
                todo.extend((child, (*path, number)) for number, child in enumerate(values))
                todo.extend((it, path) for it in node.named_children if it.type == "comment")
            if path and node.type not in ("table", "table_array_element", "ERROR"):
                self.values.setdefault(path, (node.start_byte, node.end_byte))
            if node.type in ("document", "table", "table_array_element", "inline_table"):
                todo.extend((child, path) for child in _entries(node))

    def _enter(self, table: Node, path: Key) -> Key:
        """The path of a ``[table]`` or of the next element of an ``[[array]]`` of them."""
        header = next((child for child in table.children if child.type in _KEYS), None)
        if header is None:
            return path
        parts = list(self._parts(header))
        for name, offset in parts[:-1]:
            path = self._step(path, name, offset)
            if path in self._elements:
                path = (*path, self._elements[path])
        name, offset = parts[-1]
        path = self._step(path, name, offset)
        if table.type == "table_array_element":
            if path in self._tables:
                self._twice(path, offset)
            number = self._elements[path] = self._elements.get(path, -1) + 1
            path = (*path, number)
            self.keys[path] = offset
        elif path in self._tables or path in self._elements:
            self._twice(path, offset)
        else:
            self._tables.add(path)
        return path

    def _give(self, pair: Node, path: Key) -> Key:
        """The path of a ``key = value``."""
        parts = list(self._parts(pair.named_children[0]))
        for name, offset in parts[:-1]:
            path = self._step(path, name, offset)
        name, offset = parts[-1]
        if (*path, name) in self.keys:
            self._twice((*path, name), offset)
        return self._step(path, name, offset)

    def _step(self, path: Key, name: str, offset: int) -> Key:
        path = (*path, name)
        self.keys.setdefault(path, offset)
        if path in self.values:  # nothing goes into what has been written in full
            self._twice(path, offset)
        return path

    def _twice(self, path: Key, second: int) -> None:
        if self.duplicate is None:
            self.duplicate = (path, self.keys[path], second)

    def _parts(self, key: Node) -> Iterator[tuple[str, int]]:
        if key.type == "dotted_key":
            for child in key.named_children:
                yield from self._parts(child)
        else:
            yield _name(self._source[key.start_byte : key.end_byte].decode()), key.start_byte


def _entries(table: Node) -> Iterator[Node]:
    """What is given in a table, in reverse: a stack gives it back in the order of the text."""
    for child in reversed(table.named_children):
        if child.type in ("pair", "table", "table_array_element", "comment"):
            yield child


def _name(written: str) -> str:
    if not written.startswith(('"', "'")):
        return written
    try:
        return next(iter(tomllib.loads(f"{written} = 0")))
    except tomllib.TOMLDecodeError:
        return written


def _inside(raw: str, offset: int) -> int:
    """Where the ``offset``-th code point of a value stands in what was written for it."""
    if not raw.startswith(('"', "'")):
        return 0
    quotes = 3 if raw.startswith(('"""', "'''")) else 1
    start = quotes
    if quotes == 3 and raw.startswith("\n", start):  # noqa: PLR2004 - three quotes
        start += 1
    end = len(raw) - quotes
    if raw.startswith("'"):
        return min(start + offset, end)
    for found in _CHARACTER.finditer(raw, start, end):
        if found["joined"]:
            continue
        if offset == 0:
            return found.start()
        offset -= 1
    return end
