"""What nothing could ever match: parts that are all asked for and never true together."""

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
from bot.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from bot.matching.query.tree import Node


def check_possible(children: Sequence[Node], column: int) -> None:
    """Raise QueryError where children that are all asked for can never be true together."""
    _check_exclusions(children, column)
    _check_languages(children, column)
    _check_times(children, column)


def _check_exclusions(children: Sequence[Node], column: int) -> None:
    excluded = {
        node for child in children if isinstance(child, Not) for node in _covered(child.child)
    }
    if not excluded:
        return
    for child in children:
        if (culprit := _excluded_part(child, excluded)) is not None:
            raise QueryError(
                "nothing can match: “{part}” is both asked for and excluded",
                column,
                part=_name(culprit),
            )


def _covered(node: Node) -> Iterator[Node]:
    """What an item certainly lacks when it lacks the node: the node, and what would make it true."""
    yield node
    match node:
        case Field(name, Or(children)):
            for child in children:
                yield Field(name, child)
        case WordList(_, words):
            yield from words
        case _:
            pass


def _excluded_part(node: Node, excluded: Container[Node]) -> Node | None:
    """What of the node is excluded, where all the ways in which it could be true are."""
    match node:
        case Or(children):
            culprits = [_excluded_part(child, excluded) for child in children]
            return culprits[0] if all(culprits) else None
        case And(children):
            culprits = [_excluded_part(child, excluded) for child in children]
            return next((culprit for culprit in culprits if culprit), None)
        case _:
            return next((each for each in _implied(node) if each in excluded), None)


def _implied(node: Node) -> Iterator[Node]:
    """What an item certainly has when the node is true of it, the node itself first."""
    yield node
    match node:
        case Field("title" | "text" | "tag" as name, child):
            for part in child.children if isinstance(child, And) else (child,):
                for each in _implied(part):
                    yield each
                    yield Field(name, each)
        case Exact(written, words):
            yield Phrase(written, words)
            yield Word(written, words)
        case Phrase(written, words):
            yield Word(written, words)
        case _:
            pass


def _check_languages(children: Sequence[Node], column: int) -> None:
    wanted = {
        child.child.written
        for child in children
        if isinstance(child, Field) and child.name == "lang" and isinstance(child.child, Value)
    }
    if len(wanted) > 1:
        languages = sorted(wanted)
        raise QueryError(
            "nothing can match: an item has one language, not {languages}",
            column,
            f"lang:({' OR '.join(languages)})",
            languages=tuple(languages),
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
                    "nothing can match: {since} is not earlier than {before}",
                    column,
                    since=f"since:{since.written}",
                    before=f"before:{before.written}",
                )


def _name(node: Node) -> str | Wording:
    """How a message calls the node."""
    match node:
        case Word() | Phrase() | Near() | Prefix() | Exact() | EntityName() | WordList():
            return node.term
        case Field(name, child) if not isinstance(child, And | Or | Not | Field | Weighted):
            part = _name(child)
            return f"{name}:{part}" if isinstance(part, str) else part
        case _:
            return Wording("the same thing")
