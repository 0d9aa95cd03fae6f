"""Arrays handed to compiled code by their addresses, in one array.

Handing over thirty arrays one by one takes longer than matching a short text does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import carray, types  # type: ignore[attr-defined] # it is there, but not in __all__
from numba.extending import intrinsic

from bot.matching.index.compiling import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class Pinned:
    """The addresses and lengths of some arrays, which live as long as this does."""

    def __init__(self, arrays: Sequence[NDArray[Any]]) -> None:
        self._arrays = arrays
        rows = [(each.__array_interface__["data"][0], len(each)) for each in arrays]
        self.table = np.array(rows, np.int64)


def _to_pointer(_typing: Any, address: Any) -> Any:
    def generate(_context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], _context.get_value_type(signature.return_type))

    return types.voidptr(address), generate


_pointer: Any = intrinsic(_to_pointer)


@njit(nogil=True, cache=True, inline="always")
def pinned(table: NDArray[np.int64], row: int, dtype: Any) -> Any:
    """The array in a row of :attr:`Pinned.table`."""
    return carray(_pointer(table[row, 0]), (table[row, 1],), dtype)


@njit(nogil=True, cache=True, inline="always")
def pinned_rows(table: NDArray[np.int64], row: int, width: int, dtype: Any) -> Any:
    """The same, for an array of rows."""
    return carray(_pointer(table[row, 0]), (table[row, 1], width), dtype)
