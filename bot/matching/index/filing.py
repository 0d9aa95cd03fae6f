"""Where queries are filed: under each leaf, what is still to be asked when it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.matching.index.entry_kernel import BEHIND
from bot.matching.index.filing_kernel import file, sweep
from bot.matching.index.plan import WIDTH
from bot.matching.index.tables import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bot.matching.index.leaves import Leaves
    from bot.matching.index.plan import Plan

_COLUMNS = ("_lists", "_entries", "_alive")
_MOST = 2**30  # twice the number of a query has 32 bits


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
    def room(self) -> int:
        """For how many leaves there is room."""
        return len(self._lists.array)

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        return self._lists.nbytes + self._entries.nbytes + self._alive.nbytes

    def file(self, query: int, plan: Plan) -> None:
        """Files a query, numbered higher than the last, under the rarest leaves that it needs."""
        if query >= _MOST:
            raise ValueError(f"{query:,} queries are too many for one index")
        self._alive.extend_to(query + 1)
        self._lists.extend_to(len(self._leaves))
        rows = np.array(plan, np.int64).reshape(-1, WIDTH)
        begin = 0
        while begin >= 0:
            self._entries.count, begin, more = file(
                query,
                rows,
                self._leaves.about.array,
                self._lists.array,
                self._entries.array,
                self._entries.count,
                begin,
            )
            self._entries.reserve(more)
        self._alive.array[query] = 1

    def dump(self) -> dict[str, NDArray[Any]]:
        """Its arrays, by name."""
        return {name: getattr(self, name).used for name in _COLUMNS}

    @classmethod
    def restored(cls, leaves: Leaves, arrays: Mapping[str, NDArray[Any]]) -> Filing:
        """The filing of a dump."""
        filing = cls(leaves)
        for name in _COLUMNS:
            setattr(filing, name, Column.of(arrays[name]))
        filing._entries.reserve(BEHIND)
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
        end = sweep(lists, self._entries.array, alive, numbers, swept)
        filing._lists.extend(lists)
        filing._entries.extend(swept[:end])
        filing._entries.reserve(BEHIND)
        filing._alive.extend(np.ones(len(left), np.uint8))
        return filing, left
