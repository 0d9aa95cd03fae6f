"""TOML in one tidy way: spacing, quotes, indent, blank lines, order. Comments stay, meaning too.

What a person laid out on purpose is kept: which elements of a list share a line, one blank line
between groups, and every comment where it belongs.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import tree_sitter_toml
from tree_sitter import Language, Parser

from bot.errors import Finding, InputError
from bot.toml.document import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tree_sitter import Node

WIDTH = 100
_INDENT = "  "
_BEFORE_COMMENT = "  "
_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})
_HEADERS = frozenset({"table", "table_array_element"})
# A literal text that means the same between double quotes, and the other way round.
_SAME_IN_DOUBLE = re.compile(r"'[^'\"\\\n]*'")
_SAME_IN_SINGLE = re.compile(r'"(?:[^"\\\'\x00-\x1f\x7f]|\\")*\\"(?:[^"\\\'\x00-\x1f\x7f]|\\")*"')
# Queries have quotes of their own, so whoever writes them has chosen the others.
_AS_QUOTED = frozenset({"query"})


@dataclass(slots=True)
class _Line:
    """A header, a pair or a comment of its own, with the comment behind it."""

    text: str
    kind: str
    first_row: int
    last_row: int
    key: str = ""
    path: tuple[str, ...] = ()
    comment: str = ""
    gap: bool = False


def format_toml(
    text: str,
    path: str,
    order: Mapping[str, Sequence[str]] | None = None,
    rewrite: Callable[[tuple[str, ...], str], str] | None = None,
) -> str:
    """The text, tidied. Raises InputError where it is not TOML; ``path`` names it then.

    ``order`` has, for a table such as ``topics`` in ``[topics.KEY]``, the order of its keys.
    ``rewrite`` may give a text value other words; without it no value changes.
    """
    document = parse(text, path)
    formatter = _Formatter(document.text, rewrite)
    try:
        lines = formatter.lines()
    except RecursionError:
        finding = Finding(path, 1, 1, "lists or tables are nested too deep to be tidied")
        raise InputError([finding]) from None
    tidy = _joined(_ordered(lines, order or {}))
    if rewrite is None and not _is_same(tomllib.loads(tidy), document.data):
        raise RuntimeError(f"{path}: tidying would have changed what it says")
    return tidy


class _Formatter:
    """Writes the syntax tree of one text anew."""

    def __init__(self, text: str, rewrite: Callable[[tuple[str, ...], str], str] | None) -> None:
        self._source = text.encode()
        self._rewrite = rewrite
        self._lines: list[_Line] = []

    def lines(self) -> list[_Line]:
        """All lines in their order."""
        root = Parser(Language(tree_sitter_toml.language())).parse(self._source).root_node
        self._body(root, ())
        return self._lines

    def _body(self, node: Node, table: tuple[str, ...]) -> None:
        for child in node.named_children:
            if child.type in _HEADERS:
                self._header(child)
            elif child.type == "comment":
                self._comment(child)
            elif child.type == "pair":
                key = self._key(child.named_children[0])
                text = self._pair(child, "", table)
                value = child.named_children[1]
                rows = child.start_point[0], value.end_point[0]
                self._add(_Line(text, "pair", *rows, key=key))
                for extra in child.named_children[2:]:
                    self._comment(extra)

    def _header(self, node: Node) -> None:
        key = next(child for child in node.named_children if child.type in _KEYS)
        written = self._key(key)
        text = f"[{written}]" if node.type == "table" else f"[[{written}]]"
        path = tuple(_names(written))
        self._add(_Line(text, "header", *_rows(key), key=written, path=path))
        self._body(node, path)

    def _comment(self, node: Node) -> None:
        text, row = self._raw(node).rstrip(), node.start_point[0]
        if self._lines and self._lines[-1].last_row == row:
            self._lines[-1].comment = text
        else:
            self._add(_Line(text, "comment", row, row))

    def _add(self, line: _Line) -> None:
        line.gap = bool(self._lines) and line.first_row > self._lines[-1].last_row + 1
        self._lines.append(line)

    def _pair(self, node: Node, indent: str, table: tuple[str, ...]) -> str:
        key = self._key(node.named_children[0])
        path = (*table, *_names(key))
        return f"{key} = {self._value(node.named_children[1], indent, path, len(key) + 3)}"

    def _key(self, node: Node) -> str:
        if node.type == "dotted_key":
            return ".".join(
                self._key(child) for child in node.named_children if child.type in _KEYS
            )
        return self._raw(node)

    def _value(self, node: Node, indent: str, path: tuple[str, ...], at: int) -> str:
        match node.type:
            case "string":
                return self._string(self._raw(node), path)
            case "array":
                return self._array(node, indent, path, at)
            case "inline_table":
                pairs = [
                    self._pair(child, indent, path)
                    for child in node.named_children
                    if child.type == "pair"
                ]
                return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
            case _:
                return self._raw(node)

    def _string(self, raw: str, path: tuple[str, ...]) -> str:
        if self._rewrite is not None and not raw.startswith(('"""', "'''")):
            said = str(tomllib.loads(f"x = {raw}")["x"])
            other = self._rewrite(path, said)
            if other != said:
                raw = quoted(other)
        if path and path[-1] in _AS_QUOTED:
            return raw
        if _SAME_IN_DOUBLE.fullmatch(raw):
            return f'"{raw[1:-1]}"'
        if _SAME_IN_SINGLE.fullmatch(raw):
            return "'" + raw[1:-1].replace('\\"', '"') + "'"
        return raw

    def _array(self, node: Node, indent: str, path: tuple[str, ...], at: int) -> str:
        children = node.named_children
        if not children:
            return "[]"
        inside = indent + _INDENT
        values = [self._value(child, inside, path, len(inside)) for child in children]
        is_flat = node.start_point[0] == node.end_point[0]
        if is_flat:
            short = f"[{', '.join(values)}]"
            if len(indent) + at + len(short) <= WIDTH:
                return short
            return "\n".join(["[", *_filled(values, inside), f"{indent}]"])
        return self._rows_of(node, values, inside, indent)

    def _rows_of(self, node: Node, values: Sequence[str], inside: str, indent: str) -> str:
        """The elements on the lines where they stand."""
        out = ["["]
        row, begun = node.start_point[0], False
        for child, value in zip(node.named_children, values, strict=True):
            same = child.start_point[0] == row and begun
            if child.type == "comment":
                comment = self._raw(child).rstrip()
                if child.start_point[0] == row:  # behind an element, or behind the bracket
                    out[-1] += _BEFORE_COMMENT + comment
                    begun = False
                else:
                    self._gap(out, child, row, begun=len(out) > 1)
                    out.append(inside + comment)
                    begun = False
            elif same:
                out[-1] += f" {value},"
            else:
                self._gap(out, child, row, begun=len(out) > 1)
                out.append(f"{inside}{value},")
                begun = True
            row = child.end_point[0]
        return "\n".join([*out, f"{indent}]"])

    @staticmethod
    def _gap(out: list[str], child: Node, row: int, *, begun: bool) -> None:
        if begun and child.start_point[0] > row + 1:
            out.append("")

    def _raw(self, node: Node) -> str:
        return self._source[node.start_byte : node.end_byte].decode()


