"""From the leaves that are in a text to the queries that they ring, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bot.matching.index.collect_kernel import PERHAPS_SHIFT
from bot.matching.index.compiling import njit
from bot.matching.index.plan import FAIL, MATCH, SEARCHED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A filed query's header: the number of its instructions, the fields in which the leaf must be, and
# whether it is filed under other leaves too.
LENGTH = (1 << 16) - 1
FIELDS_SHIFT = 16
ELSEWHERE = 1 << 30


class Filed(NamedTuple):
    """Queries by leaf: of leaf i, ``entries[first[i] : first[i] + length[i]]``.

    An entry is ~query where nothing more is asked, else the query, its header (the number of
    instructions) and the instructions.
    """

    first: NDArray[np.int64]
    length: NDArray[np.int32]
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
    """
    first, length, entries, alive = filed.first, filed.length, filed.entries, filed.alive
    room, found, multiple = len(rung), 0, False
    full = False
    for index in range(count):
        leaf = touched[index]
        if leaf >= len(first):
            continue  # nothing was ever filed under it
        at = first[leaf]
        end = at + length[leaf]
        bits = seen[leaf]
        while at < end:
            query = entries[at]
            at += 1
            if query < 0:
                query = ~query
                if not alive[query]:
                    continue
                if bits & SEARCHED:
                    sure = True
                elif bits >> PERHAPS_SHIFT & SEARCHED:
                    sure = False
                else:
                    continue
            else:
                header = entries[at]
                begin = at + 1
                at = begin + 2 * (header & LENGTH)
                if not alive[query] or (header & ELSEWHERE and met[query]):
                    continue
                needed = header >> FIELDS_SHIFT & 31
                sure = bits & needed != 0
                if not sure and needed:
                    if not bits >> PERHAPS_SHIFT & needed:
                        continue
                else:
                    sure = True
                step = 0 if header & LENGTH else MATCH
                while step < MATCH:
                    asked = entries[begin + 2 * step + 1]
                    there = seen[entries[begin + 2 * step]]
                    if there & asked & 31:
                        step = asked >> 5 & 8191
                    elif there >> PERHAPS_SHIFT & asked & 31:
                        step, sure = MATCH, False
                    else:
                        step = asked >> 18 & 8191
                if step == FAIL:
                    continue
                if header & ELSEWHERE:
                    met[query] = 1
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
