"""What a query's entry in the list of a leaf looks like, compiled.

The list of a leaf has the queries to be looked at where it is there. An entry is one of three:

- ``~query`` where nothing more is asked;
- **short**: the query, a header, and up to three leaves. The header has a bit for each way in which these can
  be there and not: bit ``a + 2 b + 4 c`` says whether the query matches where the first is there (``a``), and
  so on. A bit is the same for both states of a leaf that is not asked for, so that whoever looks it up may
  read three numbers whatever stands there, and need not ask how many are leaves. Eight of ten candidates
  fail, nobody can guess which, and a wrong guess costs more than all the looking up.
- **long**: the query, a header with the fields in which the leaf of the list must be, and a program of
  jumps (``plan.py``): for other fields than the searched ones, for what only the outside can tell, and for more leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numba import uint64

from bot.matching.index.compiling import njit
from bot.matching.index.plan import ANYWHERE, FAIL, JUMP_BITS, MATCH, SEARCHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A number of 64 bits, signed or not, which only compiled code has a type for.
Number: TypeAlias = Any

# A header: how many leaves, or instructions of two numbers, stand behind it; of a short entry what it
# comes to, of a long one the fields; and which of the two it is.
STEPS = (1 << 16) - 1
TABLE_SHIFT = FIELDS_SHIFT = 16
SHORT = 1 << 29
MOST_LEAVES = 3
# So many numbers behind an entry may be read, whatever they are.
BEHIND = 1 + MOST_LEAVES

_FULL = (1 << (1 << MOST_LEAVES)) - 1  # every way
FIELDS = ANYWHERE
THEN_SHIFT = 5
ELSE_SHIFT = THEN_SHIFT + JUMP_BITS
JUMP = FAIL  # the highest place of all


@njit(nogil=True, cache=True, forceinline=True)
def size_of(query: int, header: int) -> int:
    """How many numbers an entry is, by its first two."""
    if query < 0:
        return 1
    steps = header & STEPS
    return 2 + steps if header & SHORT else 2 + 2 * steps


@njit(nogil=True, cache=True)
def shorten(entries: NDArray[np.int32], place: int) -> int:
    """Makes a long entry shorter if it can be; its size now."""
    query, header = entries[place], entries[place + 1]
    size = size_of(query, header)
    steps = header & STEPS
    if query < 0 or header & SHORT or header >> FIELDS_SHIFT & FIELDS != SEARCHED:
        return size
    leaves = np.zeros(MOST_LEAVES, np.int32)
    count = 0
    for step in range(steps):
        leaf = entries[place + 2 + 2 * step]
        if leaf == 0 or not _is_searched(entries[place + 3 + 2 * step] & FIELDS):
            return size
        known = False
        for index in range(count):
            known = known or leaves[index] == leaf
        if not known:
            if count == MOST_LEAVES:
                return size
            leaves[count] = leaf
            count += 1
    table = 0
    for way in range(1 << MOST_LEAVES):
        table |= _comes_to(entries, place + 2, steps, leaves, way) << way
    if table == _FULL:
        entries[place] = ~query
        return 1
    entries[place + 1] = count | table << TABLE_SHIFT | SHORT
    entries[place + 2 : place + 2 + count] = leaves[:count]
    return 2 + count


@njit(nogil=True, cache=True, forceinline=True)
def _is_searched(fields: int) -> bool:
    """Whether a leaf is in these fields where it is in one that is searched.

    What is asked for anywhere are an item's language and source, which are marked in all fields.
    """
    return fields in (SEARCHED, ANYWHERE)


@njit(nogil=True, cache=True)
def _comes_to(
    entries: NDArray[np.int32], begin: int, steps: int, leaves: NDArray[np.int32], way: int
) -> int:
    """1 where a program matches with the leaves there whose bits are set."""
    step = 0 if steps else MATCH
    while step < MATCH:
        leaf, asked = entries[begin + 2 * step], entries[begin + 2 * step + 1]
        there = 0
        for index in range(len(leaves)):
            if leaves[index] == leaf:
                there = way >> index & 1
        step = asked >> (THEN_SHIFT if there else ELSE_SHIFT) & JUMP
    return int(step == MATCH)


@njit(nogil=True, cache=True, forceinline=True)
def told(table: Number, there: Number, doubtful: Number) -> int:
    """What a short entry comes to: 0 for no, 1 for surely, 2 for perhaps.

    ``there`` and ``doubtful`` have a bit for each leaf that is, and of which nobody knows.
    """
    may = must = table
    for index in range(MOST_LEAVES):
        if doubtful >> index & 1:  # it is not in ``there``: the other way is so many bits above
            may |= may >> (1 << index)
            must &= must >> (1 << index)
    if not may >> there & 1:
        return 0
    return 1 if must >> there & 1 else 2


@njit(nogil=True, cache=True, forceinline=True)
def bit_at(near: NDArray[np.uint64], leaf: Number) -> Number:
    """1 where a leaf is there, by the bits of all; for what is no leaf either, whatever it is."""
    at: Number = uint64(leaf)
    word = near[(at >> uint64(6)) & uint64(len(near) - 1)]
    return (word >> (at & uint64(63))) & uint64(1)
