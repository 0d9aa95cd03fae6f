"""Very many short texts, each under a number: a tenth of what as many Python strings take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import uint64

from bot.matching.index.compiling import njit
from bot.matching.index.scan_kernel import Hash, mix
from bot.matching.index.tables import EMPTY, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

_GONE = -2
_FULL = 0.6


@njit(nogil=True, cache=True, forceinline=True)
def _hash(text: NDArray[np.uint8], key: int) -> Hash:
    state: Hash = uint64(key)
    for each in text:
        state = mix(state, each)
    return state


@njit(nogil=True, cache=True)
def _find(
    slots: NDArray[np.int32],
    starts: NDArray[np.int64],
    blob: NDArray[np.uint8],
    text: NDArray[np.uint8],
    key: int,
) -> Any:
    """The slot of a text; EMPTY where it is in none."""
    mask = len(slots) - 1
    at = np.int64(_hash(text, key) & uint64(mask))
    while slots[at] != EMPTY:
        number = slots[at]
        if number >= 0 and starts[number + 1] - starts[number] == len(text):
            begin, same = starts[number], True
            for index in range(len(text)):
                if blob[begin + index] != text[index]:
                    same = False
                    break
            if same:
                return at
        at = (at + 1) & mask
    return EMPTY


@njit(nogil=True, cache=True)
def _put(slots: NDArray[np.int32], number: int, text: NDArray[np.uint8], key: int) -> bool:
    """Files a number under its text; True where the slot was never used."""
    mask = len(slots) - 1
    at = np.int64(_hash(text, key) & uint64(mask))
    while slots[at] >= 0:
        at = (at + 1) & mask
    fresh: bool = slots[at] == EMPTY
    slots[at] = number
    return fresh


@njit(nogil=True, cache=True)
def _move(
    old: NDArray[np.int32],
    new: NDArray[np.int32],
    starts: NDArray[np.int64],
    blob: NDArray[np.uint8],
    key: int,
) -> int:
    """Files again what was filed; how many there are."""
    count = 0
    for number in old:
        if number >= 0:
            _put(new, number, blob[starts[number] : starts[number + 1]], key)
            count += 1
    return count


class Texts:
    """Texts numbered in the order in which they came; a removed one leaves its number unused."""

    def __init__(self, key: int) -> None:
        self._key = key
        self._slots = np.full(64, EMPTY, np.int32)
        self._used = 0
        self._starts = Column(np.int64)
        self._starts.append(0)
        self._blob = Column(np.uint8)

    def dump(self) -> dict[str, NDArray[Any]]:
        """Its arrays, by name."""
        return {"slots": self._slots, "starts": self._starts.used, "blob": self._blob.used}

    @classmethod
    def restored(cls, key: int, arrays: Mapping[str, NDArray[Any]]) -> Texts:
        """The texts of a dump."""
        texts = cls(key)
        texts._slots = arrays["slots"]
        texts._used = int(np.count_nonzero(texts._slots != EMPTY))
        texts._starts, texts._blob = Column.of(arrays["starts"]), Column.of(arrays["blob"])
        return texts

    def __len__(self) -> int:
        """How many numbers were given out."""
        return self._starts.count - 1

    def __getitem__(self, number: int) -> str:
        begin, end = self._starts.array[number : number + 2]
        return self._blob.array[begin:end].tobytes().decode("utf-8", "surrogatepass")

    def several(self, numbers: NDArray[np.int32]) -> list[str]:
        """The texts of these numbers."""
        begins = self._starts.array[numbers].tolist()
        ends = self._starts.array[numbers + 1].tolist()
        blob = self._blob.used.data
        return [
            str(blob[begin:end], "utf-8", "surrogatepass")
            for begin, end in zip(begins, ends, strict=True)
        ]

    def number(self, text: str) -> int:
        """The number of a text; EMPTY where it is not there."""
        slot = self._slot(text)
        return EMPTY if slot == EMPTY else int(self._slots[slot])

    def add(self, text: str) -> int:
        """A number for a text that is not there."""
        if self._used + 1 > _FULL * len(self._slots):
            self._grow()
        written = _bytes(text)
        self._blob.extend(written)
        self._starts.append(self._blob.count)
        number = self._starts.count - 2
        self._used += _put(self._slots, number, written, self._key)
        return number

    def remove(self, text: str) -> int:
        """Forgets a text; its number, or EMPTY where it was not there."""
        slot = self._slot(text)
        if slot == EMPTY:
            return EMPTY
        number = int(self._slots[slot])
        self._slots[slot] = _GONE
        return number

    def some(self, numbers: Iterable[int]) -> Texts:
        """These texts alone, numbered anew in this order."""
        texts = Texts(self._key)
        for number in numbers:
            texts.add(self[number])
        return texts

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        return self._slots.nbytes + self._starts.nbytes + self._blob.nbytes

    def _slot(self, text: str) -> int:
        starts, blob = self._starts.array, self._blob.array
        return int(_find(self._slots, starts, blob, _bytes(text), self._key))

    def _grow(self) -> None:
        larger = np.full(2 * len(self._slots), EMPTY, np.int32)
        self._used = _move(self._slots, larger, self._starts.array, self._blob.array, self._key)
        self._slots = larger


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
