"""A query's normal form: equal queries become equal trees, and impossible ones an error.

No AND directly in an AND nor OR in an OR, no NOT of a NOT or of an OR, nothing twice, and nothing
that its neighbour makes needless (``a OR (a b)`` is ``a``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import QueryError
from bot.matching.query.contradictions import check_possible
from bot.matching.query.tree import And, Field, Not, Or, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.matching.query.tree import Node


def all_of(parts: Iterable[Node], column: int) -> Node:
    """The parts as one node that is true when all are; QueryError where that can never be."""
    children = _needed(dict.fromkeys(each for part in parts for each in _conjuncts(part)), Or)
    check_possible(children, column)
    return children[0] if len(children) == 1 else And(tuple(children))


def any_of(options: Iterable[Node], column: int) -> Node:
    """The options as one node that is true when one is; QueryError where one only excludes."""
    each_once = dict.fromkeys(
        each
        for option in options
        for each in (option.children if isinstance(option, Or) else (option,))
    )
    asking = [asks_for_something(option) for option in each_once]
    if any(asking) and not all(asking):
        raise QueryError(
            "one side of this OR only excludes, so it would match nearly everything", column
        )
    children = _needed(each_once, And)
    return children[0] if len(children) == 1 else Or(tuple(children))


def none_of(node: Node) -> Node:
    """What is true when the node is not."""
    match node:
        case Not(child):
            return child
        case Or(children):
            parts = dict.fromkeys(each for child in children for each in _conjuncts(none_of(child)))
            return And(tuple(parts)) if len(parts) > 1 else next(iter(parts))
        case _:
            return Not(node)


def in_field(name: str, node: Node, column: int) -> Node:
    """``name:node``; QueryError where it says nothing."""
    if not asks_for_something(node):
        raise QueryError("this only excludes; write {right} instead", column, right=f"-{name}:…")
    if name == "lang" and isinstance(node, And):
        wanted = [child.written for child in node.children if isinstance(child, Value)]
        if len(wanted) > 1:
            raise QueryError(
                "nothing can match: an item has one language, not {languages}",
                column,
                f"lang:({' OR '.join(wanted)})",
                languages=tuple(wanted),
            )
    return Field(name, node)


def asks_for_something(node: Node) -> bool:
    """Whether every way to match has something that is found, not only things that are absent."""
    return _asserts(node, wanted=True)


def _asserts(node: Node, *, wanted: bool) -> bool:
    match node:
        case Not(child):
            return _asserts(child, wanted=not wanted)
        case Field(_, child):
            return _asserts(child, wanted=wanted)
        case And(children):
            results = (_asserts(child, wanted=wanted) for child in children)
            return any(results) if wanted else all(results)
        case Or(children):
            results = (_asserts(child, wanted=wanted) for child in children)
            return all(results) if wanted else any(results)
        case _:
            return wanted


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, And):
        yield from node.children
    else:
        yield node


def _needed(children: dict[Node, None], inner: type[And | Or]) -> list[Node]:
    """The children that no other makes needless, as ``a`` makes ``a b`` in an OR.

    In an OR these are ANDs, in an AND they are ORs: the ``inner`` kind.
    """
    branches = [set(child.children) for child in children if isinstance(child, inner)]
    if not branches:
        return list(children)
    return [
        child
        for child in children
        if not isinstance(child, inner)
        or (
            children.keys().isdisjoint(child.children)
            and not any(branch < set(child.children) for branch in branches)
        )
    ]
