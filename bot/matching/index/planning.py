"""From a query's tree to the tests of leaves that it asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bot.matching.index.plan import (
    AGENCY,
    ANYWHERE,
    AUTHOR,
    SEARCHED,
    TAGS,
    TEXT,
    TITLE,
    All,
    Any,
    No,
    Perhaps,
    Presence,
    anchors,
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
    from bot.matching.index.plan import Plan
    from bot.matching.query.tree import Leaf, Node

_FIELDS = {"title": TITLE, "text": TEXT, "tag": TAGS, "agency": AGENCY, "author": AUTHOR}
_WHOLE = frozenset({"title", "text"})


class Leaves(Protocol):
    """Numbers for leaves."""

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf that is made of words or is an entity; 0 for what words cannot tell."""

    def value(self, name: str, written: str) -> int:
        """The number of a value that ``lang:`` or ``source:`` may have."""

    def letters(self, leaf: Regex) -> Plan:
        """What letters must be there where the expression finds something; True where none is known."""

    def is_sure(self, number: int) -> bool:
        """Whether words alone tell that the leaf is there, sentence ends aside."""


def plan_of(node: Node, leaves: Leaves, fields: int = SEARCHED) -> Plan:
    """What the node asks of these fields."""
    if isinstance(node, Word | Phrase):  # as most are
        return _leaf(node, leaves, fields)
    match node:
        case And(children):
            return All(tuple(plan_of(child, leaves, fields) for child in children))
        case Or(children):
            return Any(tuple(plan_of(child, leaves, fields) for child in children))
        case Not(child):
            return No(plan_of(child, leaves, fields))
        case Field(name, child):
            return _in_field(name, child, leaves)
        case Weighted(threshold, terms):
            return Perhaps(_needs(_light(threshold, terms, leaves)))
        case WordList(_, words) if any(isinstance(word, EntityName | Regex) for word in words):
            return Any(tuple(plan_of(word, leaves, fields) for word in words))
        case Regex():
            needed = _within(leaves.letters(node), fields)
            return Perhaps(()) if needed is True else All((needed, Perhaps(())))
        case Time() | Value():
            return Perhaps(())
        case _:
            return _leaf(node, leaves, fields)


def _leaf(leaf: Leaf, leaves: Leaves, fields: int) -> Plan:
    number = leaves.number(leaf)
    return Presence(number, fields, leaves.is_sure(number)) if number else Perhaps(())


def _within(plan: Plan, fields: int) -> Plan:
    """The same tests, of these fields."""
    match plan:
        case Presence(leaf, _, sure):
            return Presence(leaf, fields, sure)
        case All(plans):
            return All(tuple(_within(each, fields) for each in plans))
        case Any(plans):
            return Any(tuple(_within(each, fields) for each in plans))
        case _:
            return plan


def _in_field(name: str, child: Node, leaves: Leaves) -> Plan:
    if name in {"lang", "source"}:
        return _values(name, child, leaves)
    inner = plan_of(child, leaves, _FIELDS[name])
    # A group has to be met by one tag, by one author.
    if name in _WHOLE or isinstance(inner, Presence):
        return inner
    return Perhaps(_needs(inner))


def _values(name: str, node: Node, leaves: Leaves) -> Plan:
    match node:
        case Value(written):
            return Presence(leaves.value(name, written), ANYWHERE, sure=True)
        case And(children):
            return All(tuple(_values(name, child, leaves) for child in children))
        case Or(children):
            return Any(tuple(_values(name, child, leaves) for child in children))
        case Not(child):
            return No(_values(name, child, leaves))
        case _:
            return Perhaps(())


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
    return Any(tuple(needed))


def _needs(plan: Plan) -> tuple[Presence, ...]:
    return anchors(plan, lambda _: 1.0)
