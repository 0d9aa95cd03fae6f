"""A query as tests of leaves, in one row of numbers, as compiled code takes it.

A plan lists its nodes, each before those below it, with three numbers for each:

- what it is: ``ALL``, ``ANY``, ``NO`` or ``PERHAPS``; of a test, in which fields (bits) the leaf must be;
- the leaf that is tested, else 0;
- its size: how many nodes it is, with those below it.

``PERHAPS`` is what only the naive engine can tell; where it holds, so does one of the tests below it, if
there are any. ``filing_kernel`` reads a plan; ``anchors`` is for who does without compiled code.
"""

from __future__ import annotations

from itertools import chain
from math import inf
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# The fields of an item, as bits.
TITLE, TEXT, TAGS, AGENCY, AUTHOR = 1, 2, 4, 8, 16
SEARCHED = TITLE | TEXT | TAGS
ANYWHERE = SEARCHED | AGENCY | AUTHOR

# What a node is, if not a test.
ALL, ANY, NO, PERHAPS = -1, -2, -3, -4
# The numbers of a node.
WHAT, LEAF, SIZE = range(3)
WIDTH = 3

# Where the instructions end that a plan is made into; a jump has 13 bits.
MATCH, FAIL = 8190, 8191
JUMP_BITS = 13

Plan: TypeAlias = "Sequence[int]"
# The same, that never changes; or of a single test.
Test: TypeAlias = "tuple[int, ...]"


def presence(leaf: int, fields: int = SEARCHED) -> Test:
    """Whether the leaf is in one of the fields."""
    return (fields, leaf, 1)


def node(kind: int, below: Sequence[Plan]) -> Test:
    """A node with those below it."""
    size = 1 + sum(map(len, below)) // WIDTH
    return (kind, 0, size, *chain.from_iterable(below))


def joined(kind: int, plans: Sequence[Test]) -> Test:
    """All, or any, of some plans; a single one stands for itself."""
    return plans[0] if len(plans) == 1 else node(kind, plans)


def within(plan: Plan, fields: int) -> Plan:
    """The same tests, of these fields."""
    return [
        fields if place % WIDTH == WHAT and number >= 0 else number
        for place, number in enumerate(plan)
    ]


def anchors(plan: Plan, cost: Callable[[int], float]) -> tuple[Test, ...]:
    """The cheapest tests of which one at least must hold; none where there are no such.

    ``cost`` is that of a leaf.
    """
    return _anchors(plan, 0, cost)


def _anchors(plan: Plan, at: int, cost: Callable[[int], float]) -> tuple[Test, ...]:
    what = plan[at]
    if what >= 0:
        return ((what, plan[at + LEAF], 1),)
    if what == NO:
        return ()
    found = [_anchors(plan, child, cost) for child in _children(plan, at)]
    if what == ALL:
        best: tuple[Test, ...] = ()
        least = inf
        for tests in found:
            price = sum(cost(test[LEAF]) for test in tests)
            if tests and price < least:
                best, least = tests, price
        return best
    return tuple(dict.fromkeys(chain.from_iterable(found))) if all(found) else ()


def _children(plan: Plan, at: int) -> Iterator[int]:
    """Where the nodes directly below one begin."""
    child, end = at + WIDTH, at + plan[at + SIZE] * WIDTH
    while child < end:
        yield child
        child += plan[child + SIZE] * WIDTH
