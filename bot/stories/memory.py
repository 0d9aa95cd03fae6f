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
_WIDTH: Final = 3  # numbers of a posting
_MOST_POSTINGS: Final = 2**32 - 2**20


class Memory:
    """Remembers items by number, in the order in which they came; proposes the likeliest."""

    def __init__(self, most_items: int = MOST_ITEMS, buckets: int = _BUCKETS) -> None:
        self._size = most_items * _MARKS_OF_AN_ITEM
        self._mask = buckets - 1
        self._heads = array("I", bytes(4 * buckets))  # 0: none; otherwise one more than a posting
        # Of each posting its mark, the one before as in the heads, and its item less the first.
        self._ring = array("I")
        self._first: int | None = None
        self._count = 0  # postings ever made

    def add(self, number: int, marks: Sequence[int]) -> None:
        """Remembers an item."""
        if self._first is None:
            self._first = number
        item = number - self._first
        mask, heads, ring = self._mask, self._heads, self._ring
        at, count = _WIDTH * (self._count % self._size), self._count
        postings = array("I")
        for mark in marks:
            bucket = mark & mask
            postings.extend((mark, heads[bucket], item))
            count += 1
            heads[bucket] = count
        end, limit = at + len(postings), _WIDTH * self._size
        ring[at : min(end, limit)] = postings[: limit - at]
        if end > limit:
            ring[: end - limit] = postings[limit - at :]
        self._count = count

    def propose(self, marks: Sequence[int], most: int = _PROPOSED) -> list[int]:
        """The items that share the most marks, and at least two, or the only one that there is."""
        if self._first is None:
            return []
        heads, mask, ring, size = self._heads, self._mask, self._ring, self._size
        oldest = self._count - len(ring) // _WIDTH
        shared: dict[int, int] = {}
        for mark in set(marks):
            posting, found = heads[mark & mask], 0
            for _ in range(_STEPS):
                if posting <= oldest:
                    break
                at = (posting - 1) % size * _WIDTH
                if ring[at] == mark:
                    item = ring[at + 2]
                    shared[item] = shared.get(item, 0) + 1
                    found += 1
                    if found == _DEPTH:
                        break
                posting = ring[at + 1]
        least = min(_ENOUGH, len(marks))
        likely = [(count, item) for item, count in shared.items() if count >= least]
        likely.sort(reverse=True)
        return [self._first + item for _, item in likely[:most]]

    @property
    def is_worn(self) -> bool:
        """Whether its numbers come to their end: after four billion marks it is to be made anew."""
        return self._count >= _MOST_POSTINGS

    @property
    def nbytes(self) -> int:
        """The memory that it takes: at the most some 100 MB."""
        return sum(len(part) * part.itemsize for part in (self._heads, self._ring))
