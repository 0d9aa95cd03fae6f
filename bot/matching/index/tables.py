"""Growing arrays and hash tables that compiled code reads and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numba import uint64

from bot.matching.index.compiling import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

EMPTY = -1
_FULL = 0.6
_MOST = 2**31 - 1  # places have 32 bits


# Rows of a key and its value plus one; zero there is an empty row. One row, one cache line.
Slots: TypeAlias = "NDArray[np.uint64]"


@njit(nogil=True, cache=True, forceinline=True)
def look_up(slots: Slots, key: Any) -> Any:
    """The value of a key; EMPTY where it has none."""
    mask = uint64(len(slots) - 1)
    at = key & mask
    while slots[at, 1]:
        if slots[at, 0] == key:
            return np.int64(slots[at, 1]) - 1
        at = (at + uint64(1)) & mask
    return EMPTY


@njit(nogil=True, cache=True)
def put(slots: Slots, key: Any, value: Any) -> bool:
    """Gives a key its value; True where the key is new."""
    mask = uint64(len(slots) - 1)
    at = key & mask
    while slots[at, 1]:
        if slots[at, 0] == key:
            slots[at, 1] = value + 1
            return False
        at = (at + uint64(1)) & mask
    slots[at, 0] = key
    slots[at, 1] = value + 1
    return True


@njit(nogil=True, cache=True)
def _move(old: Slots, new: Slots) -> None:
    for at in range(len(old)):
        if old[at, 1]:
            put(new, old[at, 0], np.int64(old[at, 1]) - 1)


@njit(nogil=True, cache=True, forceinline=True)
def bit_of(filter_: NDArray[np.uint64], key: Any) -> Any:
    """1 where a key may be in a table; most that are not are told by one bit, near at hand."""
    word = filter_[(key >> uint64(6)) & uint64(len(filter_) - 1)]
    return np.int64((word >> (key & uint64(63))) & uint64(1))


@njit(nogil=True, cache=True)
def _note(filter_: NDArray[np.uint64], key: Any) -> None:
    filter_[(key >> uint64(6)) & uint64(len(filter_) - 1)] |= uint64(1) << (key & uint64(63))


@njit(nogil=True, cache=True)
def exchange(slots: Slots, filter_: NDArray[np.uint64], key: Any, value: Any) -> Any:
    """Gives a key its value; the one that it had before, or EMPTY."""
    before = look_up(slots, key)
    _note(filter_, key)
    put(slots, key, value)
    return before


@njit(nogil=True, cache=True)
def _note_all(slots: Slots, filter_: NDArray[np.uint64]) -> None:
    for at in range(len(slots)):
        if slots[at, 1]:
            _note(filter_, slots[at, 0])


class Table:
    """A map from 64-bit hashes to numbers from 0 on, at about 30 bytes an entry."""

    def __init__(self, room: int = 64) -> None:
        self.slots = np.zeros((room, 2), np.uint64)
        self.filter = np.zeros(_filter_size(room), np.uint64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def set(self, key: int, value: int) -> None:
        """Gives a key its value."""
        self.push(key, value)

    def reserve(self, more: int = 1) -> None:
        """Makes room for some more keys."""
        while self._count + more > _FULL * len(self.slots):
            self._grow()

    def count(self, new: int) -> None:
        """Takes note of keys that :func:`exchange` has made."""
        self._count += new

    def push(self, key: int, value: int) -> int:
        """Gives a key its value; the one that it had before, or EMPTY."""
        self.reserve()
        before = int(exchange(self.slots, self.filter, np.uint64(key), value))
        self.count(before == EMPTY)
        return before

    def _grow(self) -> None:
        larger = np.zeros((2 * len(self.slots), 2), np.uint64)
        _move(self.slots, larger)
        self.slots = larger
        self._renew_filter()

    @classmethod
    def of(cls, slots: NDArray[np.uint64]) -> Table:
        """The table with these slots."""
        table = cls()
        table.slots = slots
        table._renew_filter()
        table._count = int(np.count_nonzero(slots[:, 1]))
        return table

    def _renew_filter(self) -> None:
        self.filter = np.zeros(_filter_size(len(self.slots)), np.uint64)
        _note_all(self.slots, self.filter)

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        return self.slots.nbytes + self.filter.nbytes


def _filter_size(room: int) -> int:
    """Words of 64 bits, so that there are eight bits for a slot."""
    return max(1, room // 8)


class Column:
    """An array that grows at its end."""

    def __init__(self, dtype: Any, *, width: int = 0, room: int = 64) -> None:
        self.array: NDArray[Any] = np.zeros((room, width) if width else room, dtype)
        self.count = 0

    @property
    def used(self) -> NDArray[Any]:
        """The values that are there."""
        return self.array[: self.count]

    @classmethod
    def of(cls, values: NDArray[Any]) -> Column:
        """The column with these values."""
        column = cls(values.dtype)
        column.array, column.count = values, len(values)
        return column

    def append(self, value: Any) -> int:
        """Adds one value; its place."""
        if self.count == len(self.array):
            self.reserve(1)
        self.array[self.count] = value
        self.count += 1
        return self.count - 1

    def extend(self, values: Sequence[int] | NDArray[Any]) -> int:
        """Adds several values; the place of the first."""
        self.reserve(len(values))
        first = self.count
        self.array[first : first + len(values)] = values
        self.count += len(values)
        return first

    def extend_to(self, count: int) -> None:
        """Has so many values at least; the new ones are zero."""
        if count > self.count:
            if count > len(self.array):
                self.reserve(count - self.count)
            self.count = count

    def reserve(self, more: int) -> None:
        """Makes room for so many more values."""
        wanted = self.count + more
        if wanted > len(self.array):
            room = max(wanted, len(self.array) * 3 // 2 + 16)
            if room > _MOST:
                raise ValueError(f"{wanted:,} are too many for one index")
            larger = np.zeros((room, *self.array.shape[1:]), self.array.dtype)
            larger[: self.count] = self.array[: self.count]
            self.array = larger

    @property
    def nbytes(self) -> int:
        """Its size in bytes, the room for more included."""
        return self.array.nbytes
