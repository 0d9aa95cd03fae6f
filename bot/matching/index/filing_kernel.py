"""Filing a query under the rarest leaves that it needs, compiled: from its plan to its entries.

The nodes of a plan stand before those below them. So one pass from the last to the first tells of each
node what those below it come to, and one from the first to the last hands down where to go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bot.matching.index.compiling import njit
from bot.matching.index.entry_kernel import BEHIND, FIELDS_SHIFT, shorten, size_of
from bot.matching.index.plan import (
    ALL,
    ANYWHERE,
    FAIL,
    JUMP_BITS,
    LEAF,
    MATCH,
    NO,
    PERHAPS,
    SIZE,
    WHAT,
)
from bot.matching.index.ring_kernel import FIRST, LENGTH, ROOM

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What is known of a leaf: twice how common it is, and one more where words alone tell that it is there.
SURE, COMMON_SHIFT = 1, 1
# A query under a common leaf is looked at in vain; so are those behind it in the same list.
_COMMON = 64
_DEAR = 1 << 60  # what no test stands for
_LONGEST = 8000  # instructions of a program

# In a plan's WHAT: the query is filed under this test; the fields are in the bits below.
_ANCHOR, _FIELDS = 1 << 8, (1 << 8) - 1
# What is worked out of each node: the cost of its anchors; what is left of it where one of them is
# there, in how many instructions, and how doubtful; where those begin, and where they go on.
_COST, _LEFT, _LINES, _DOUBT, _START, _THEN, _ELSE = range(7)
_COLUMNS = 7
_FALSE, _TRUE, _KEPT = range(3)
_CERTAIN, _UNCERTAIN, _OUTSIDE = range(3)  # doubts


@njit(nogil=True, cache=True)
def file(
    query: int,
    plan: NDArray[np.int64],
    about: NDArray[np.int32],
    lists: NDArray[np.int32],
    entries: NDArray[np.int32],
    end: int,
    begin: int,
) -> tuple[int, int, int]:
    """Adds the entries of a query; the end of all entries, and with how much room to go on where.

    ``begin`` is 0, or where to go on in the same plan: a row of three numbers for each node. At the end
    that is -1. Anchors are marked in the plan.
    """
    rows = len(plan)
    nodes = np.empty((rows, _COLUMNS), np.int64)
    if begin == 0:
        _appraise(plan, about, lists, nodes)
        _choose(plan, nodes)
    count = 0
    for at in range(rows):
        count += plan[at, WHAT] >= _ANCHOR
    for at in range(begin, rows if count else 1):
        if count and plan[at, WHAT] < _ANCHOR:
            continue
        leaf, fields = (plan[at, LEAF], plan[at, WHAT] & _FIELDS) if count else (0, 0)
        left = _leave(plan, leaf, fields, about, nodes)
        if left == _FALSE:
            continue
        lines = nodes[0, _LINES] if left == _KEPT else 0
        if lines > _LONGEST:
            lines = 1
        written = np.empty(2 + 2 * lines, np.int32)
        written[0], written[1] = query, lines | fields << FIELDS_SHIFT
        if left == _KEPT:
            _write(plan, nodes, written, 2)
        size = shorten(written, 0)
        there = lists[leaf, LENGTH]
        if there + size > lists[leaf, ROOM]:
            room = size if there == 0 else 2 * there + size
            if end + room + BEHIND > len(entries):
                return end, at, room + BEHIND
            old = lists[leaf, FIRST]
            entries[end : end + there] = entries[old : old + there]
            lists[leaf, FIRST], lists[leaf, ROOM] = end, room
            end += room
        place = lists[leaf, FIRST] + there
        lists[leaf, LENGTH] = there + size
        entries[place : place + size] = written[:size]
    return end, -1, 0


@njit(nogil=True, cache=True)
def _appraise(
    plan: NDArray[np.int64],
    about: NDArray[np.int32],
    lists: NDArray[np.int32],
    nodes: NDArray[np.int64],
) -> None:
    """How many queries would be looked at in vain under the anchors of each node."""
    for at in range(len(plan) - 1, -1, -1):
        what, child, end = plan[at, WHAT], at + 1, at + plan[at, SIZE]
        if what >= 0:
            leaf = plan[at, LEAF]
            cost = np.int64(about[leaf] >> COMMON_SHIFT) * _COMMON + lists[leaf, LENGTH]
        else:
            cost = _DEAR if what in (ALL, NO) or child == end else 0
        while child < end and what != NO:
            each = nodes[child, _COST]
            cost = min(cost, each) if what == ALL else min(cost + each, _DEAR)
            child += plan[child, SIZE]
        nodes[at, _COST] = cost


@njit(nogil=True, cache=True)
def _choose(plan: NDArray[np.int64], nodes: NDArray[np.int64]) -> None:
    """Marks the cheapest tests of which one at least must hold, if there are such."""
    nodes[:, _START] = 0
    nodes[0, _START] = nodes[0, _COST] < _DEAR
    for at in range(len(plan)):
        if not nodes[at, _START]:
            continue
        what, child, end = plan[at, WHAT], at + 1, at + plan[at, SIZE]
        if what >= 0 and not _is_chosen(plan, at):
            plan[at, WHAT] |= _ANCHOR
        while child < end:
            if what != ALL or nodes[child, _COST] == nodes[at, _COST]:
                nodes[child, _START] = 1
                if what == ALL:
                    break
            child += plan[child, SIZE]


@njit(nogil=True, cache=True)
def _is_chosen(plan: NDArray[np.int64], at: int) -> bool:
    """Whether an earlier node is marked that is the same test."""
    marked = plan[at, WHAT] | _ANCHOR
    for each in range(at):
        if plan[each, WHAT] == marked and plan[each, LEAF] == plan[at, LEAF]:
            return True
    return False


@njit(nogil=True, cache=True)
def _leave(
    plan: NDArray[np.int64],
    leaf: int,
    fields: int,
    about: NDArray[np.int32],
    nodes: NDArray[np.int64],
) -> int:
    """What is left to ask of each node where a leaf is known to be there; of the first."""
    for at in range(len(plan) - 1, -1, -1):
        what, child, end = plan[at, WHAT], at + 1, at + plan[at, SIZE]
        left, lines, doubt = _KEPT, 1, _OUTSIDE
        if what >= 0:
            asked = plan[at, LEAF]
            doubt = _CERTAIN if about[asked] & SURE else _UNCERTAIN
            if asked == leaf and what & _FIELDS == fields:
                left = _TRUE
        elif what == NO:
            left, lines, doubt = nodes[child, _LEFT], nodes[child, _LINES], nodes[child, _DOUBT]
            if left != _KEPT:
                left = _FALSE if left == _TRUE else _TRUE
        elif what != PERHAPS:
            # One that is false makes an ALL false, one that is true an ANY true.
            decides, idle = (_FALSE, _TRUE) if what == ALL else (_TRUE, _FALSE)
            left, lines, doubt = idle, 0, _CERTAIN
            while child < end:
                each = nodes[child, _LEFT]
                if each == decides:
                    left = decides
                elif each == _KEPT:
                    if left == idle:
                        left = _KEPT
                    lines += nodes[child, _LINES]
                    doubt = max(doubt, nodes[child, _DOUBT])
                child += plan[child, SIZE]
        nodes[at, _LEFT], nodes[at, _LINES], nodes[at, _DOUBT] = left, lines, doubt
    whole: int = nodes[0, _LEFT]
    return whole


@njit(nogil=True, cache=True)
def _write(
    plan: NDArray[np.int64], nodes: NDArray[np.int64], entries: NDArray[np.int32], place: int
) -> None:
    """Writes what is left of a plan as instructions of two numbers.

    The first number is a leaf; the second has the fields in its low five bits, then where to go on
    if the leaf is there, and if not. What can be told for sure is asked first: it may spare the rest.
    """
    if nodes[0, _LINES] > _LONGEST:
        _put(entries, place, 0, ANYWHERE, MATCH, FAIL)
        return
    nodes[:, _START] = -1
    nodes[0, _START], nodes[0, _THEN], nodes[0, _ELSE] = 0, MATCH, FAIL
    for at in range(len(plan)):
        start, then, other = nodes[at, _START], nodes[at, _THEN], nodes[at, _ELSE]
        if start < 0:
            continue
        what = plan[at, WHAT]
        if what >= 0:
            _put(entries, place + 2 * start, plan[at, LEAF], what & _FIELDS, then, other)
        elif what == PERHAPS:  # leaf 0 says so of everything
            _put(entries, place + 2 * start, 0, ANYWHERE, then, other)
        elif what == NO:
            nodes[at + 1, _START] = start
            nodes[at + 1, _THEN], nodes[at + 1, _ELSE] = other, then
        else:
            last = start + nodes[at, _LINES]
            for doubt in range(_OUTSIDE + 1):
                child = at + 1
                while child < at + plan[at, SIZE]:
                    if nodes[child, _LEFT] == _KEPT and nodes[child, _DOUBT] == doubt:
                        nodes[child, _START] = start
                        start += nodes[child, _LINES]
                        nodes[child, _THEN], nodes[child, _ELSE] = then, other
                        if start < last:  # go on with the next
                            nodes[child, _THEN if what == ALL else _ELSE] = start
                    child += plan[child, SIZE]


@njit(nogil=True, cache=True)
def _put(
    entries: NDArray[np.int32], place: int, leaf: int, fields: int, then: int, other: int
) -> None:
    entries[place] = leaf
    entries[place + 1] = fields | then << 5 | other << 5 + JUMP_BITS


@njit(nogil=True, cache=True)
def sweep(
    lists: NDArray[np.int32],
    entries: NDArray[np.int32],
    alive: NDArray[np.uint8],
    numbers: NDArray[np.int32],
    swept: NDArray[np.int32],
) -> int:
    """Copies the entries of living queries, under their new numbers, to ``swept``; their end.

    ``lists`` tell then where they are there.
    """
    end = 0
    for leaf in range(len(lists)):
        place = lists[leaf, FIRST]
        stop = place + lists[leaf, LENGTH]
        begin = end
        while place < stop:
            query = entries[place]
            size = size_of(query, entries[place + 1])
            number = ~query if query < 0 else query
            if alive[number]:
                swept[end] = ~numbers[number] if query < 0 else numbers[number]
                for index in range(1, size):
                    swept[end + index] = entries[place + index]
                end += size
            place += size
        lists[leaf, FIRST] = begin
        lists[leaf, LENGTH] = lists[leaf, ROOM] = end - begin
    return end
