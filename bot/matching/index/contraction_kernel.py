"""What English contracts behind a pronoun, compiled: a part of the scanner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.matching.index.compiling import njit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SMALL_D, _SMALL_E, _SMALL_L, _SMALL_M, _SMALL_R, _SMALL_V = (ord(letter) for letter in "delmrv")


@njit(nogil=True, cache=True, forceinline=True)
def is_contracted(text: NDArray[np.uint32], start: int, end: int) -> bool:
    """Whether the letters are what English contracts behind a pronoun: d, m, ll, re, ve."""
    first = text[start] | 32
    if end - start == 1:
        return first in (_SMALL_D, _SMALL_M)
    if end - start != 2:
        return False
    second = text[start + 1] | 32
    return (first == _SMALL_L and second == _SMALL_L) or (
        second == _SMALL_E and first in (_SMALL_R, _SMALL_V)
    )
