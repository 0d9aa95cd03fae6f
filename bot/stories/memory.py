"""The items of the last days by their marks: who may have reported the same thing before.

A table of heads and chains behind them, as compressors have it: each mark of an item is a posting
that points to the one before it in its bucket, and the postings go round in a ring. So nothing is
ever removed: what is overwritten is older than all that is looked for. Some 12 bytes a mark.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ITEMS: Final = 400_000
"""Items that are remembered at the most: four days of a hundred thousand."""

_MARKS_OF_AN_ITEM: Final = 20  # on average, at the most
_BUCKETS: Final = 2**21
# Items looked at for one mark, the newest first: a phrase that is in everything says nothing.
_DEPTH: Final = 8
_STEPS: Final = 32
_PROPOSED: Final = 3
_ENOUGH: Final = 2  # marks in common


class Memory:
    """Remembers items by number, in the order in which they came; proposes the likeliest."""

    def __init__(self, most_items: int = MOST_ITEMS, buckets: int = _BUCKETS) -> None:
        self._size = most_items * _MARKS_OF_AN_ITEM
        self._mask = buckets - 1
        self._heads = array("I", bytes(4 * buckets))  # 0: none; otherwise one more than a posting
        self._marks = array("I")
        self._before = array("I")  # as in the heads
        self._items = array("I")  # less the first number, so that four bytes do
        self._first: int | None = None
        self._count = 0  # postings ever made

    def add(self, number: int, marks: Sequence[int]) -> None:
        """Remembers an item."""
        if self._first is None:
            self._first = number
        item = number - self._first
        size, mask, heads = self._size, self._mask, self._heads
        for mark in marks:
            at = self._count % size
            bucket = mark & mask
            if at == len(self._marks):
                self._marks.append(mark)
                self._before.append(heads[bucket])
                self._items.append(item)
            else:
                self._marks[at] = mark
                self._before[at] = heads[bucket]
                self._items[at] = item
            self._count += 1
            heads[bucket] = self._count

    def propose(self, marks: Sequence[int], most: int = _PROPOSED) -> list[int]:
        """The items that share the most marks, and at least two, or the only one that there is."""
        if self._first is None:
            return []
        shared: dict[int, int] = {}
        for mark in set(marks):
            self._count_those_with(mark, shared)
        least = min(_ENOUGH, len(marks))
        likely = [(count, item) for item, count in shared.items() if count >= least]
        likely.sort(reverse=True)
        return [self._first + item for _, item in likely[:most]]

    def _count_those_with(self, mark: int, shared: dict[int, int]) -> None:
        marks, before, items = self._marks, self._before, self._items
        size, oldest, found = self._size, self._count - len(self._marks), 0
        posting = self._heads[mark & self._mask]
        for _ in range(_STEPS):
            if posting <= oldest:
                return
            at = (posting - 1) % size
            if marks[at] == mark:
                item = items[at]
                shared[item] = shared.get(item, 0) + 1
                found += 1
                if found == _DEPTH:
                    return
            posting = before[at]

    @property
    def nbytes(self) -> int:
        """The memory that it takes."""
        parts = (self._heads, self._marks, self._before, self._items)
        return sum(len(part) * part.itemsize for part in parts)
