"""Where queries are filed: under each leaf, what is still to be asked when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.matching.index.compiling import njit
from bot.matching.index.plan import SEARCHED, Perhaps, Presence, anchors, given, program
from bot.matching.index.ring_kernel import (
    ELSEWHERE,
    FIELDS_SHIFT,
    FIRST,
    LENGTH,
    ROOM,
    STEPS,
)
from bot.matching.index.tables import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bot.matching.index.leaves import Leaves
    from bot.matching.index.plan import Plan

_COLUMNS = ("_lists", "_entries", "_alive")
_MOST = 2**30  # twice the number of a query has 32 bits
_NOWHERE = Presence(0, 0, sure=False)


class Filing:
    """The lists of all leaves in one array; a list that outgrows its room moves to the end."""

    def __init__(self, leaves: Leaves) -> None:
        self._leaves = leaves
        self._lists = Column(np.int32, width=3)  # of each leaf: FIRST, LENGTH, ROOM
        self._entries = Column(np.int32, room=1024)
        self._alive = Column(np.uint8)

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """What compiled code reads, in the order of ``match_kernel``."""
        return self._lists.array, self._entries.array, self._alive.array

    @property
    def room(self) -> tuple[int, int]:
        """For how many leaves and queries there is room."""
        return len(self._lists.array), len(self._alive.array)

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        return self._lists.nbytes + self._entries.nbytes + self._alive.nbytes

    def file(self, query: int, plan: Plan) -> None:
        """Files a query, numbered higher than the last, under the rarest leaves that it needs."""
        if query >= _MOST:
            raise ValueError(f"{query:,} queries are too many for one index")
        missing = query + 1 - self._alive.count
        self._alive.reserve(missing)
        self._alive.count += missing
        self._alive.array[query] = 1
        more = len(self._leaves) - self._lists.count
        if more:
            self._lists.reserve(more)
            self._lists.count += more
        tests = anchors(plan, self._cost) or (_NOWHERE,)
        elsewhere = ELSEWHERE if len(tests) > 1 else 0
        for test in tests:
            left = given(plan, test)
            if left is False:
                continue
            if left is True and not elsewhere and test.fields == SEARCHED:
                self._append(test.leaf, (~query,))
                continue
            steps = [] if left is True else program(left)
            if steps is None:
                steps = program(Perhaps(())) or []
            header = len(steps) // 2 | test.fields << FIELDS_SHIFT | elsewhere
            self._append(test.leaf, (query, header, *steps))

    def dump(self) -> dict[str, NDArray[Any]]:
        """Its arrays, by name."""
        return {name: getattr(self, name).used for name in _COLUMNS}

    @classmethod
    def restored(cls, leaves: Leaves, arrays: Mapping[str, NDArray[Any]]) -> Filing:
        """The filing of a dump."""
        filing = cls(leaves)
        for name in _COLUMNS:
            setattr(filing, name, Column.of(arrays[name]))
        return filing

    def forget(self, query: int) -> None:
        """Has a query match no more."""
        if query < self._alive.count:
            self._alive.array[query] = 0

    def swept(self) -> tuple[Filing, NDArray[np.int64]]:
        """A filing without the queries that match no more, and the old numbers of those left."""
        alive = self._alive.array[: self._alive.count]
        left = np.flatnonzero(alive)
        numbers = np.zeros(len(alive), np.int32)
        numbers[left] = np.arange(len(left), dtype=np.int32)
        filing = Filing(self._leaves)
        lists = self._lists.used.copy()
        swept = np.empty(self._entries.count, np.int32)
        end = _sweep(lists, self._entries.array, alive, numbers, swept)
        filing._lists.extend(lists)
        filing._entries.extend(swept[:end])
        filing._alive.extend(np.ones(len(left), np.uint8))
        return filing, left

    def _cost(self, test: Presence) -> float:
        """How many queries would be looked at in vain: how common the leaf is."""
        return self._leaves.common(test.leaf) * 64 + int(self._lists.array[test.leaf, LENGTH])

    def _append(self, leaf: int, entry: tuple[int, ...]) -> None:
        self._entries.reserve(2 * (int(self._lists.array[leaf, LENGTH]) + len(entry)) + 4)
        self._entries.count = _append(
            self._lists.array,
            self._entries.array,
            self._entries.count,
            leaf,
            np.array(entry, np.int32),
        )


@njit(nogil=True, cache=True)
def _sweep(
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
            size = 1 if query < 0 else 2 + 2 * (entries[place + 1] & STEPS)
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


@njit(nogil=True, cache=True)
def _append(
    lists: NDArray[np.int32],
    entries: NDArray[np.int32],
    end: int,
    leaf: int,
    entry: NDArray[np.int32],
) -> int:
    """Adds an entry to a leaf's list; the end of all lists."""
    there = lists[leaf, LENGTH]
    if there + len(entry) > lists[leaf, ROOM]:
        begin = lists[leaf, FIRST]
        room = len(entry) if there == 0 else 2 * there + len(entry)
        entries[end : end + there] = entries[begin : begin + there]
        lists[leaf, FIRST], lists[leaf, ROOM] = end, room
        end += room
    at = lists[leaf, FIRST] + there
    for index in range(len(entry)):
        entries[at + index] = entry[index]
    lists[leaf, LENGTH] = there + len(entry)
    return end
