"""A tree as text again, in one canonical way: parsing what is printed gives the same tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.matching.query.tree import And, Field, Not, Or, Phrase, Time, Value, Weighted

if TYPE_CHECKING:
    from bot.matching.query.tree import Node

_PLAIN_VALUE = re.compile(r"(?!(?:OR|AND|NOT)$)\w[\w.-]*")


def print_tree(node: Node) -> str:
    """The canonical text of a tree."""
    match node:
        case And(children):
            return " ".join(_within_and(child) for child in children)
        case Or(children):
            return " OR ".join(print_tree(child) for child in children)
        case Not(child):
            return f"-{_single(child)}"
        case Field(name, child):
            return f"{name}:{_single(child)}"
        case Time(start, written):
            return f"{'since' if start else 'before'}:{written}"
        case Phrase(written):
            return f'"{written}"'
        case Value(written):
            return written if _PLAIN_VALUE.fullmatch(written) else f'"{written}"'
        case Weighted(threshold, terms):
            weights = ", ".join(f"{term} = {weight:g}" for term, _, weight in terms)
            return f"{{{weights}}} >= {threshold:g}"
        case _:
            return node.term


def _within_and(node: Node) -> str:
    return f"({print_tree(node)})" if isinstance(node, Or) else print_tree(node)


def _single(node: Node) -> str:
    return f"({print_tree(node)})" if isinstance(node, And | Or | Not) else print_tree(node)
