"""Queries that say nothing, or that nothing could match, are told apart from the others here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import QueryError
from bot.matching.query.tree import (
    And,
    EntityName,
    Exact,
    Field,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Time,
    Value,
    Weighted,
    Word,
    WordList,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from bot.matching.query.tree import Node


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
            results = [_asserts(child, wanted=wanted) for child in children]
            return any(results) if wanted else all(results)
        case Or(children):
            results = [_asserts(child, wanted=wanted) for child in children]
            return all(results) if wanted else any(results)
        case _:
            return wanted


def check_possible(children: Sequence[Node], column: int) -> None:
    """Raise QueryError where parts that are all asked for can never be true together."""
    _check_exclusions(children, column)
    _check_languages(children, column)
    _check_times(children, column)


def _check_exclusions(children: Sequence[Node], column: int) -> None:
    excluded: dict[Hashable, str] = {}
    for child in children:
        if isinstance(child, Not):
            options = child.child.children if isinstance(child.child, Or) else (child.child,)
            excluded.update((_meaning(option), _name(option)) for option in options)
    for child in children:
        for meaning in _implied(child):
            if meaning in excluded:
                raise QueryError(
                    f"nothing can match: “{excluded[meaning]}” is both asked for and excluded",
                    column,
                )


def _check_languages(children: Sequence[Node], column: int) -> None:
    wanted = {
        child.child.written
        for child in children
        if isinstance(child, Field) and child.name == "lang" and isinstance(child.child, Value)
    }
    if len(wanted) > 1:
        languages = sorted(wanted)
        raise QueryError(
            f"nothing can match: an item has one language, not {' and '.join(languages)}",
            column,
            f"lang:({' OR '.join(languages)})",
        )


def _check_times(children: Sequence[Node], column: int) -> None:
    """Ages compare with ages and dates with dates: a mixture depends on when it is asked."""
    times = [child for child in children if isinstance(child, Time)]
    for since in times:
        for before in times:
            if not since.start or before.start:
                continue
            dates = (since.moment, before.moment)
            ages = (since.ago, before.ago)
            if (dates[0] and dates[1] and dates[0] >= dates[1]) or (
                ages[0] is not None and ages[1] is not None and ages[0] <= ages[1]
            ):
                raise QueryError(
                    f"nothing can match: since:{since.written} is not earlier than "
                    f"before:{before.written}",
                    column,
                )


def _implied(node: Node) -> list[Hashable]:
    """What an item certainly has when the node is true of it."""
    meanings = [_meaning(node)]
    match node:
        case Field("title" | "text" | "tag", child):
            meanings += _implied(child)
        case Phrase(_, words) | Exact(_, words) if len(words) == 1:
            meanings.append(("word", words))
        case _:
            pass
    return meanings


def _meaning(node: Node) -> Hashable:
    """Equal for nodes that are true of the same items however they are written."""
    match node:
        case Word(_, words):
            return ("word" if len(words) == 1 else "phrase", words)
        case Phrase(_, words):
            return ("phrase", words)
        case Near(_, words, distance):
            return ("near", tuple(sorted(words)), distance)
        case Prefix(_, words):
            return ("prefix", words)
        case Exact(_, _, surfaces):
            return ("exact", surfaces)
        case Field(name, child):
            return ("field", name, _meaning(child))
        case And(children) | Or(children):
            return (type(node).__name__, frozenset(_meaning(child) for child in children))
        case _:
            return node


def _name(node: Node) -> str:
    """How a message calls the node."""
    match node:
        case Word() | Phrase() | Near() | Prefix() | Exact() | EntityName() | WordList():
            return node.term
        case Field(name, child) if not isinstance(child, And | Or | Not | Field | Weighted):
            return f"{name}:{_name(child)}"
        case _:
            return "the same thing"
