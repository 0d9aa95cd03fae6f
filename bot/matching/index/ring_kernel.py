"""From the leaves that are in a text to the queries that they ring, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import uint64

from bot.matching.index.collect_kernel import PERHAPS_SHIFT
from bot.matching.index.compiling import njit
from bot.matching.index.plan import FAIL, MATCH, SEARCHED
from bot.matching.index.pointers import fetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The columns of a leaf's list.
FIRST, LENGTH, ROOM = range(3)
# A filed query's header: the number of its instructions, the fields in which the leaf must be, and
# whether it is filed under other leaves too.
STEPS = (1 << 16) - 1
FIELDS_SHIFT = 16
ELSEWHERE = 1 << 30

# How many leaves before its turn a list is fetched, and where it begins.
_SOON, _LATER = 4, 10
# So many numbers are sorted by their digits, of so many bits.
_MANY, _DIGIT = 400, 11
_LAST_DIGIT = (1 << _DIGIT) - 1


class Filed(NamedTuple):
    """Queries by leaf: of leaf i, LENGTH numbers of ``entries`` from FIRST on, as ``lists[i]`` says.

    An entry is ~query where nothing more is asked, else the query, its header (the number of
    instructions) and the instructions.
    """

    lists: NDArray[np.int32]
    entries: NDArray[np.int32]
    alive: NDArray[np.uint8]


@njit(nogil=True, cache=True)
def ring(
    touched: NDArray[np.int32],
    count: int,
    seen: NDArray[np.uint16],
    filed: Filed,
    met: NDArray[np.uint8],
    rung: NDArray[np.int32],
) -> int:
    """The queries that match: twice their numbers, and one more where the outside has to be asked.

    Their count; or minus one, with ``seen`` left as it is, where ``rung`` has no room for them.
    ``seen`` and ``met`` are clean again at the end.

    Numbers are unsigned wherever they are a place: a signed one is asked each time whether it counts
    from the end, which made the loop half as long again.
    """
    lists, entries, alive = filed.lists, filed.entries, filed.alive
    room, found, multiple = len(rung), 0, False
    full = False
    for index in range(min(count, _LATER)):
        fetch(lists, uint64(touched[index]))
    for index in range(count):
        if index + _LATER < count:
            fetch(lists, uint64(touched[index + _LATER]))
        if index + _SOON < count and touched[index + _SOON] < len(lists):
            fetch(entries, uint64(lists[touched[index + _SOON], FIRST]))
        leaf = uint64(touched[index])
        if leaf >= uint64(len(lists)):
            continue  # nothing was ever filed under it
        at = uint64(lists[leaf, FIRST])
        end = at + uint64(lists[leaf, LENGTH])
        bits = seen[leaf]
        while at < end:
            query = entries[at]
            at += uint64(1)
            if query < 0:
                query = ~query
                if bits & SEARCHED:
                    sure = True
                elif bits >> PERHAPS_SHIFT & SEARCHED:
                    sure = False
                else:
                    continue
                if not alive[uint64(query)]:
                    continue
            else:
                header = entries[at]
                begin = at + uint64(1)
                at = begin + uint64(2 * (header & STEPS))
                needed = header >> FIELDS_SHIFT & 31
                sure = bits & needed != 0
                if not sure and needed:
                    if not bits >> PERHAPS_SHIFT & needed:
                        continue
                else:
                    sure = True
                step = 0 if header & STEPS else MATCH
                while step < MATCH:
                    place = begin + uint64(2 * step)
                    asked = entries[place + uint64(1)]
                    there = seen[uint64(entries[place])]
                    if there & asked & 31:
                        step = asked >> 5 & 8191
                    elif there >> PERHAPS_SHIFT & asked & 31:
                        step, sure = MATCH, False
                    else:
                        step = asked >> 18 & 8191
                # Few get so far: what is known of the query itself is asked last.
                if step == FAIL or not alive[uint64(query)]:
                    continue
                if header & ELSEWHERE:
                    if met[uint64(query)]:
                        continue
                    met[uint64(query)] = 1
                    multiple = True
            if found == room:
                full = True
                break
            rung[found] = 2 * query if sure else 2 * query + 1
            found += 1
        if full:
            break
    if multiple:
        for index in range(found):
            met[rung[index] >> 1] = 0
        if full:
            met[:] = 0
    if full:
        return -1
    for index in range(count):
        seen[touched[index]] = 0
    return found


@njit(nogil=True, cache=True)
def put_in_order(numbers: NDArray[np.int32], count: int) -> None:
    """Sorts the first of some numbers from zero on; what is behind them is room for that.

    A thousand take a third of the time by their digits.
    """
    if count < _MANY or len(numbers) < 2 * count:
        numbers[:count].sort()
        return
    largest = numbers[:count].max()
    ends = np.zeros(1 << _DIGIT, np.int32)
    begin, other, shift = 0, count, 0
    while largest >> shift:
        ends[:] = 0
        for index in range(begin, begin + count):
            ends[numbers[index] >> shift & _LAST_DIGIT] += 1
        total = other
        for digit in range(len(ends)):
            total += ends[digit]
            ends[digit] = total
        for index in range(begin + count - 1, begin - 1, -1):
            digit = numbers[index] >> shift & _LAST_DIGIT
            ends[digit] -= 1
            numbers[ends[digit]] = numbers[index]
        begin, other, shift = other, begin, shift + _DIGIT
    if begin:
        numbers[:count] = numbers[count : 2 * count]
