"""A tree as text again, in one canonical way: parsing what is printed gives an equal tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.matching.query.tree import (
    And,
    Exact,
    Field,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Regex,
    Time,
    Value,
    Weighted,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.matching.query.tree import Node

_PLAIN_VALUE = re.compile(r"(?!(?:OR|AND|NOT)$)\w[\w.-]*")


def print_tree(node: Node) -> str:
    """The canonical text of a tree; its words are spelt as they were written."""
    return _print(node, _written)


def identity(node: Node) -> str:
    """What the node means, as a text: equal for equal nodes, different for different ones."""
    return _print(node, _meant)


def _print(node: Node, spell: Callable[[Node], str]) -> str:
    match node:
        case And(children):
            return " ".join(
                f"({_print(child, spell)})" if isinstance(child, Or) else _print(child, spell)
                for child in _ordered(children)
            )
        case Or(children):
            return " OR ".join(_print(child, spell) for child in _ordered(children))
        case Not(child):
            return f"-{_single(child, spell)}"
        case Field(name, child):
            return f"{name}:{_single(child, spell)}"
        case _:
            return spell(node)


def _ordered(children: Iterable[Node]) -> list[Node]:
    """What is asked for, then what is excluded; each by what it means, not by how it is spelt."""
    return sorted(children, key=lambda node: (isinstance(node, Not), identity(node)))


def _single(node: Node, spell: Callable[[Node], str]) -> str:
    text = _print(node, spell)
    return f"({text})" if isinstance(node, And | Or | Not) else text


def _written(node: Node) -> str:
    match node:
        case Phrase(written):
            return f'"{written}"'
        case Value(written):
            return written if _PLAIN_VALUE.fullmatch(written) else f'"{written}"'
        case Time(start, written):
            return f"{'since' if start else 'before'}:{written}"
        case Weighted(threshold, terms):
            weights = ", ".join(f"{term} = {weight:g}" for term, _, weight in terms)
            return f"{{{weights}}} >= {threshold:g}"
        case And() | Or() | Not() | Field():
            return print_tree(node)
        case _:
            return node.term


def _meant(node: Node) -> str:
    match node:
        case Word(_, words):
            return "-".join(words)
        case Phrase(_, words):
            return f'"{" ".join(words)}"'
        case Near(_, words, distance):
            return f'"{" ".join(words)}"~{distance}'
        case Prefix(_, words):
            return f"{'-'.join(words)}*"
        case Exact(_, _, surfaces):
            return f"={' '.join(surfaces)}"
        case Time(start, _, moment, ago):
            return f"{'since' if start else 'before'}:{moment or ago}"
        case Regex(pattern):
            return f"/{pattern}/"
        case _:
            return _written(node)
