"""Very many short texts, each under a number, and how they lie in a snapshot."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

_NUMBER_SIZE = 32  # of a Python int


class Texts:
    """Texts numbered in the order in which they came; a removed one leaves its number unused."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = list(texts)
        self._numbers = {text: number for number, text in enumerate(self._texts)}

    def dump(self) -> dict[str, NDArray[Any]]:
        """Its arrays, by name."""
        written = [text.encode("utf-8", "surrogatepass") for text in self._texts]
        return {
            "lengths": np.fromiter(map(len, written), np.int32, len(written)),
            "blob": np.frombuffer(b"".join(written), np.uint8),
        }

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[Any]]) -> Texts:
        """The texts of a dump, in which none was removed."""
        blob, ends = arrays["blob"].tobytes(), np.cumsum(arrays["lengths"]).tolist()
        return cls(
            blob[begin:end].decode("utf-8", "surrogatepass") for begin, end in pairwise([0, *ends])
        )

    def __len__(self) -> int:
        """How many numbers were given out."""
        return len(self._texts)

    def __getitem__(self, number: int) -> str:
        return self._texts[number]

    def number(self, text: str) -> int | None:
        """The number of a text; None where it is not there."""
        return self._numbers.get(text)

    def add(self, text: str) -> int:
        """A number for a text that is not there."""
        number = self._numbers[text] = len(self._texts)
        self._texts.append(text)
        return number

    def remove(self, text: str) -> int | None:
        """Forgets a text; its number, or None where it was not there."""
        number = self._numbers.pop(text, None)
        if number is not None:
            self._texts[number] = ""
        return number

    @property
    def nbytes(self) -> int:
        """Its size in bytes, the texts themselves included."""
        tables = sys.getsizeof(self._texts) + sys.getsizeof(self._numbers)
        return tables + sum(map(sys.getsizeof, self._texts)) + _NUMBER_SIZE * len(self._numbers)
