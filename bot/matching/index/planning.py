"""From a query's tree to the tests of leaves that it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.matching.index.plan import (
    AGENCY,
    ALL,
    ANY,
    ANYWHERE,
    AUTHOR,
    NO,
    PERHAPS,
    SEARCHED,
    SIZE,
    TAGS,
    TEXT,
    TITLE,
    WIDTH,
    anchors,
    node,
    within,
)
from bot.matching.query.tree import (
    And,
    EntityName,
    Field,
    Not,
    Or,
    Phrase,
    Regex,
    Time,
    Value,
    Weighted,
    Word,
    WordList,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.matching.index.plan import Plan
    from bot.matching.query.tree import Leaf, Node

_FIELDS = {"title": TITLE, "text": TEXT, "tag": TAGS, "agency": AGENCY, "author": AUTHOR}
_WHOLE = frozenset({"title", "text"})
_PERHAPS = (PERHAPS, 0, 1)


class Leaves(Protocol):
    """Numbers for leaves."""

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf that is made of words or is an entity; 0 for what words cannot tell."""

    def value(self, name: str, written: str) -> int:
        """The number of a value that ``lang:`` or ``source:`` may have."""

    def letters(self, leaf: Regex) -> Plan | None:
        """What letters must be there where the expression finds something; None where none is known."""


def plan_of(tree: Node, leaves: Leaves, fields: int = SEARCHED) -> list[int]:
    """What the tree asks of these fields."""
    out: list[int] = []
    _plan(tree, leaves, fields, out)
    return out


def _plan(tree: Node, leaves: Leaves, fields: int, out: list[int]) -> None:
    """Adds a node to a plan; the most frequent ones are asked for first."""
    kind = type(tree)
    if kind is Word or kind is Phrase:
        number = leaves.number(tree)  # type: ignore[arg-type] # as its type has just told
        out += (fields, number, 1) if number else _PERHAPS
        return
    match tree:
        case And(children):
            _join(ALL, children, leaves, fields, out)
        case Or(children):
            _join(ANY, children, leaves, fields, out)
        case Not(child):
            _join(NO, (child,), leaves, fields, out)
        case Field(name, child):
            out += _in_field(name, child, leaves)
        case Weighted(threshold, terms):
            out += _perhaps(_light(threshold, terms, leaves))
        case WordList(_, words) if any(isinstance(word, EntityName | Regex) for word in words):
            _join(ANY, words, leaves, fields, out)
        case Regex():
            needed = leaves.letters(tree)
            out += _PERHAPS if needed is None else node(ALL, (within(needed, fields), _PERHAPS))
        case Time() | Value():
            out += _PERHAPS
        case _:
            number = leaves.number(tree)
            out += (fields, number, 1) if number else _PERHAPS


def _join(kind: int, children: Iterable[Node], leaves: Leaves, fields: int, out: list[int]) -> None:
    at = len(out)
    out += (kind, 0, 1)
    for child in children:
        _plan(child, leaves, fields, out)
    out[at + SIZE] = (len(out) - at) // WIDTH


def _in_field(name: str, child: Node, leaves: Leaves) -> Plan:
    if name in {"lang", "source"}:
        return _values(name, child, leaves)
    inner = plan_of(child, leaves, _FIELDS[name])
    # A group has to be met by one tag, by one author.
    if name in _WHOLE or inner[0] >= 0:
        return inner
    return _perhaps(inner)


def _values(name: str, tree: Node, leaves: Leaves) -> Plan:
    match tree:
        case Value(written):
            return (ANYWHERE, leaves.value(name, written), 1)
        case And(children):
            return node(ALL, [_values(name, child, leaves) for child in children])
        case Or(children):
            return node(ANY, [_values(name, child, leaves) for child in children])
        case Not(child):
            return node(NO, [_values(name, child, leaves)])
        case _:
            return _PERHAPS


def _light(threshold: float, terms: tuple[tuple[str, Node, float], ...], leaves: Leaves) -> Plan:
    """The words without which the others are too light, the heaviest first."""
    weights = sorted((term for term in terms if term[2] > 0), key=lambda term: -term[2])
    left = sum(weight for _, _, weight in weights)
    needed = []
    for _, leaf, weight in weights:
        if left < threshold:
            break
        needed.append(plan_of(leaf, leaves))
        left -= weight
    return node(ANY, needed)


def _perhaps(needed: Plan) -> Plan:
    """What the naive engine is asked where this may hold."""
    return node(PERHAPS, anchors(needed, lambda _: 1.0))
