"""A query as tests of leaves: from its tree to the few numbers that compiled code follows.

A plan is a tree of tests. ``anchors`` names tests of which one at least holds wherever the plan
does; the query is filed under those. ``program`` flattens a plan into jumps.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# The fields of an item, as bits.
TITLE, TEXT, TAGS, AGENCY, AUTHOR = 1, 2, 4, 8, 16
SEARCHED = TITLE | TEXT | TAGS
ANYWHERE = SEARCHED | AGENCY | AUTHOR

# Where a program ends; a jump has 13 bits.
MATCH, FAIL = 8190, 8191
_LONGEST = 8000
_JUMP_BITS = 13


class Presence(NamedTuple):
    """Whether the leaf is in one of the fields. ``sure``: never just perhaps."""

    leaf: int
    fields: int
    sure: bool


@dataclass(frozen=True, slots=True)
class All:
    """Each of them."""

    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One of them."""

    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class No:
    """Not this."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Perhaps:
    """What only the naive engine can tell; where it holds, so does one of ``needs``, if any."""

    needs: tuple[Presence, ...]


Plan: TypeAlias = Presence | All | Any | No | Perhaps | bool


def anchors(plan: Plan, cost: Callable[[Presence], float]) -> tuple[Presence, ...]:
    """The cheapest tests of which one at least must hold; none where there are no such."""
    match plan:
        case Presence():
            return (plan,)
        case Perhaps(needs):
            return needs
        case All(plans):
            best: tuple[Presence, ...] = ()
            least = inf
            for each in plans:
                tests = anchors(each, cost)
                price = cost(tests[0]) if len(tests) == 1 else sum(map(cost, tests))
                if tests and price < least:
                    best, least = tests, price
            return best
        case Any(plans):
            found = [anchors(each, cost) for each in plans]
            if not all(found):
                return ()
            return tuple(dict.fromkeys(test for tests in found for test in tests))
        case _:
            return ()


def given(plan: Plan, known: Presence) -> Plan:
    """What is left to ask where ``known`` holds; True for nothing."""
    match plan:
        case Presence():
            return True if plan == known else plan
        case All(plans):
            left = [part for each in plans if (part := given(each, known)) is not True]
            return False if False in left else joined(All, left, empty=True)
        case Any(plans):
            some = [part for each in plans if (part := given(each, known)) is not False]
            return True if True in some else joined(Any, some, empty=False)
        case No(inner):
            part = given(inner, known)
            return (not part) if isinstance(part, bool) else No(part)
        case _:
            return plan


def joined(kind: type[All | Any], plans: Sequence[Plan], *, empty: bool) -> Plan:
    """Each, or one, of some plans; of a single one itself; of none ``empty``."""
    if not plans:
        return empty
    return plans[0] if len(plans) == 1 else kind(tuple(plans))


def program(plan: Plan) -> list[int] | None:
    """The plan as instructions of two numbers; None for one that is too long.

    The first number is a leaf; the second has the fields in its low five bits, then where to go on
    if the leaf is there, and if not.
    """
    if isinstance(plan, Presence):  # as most are
        return [plan.leaf, plan.fields | MATCH << 5 | FAIL << 5 + _JUMP_BITS]
    writer = _Writer()
    writer.write(plan, _Label(MATCH), _Label(FAIL))
    return writer.finished() if len(writer.lines) <= _LONGEST else None


@dataclass(eq=False, slots=True)
class _Label:
    """A place in a program, known or not yet."""

    at: int = -1


class _Writer:
    def __init__(self) -> None:
        self.lines: list[tuple[int, int, _Label, _Label]] = []

    def write(self, plan: Plan, true: _Label, false: _Label) -> None:
        match plan:
            case Presence(leaf, fields, _):
                self.lines.append((leaf, fields, true, false))
            case No(inner):
                self.write(inner, false, true)
            case All(plans):
                self._chain(plans, lambda each, behind: self.write(each, behind, false), true)
            case Any(plans):
                self._chain(plans, lambda each, behind: self.write(each, true, behind), false)
            case _:  # perhaps: leaf 0 says so of everything
                self.lines.append((0, ANYWHERE, true, false))

    def _chain(
        self, plans: Iterable[Plan], write: Callable[[Plan, _Label], None], last: _Label
    ) -> None:
        *before, end = sorted(plans, key=_doubt)
        for each in before:
            behind = _Label()
            write(each, behind)
            behind.at = len(self.lines)
        write(end, last)

    def finished(self) -> list[int]:
        numbers = []
        for leaf, fields, true, false in self.lines:
            numbers += [leaf, fields | true.at << 5 | false.at << 5 + _JUMP_BITS]
        return numbers


def _doubt(plan: Plan) -> int:
    """What can be told for sure is asked first: it may spare the rest."""
    match plan:
        case Presence(_, _, sure):
            return 0 if sure else 1
        case All(plans) | Any(plans):
            return max(map(_doubt, plans))
        case No(inner):
            return _doubt(inner)
        case _:
            return 2