def quoted(text: str) -> str:
    """A text as a TOML value on one line, in the quotes that need the fewest escapes."""
    if '"' in text and "'" not in text and not re.search(r"[\x00-\x1f\x7f]", text):
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found.group()):04X}", escaped)
    return f'"{escaped}"'


def _filled(values: Sequence[str], indent: str) -> list[str]:
    """The elements, as many on a line as fit."""
    lines: list[str] = []
    for value in values:
        if lines and "\n" not in value and len(lines[-1]) + len(value) + 2 <= WIDTH:
            lines[-1] += f" {value},"
        else:
            lines.append(f"{indent}{value},")
    return lines


def _rows(node: Node) -> tuple[int, int]:
    return node.start_point[0], node.end_point[0]


def _names(written: str) -> list[str]:
    """The names of a dotted key."""
    table = tomllib.loads(f"{written} = 0")
    names = []
    while isinstance(table, dict):
        name, table = next(iter(table.items()))
        names.append(name)
    return names


@dataclass(slots=True)
class _Group:
    """A pair with the comments above it: what moves together."""

    lines: list[_Line] = field(default_factory=list)


def _ordered(lines: list[_Line], order: Mapping[str, Sequence[str]]) -> list[_Line]:
    """The pairs of each table in the order of its keys, where nobody parted them into groups."""
    out: list[_Line] = []
    start = 0
    while start < len(lines):
        head = lines[start]
        out.append(head)
        end = start + 1
        while end < len(lines) and lines[end].kind != "header":
            end += 1
        body = lines[start + 1 : end]
        if head.kind == "header" and len(head.path) == 2:  # noqa: PLR2004 - [topics.KEY]
            body = _reordered(body, order.get(head.path[0], ()))
        out += body
        start = end
    return out


def _reordered(body: list[_Line], keys: Sequence[str]) -> list[_Line]:
    pairs = [index for index, line in enumerate(body) if line.kind == "pair"]
    if not pairs or not keys:
        return body
    moving, rest = body[: pairs[-1] + 1], body[pairs[-1] + 1 :]
    if any(line.gap for line in moving[1:]):
        return body
    groups = [_Group()]
    for line in moving:
        groups[-1].lines.append(line)
        if line.kind == "pair":
            groups.append(_Group())
    rank = {key: number for number, key in enumerate(keys)}
    gap, moving[0].gap = moving[0].gap, False
    groups.pop()
    groups.sort(key=lambda group: rank.get(_names(group.lines[-1].key)[0], len(rank)))
    ordered = [line for group in groups for line in group.lines]
    ordered[0].gap = gap
    return [*ordered, *rest]


def _joined(lines: Sequence[_Line]) -> str:
    """The lines with their blanks: one before each table, none behind its header."""
    gaps = [line.gap for line in lines]
    for index, line in enumerate(lines):
        if line.kind == "header":
            first = index
            while first > 0 and lines[first - 1].kind == "comment" and not gaps[first]:
                first -= 1
            gaps[first] = True
        elif line.kind == "pair" and index and lines[index - 1].kind == "header":
            gaps[index] = False
    out: list[str] = []
    for line, gap in zip(lines, gaps, strict=True):
        if gap and out:
            out.append("")
        out.append(line.text + (_BEFORE_COMMENT + line.comment if line.comment else ""))
    return "\n".join(out) + "\n" if out else ""


def _is_same(one: object, other: object) -> bool:
    """Equal in types too, and not a number is itself."""
    return repr(_sorted(one)) == repr(_sorted(other))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return [(key, _sorted(value[key])) for key in sorted(value)]
    return [_sorted(each) for each in value] if isinstance(value, list) else value
