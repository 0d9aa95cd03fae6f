"""From the leaves that are in a text to the queries that they ring, compiled.

What an entry of a list looks like is in ``entry_kernel.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import uint64

from bot.matching.index.collect_kernel import PERHAPS_SHIFT
from bot.matching.index.compiling import njit
from bot.matching.index.entry_kernel import (
    ELSE_SHIFT,
    FIELDS,
    FIELDS_SHIFT,
    JUMP,
    SHORT,
    STEPS,
    TABLE_SHIFT,
    THEN_SHIFT,
    Number,
    bit_at,
    told,
)
from bot.matching.index.plan import FAIL, MATCH, SEARCHED
from bot.matching.index.pointers import fetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The columns of a leaf's list.
FIRST, LENGTH, ROOM = range(3)

# How many leaves before its turn a list is fetched, and where it begins.
_SOON, _LATER = 4, 10
_FETCHED = 512


class Filed(NamedTuple):
    """Queries by leaf: of leaf i, LENGTH numbers of ``entries`` from FIRST on, as ``lists[i]`` says."""

    lists: NDArray[np.int32]
    entries: NDArray[np.int32]
    alive: NDArray[np.uint8]


@njit(nogil=True, cache=True)
def ring(
    touched: NDArray[np.int32],
    count: int,
    seen: NDArray[np.uint16],
    filed: Filed,
    near: NDArray[np.uint64],
    rung: NDArray[np.int32],
) -> Number:
    """The queries that match: twice their numbers, and one more where the outside has to be asked.

    Their count, where some may be twice; or minus one, with ``seen`` left as it is, where ``rung`` has not twice
    the room for them. ``near`` is room for a bit for each leaf, and is clean again at the end, as ``seen`` is.

    Numbers are unsigned wherever they are a place: a signed one is asked each time whether it counts
    from the end, which made the loop half as long again.
    """
    lists, entries, alive = filed.lists, filed.entries, filed.alive
    room = len(rung) // 2
    found: Number = uint64(0)
    for index in range(min(count, _LATER)):
        fetch(lists, uint64(touched[index]))
    doubt = _note(touched, count, seen, near)
    full = False
    for index in range(count):
        if index + _LATER < count:
            fetch(lists, uint64(touched[index + _LATER]))
        if index + _SOON < count and touched[index + _SOON] < len(lists):
            soon = uint64(touched[index + _SOON])
            line: Number = uint64(lists[soon, FIRST])
            last = line + uint64(min(lists[soon, LENGTH], _FETCHED))
            while line < last:
                fetch(entries, line)
                line += uint64(16)
        leaf = uint64(touched[index])
        if leaf >= uint64(len(lists)):
            continue  # nothing was ever filed under it
        at: Number = uint64(lists[leaf, FIRST])
        end = at + uint64(lists[leaf, LENGTH])
        if found + end - at >= uint64(room):
            full = True
            break
        bits: Number = np.int64(seen[leaf])
        if doubt or not bits & SEARCHED:
            found = _ring_carefully(leaf, bits, at, end, seen, entries, rung, found)
            continue
        while at < end:
            query: Number = np.int64(entries[at])
            header: Number = np.int64(entries[at + uint64(1)])
            bare = query >> 63  # all bits or none
            if not (header & SHORT | bare):
                begin = at + uint64(2)
                at = begin + uint64(2 * (header & STEPS))
                result = _follow(entries, begin, header, bits, seen)
                rung[found] = 2 * query + (result >> 1)
                found += uint64(result != 0)
                continue
            there = (
                bit_at(near, entries[at + uint64(2)])
                | bit_at(near, entries[at + uint64(3)]) << uint64(1)
                | bit_at(near, entries[at + uint64(4)]) << uint64(2)
            )
            rung[found] = 2 * (query ^ bare)
            found += (uint64(header >> TABLE_SHIFT | bare) >> there) & uint64(1)
            at += uint64(1 + (1 + (header & STEPS) & ~bare))
    for index in range(count):
        near[uint64(touched[index]) >> uint64(6)] = 0
    if full:
        return -1
    for index in range(count):
        seen[touched[index]] = 0
    # Few get so far: what is known of the query itself is asked last.
    left: Number = uint64(0)
    for index in range(found):
        number = rung[uint64(index)]
        rung[left] = number
        left += uint64(alive[uint64(number >> 1)])
    return np.int64(left)


@njit(nogil=True, cache=True, forceinline=True)
def _note(
    touched: NDArray[np.int32], count: int, seen: NDArray[np.uint16], near: NDArray[np.uint64]
) -> bool:
    """Sets the bits of the leaves that are surely there; whether one is only perhaps."""
    doubt = False
    for index in range(count):
        leaf = uint64(touched[index])
        bits = seen[leaf]
        if bits & SEARCHED:
            near[leaf >> uint64(6)] |= uint64(1) << (leaf & uint64(63))
        elif leaf and bits >> PERHAPS_SHIFT & SEARCHED:
            doubt = True
    return doubt


@njit(nogil=True, cache=True)
def _ring_carefully(
    leaf: Number,
    bits: int,
    at: Number,
    end: Number,
    seen: NDArray[np.uint16],
    entries: NDArray[np.int32],
    rung: NDArray[np.int32],
    found: Number,
) -> Number:
    """The same for one list, where a leaf is only perhaps there, or only in fields that are not searched."""
    # Under leaf 0 is what needs no leaf.
    sure = not leaf or bits & SEARCHED != 0
    perhaps = bits >> PERHAPS_SHIFT & SEARCHED != 0
    while at < end:
        query: Number = np.int64(entries[at])
        header: Number = np.int64(entries[at + uint64(1)])
        begin = at + uint64(2)
        if query < 0:
            query = ~query
            at += uint64(1)
            result = 1
        elif header & SHORT:
            leaves = header & STEPS
            at = begin + uint64(leaves)
            there = doubtful = 0
            for index in range(leaves):
                state = np.int64(seen[uint64(entries[begin + uint64(index)])])
                if state & SEARCHED:
                    there |= 1 << index
                elif state >> PERHAPS_SHIFT & SEARCHED:
                    doubtful |= 1 << index
            result = told(header >> TABLE_SHIFT & 255, there, doubtful)
        else:
            at = begin + uint64(2 * (header & STEPS))
            result = _follow(entries, begin, header, bits, seen)
            rung[found] = 2 * query + (result >> 1)
            found += uint64(result != 0)
            continue
        if result and not sure:
            result = 2 if perhaps else 0
        rung[found] = 2 * query + (result >> 1)
        found += uint64(result != 0)
    return found


@njit(nogil=True, cache=True, forceinline=True)
def _follow(
    entries: NDArray[np.int32], begin: Number, header: int, bits: int, seen: NDArray[np.uint16]
) -> int:
    """What a long entry comes to: 0 for no, 1 for surely, 2 for perhaps."""
    needed = header >> FIELDS_SHIFT & FIELDS
    result = 1
    if needed and not bits & needed:
        if not bits >> PERHAPS_SHIFT & needed:
            return 0
        result = 2
    step = 0 if header & STEPS else MATCH
    while step < MATCH:
        place = begin + uint64(2 * step)
        asked: Number = np.int64(entries[place + uint64(1)])
        there: Number = np.int64(seen[uint64(entries[place])])
        if there & asked & FIELDS:
            step = asked >> THEN_SHIFT & JUMP
        elif there >> PERHAPS_SHIFT & asked & FIELDS:
            return 2
        else:
            step = asked >> ELSE_SHIFT & JUMP
    return 0 if step == FAIL else result
