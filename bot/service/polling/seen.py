"""The marks of the entries that each feed had when it was last read: those are in the store.

Kept in memory alone: after a restart a feed that changes is read once in full.
"""

from __future__ import annotations

from array import array

# Marks, of eight bytes each: some twenty-five entries of each of 100,000 feeds.
ROOM = 2_500_000


class Seen:
    """Marks by the keys of feeds; beyond ``room`` of them, the feeds that were read longest ago go."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._marks: dict[str, array[int]] = {}
        self._count = 0

    def of(self, key: str) -> tuple[int, ...]:
        """The marks of a feed; none where it is not known."""
        return tuple(self._marks.get(key, ()))

    def put(self, key: str, marks: tuple[int, ...]) -> None:
        """These are in the store, and no others of that feed need be remembered."""
        self._count -= len(self._marks.pop(key, ()))
        if not marks:
            return
        self._marks[key] = array("Q", marks)
        self._count += len(marks)
        while self._count > self._room:
            self._count -= len(self._marks.pop(next(iter(self._marks))))
