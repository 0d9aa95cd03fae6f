"""Arrays handed to compiled code by their addresses, in one array.

Handing over thirty arrays one by one takes longer than matching a short text does. Compiled code
cannot tell that an address is stale or an index too large; why neither comes about:

- **Alive.** A ``Pinned`` holds its arrays in a tuple of its own, and whoever makes a call holds the
  ``Pinned`` by a name of its own until the call is over. Putting another array in the place of one
  (a table that grows) leaves those of running calls as they were, and alive.
- **Still.** What an engine holds is pinned and read inside of its gate (``gate.py``), and nobody adds
  or sweeps meanwhile. Only ``remove`` comes without the gate: it clears one byte, which is read as it
  was or as it is. A desk (``desk.py``) belongs to one thread from when it is taken to when it is put
  back, and one that an exception left in the middle of something is not put back. Names are learnt
  while others look them up: a row's key is written before its value, and a reader that sees
  half of that asks again.
- **Inside.** The type and shape of each array are compared here with what the kernel takes them for.
  A desk has room for every leaf and query before the call (``Holding.room``), as many words
  as its longest document has characters, as many code points as all its documents have, and the kernel
  counts letters and what rings itself. Behind each field is a zero that the scanner may read: between two of
  them, and behind the last as :class:`TextRoom` fills up with zeros. Behind the last entry of a list there are
  numbers, whatever they are, for who reads all that an entry may have (``entry_kernel.BEHIND``).
  Columns have no more than 2**31 rows (``tables.Column``), so that each place fits where it is written. Where
  the kernel takes a place for an unsigned number, it comes from a counter that begins at zero or from
  such a column: a negative one would be far outside. What is only fetched ahead (``fetch``) is not read. A
  snapshot comes from the same code, and ``zipfile`` compares its checksums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import carray, types, uint64  # type: ignore[attr-defined] # it is there, but not in __all__
from numba.extending import intrinsic

from bot.matching.index.compiling import njit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


Kind: TypeAlias = "tuple[type[np.generic], int]"


class Pinned:
    """The addresses and lengths of some arrays, which live as long as this does."""

    def __init__(self, arrays: Sequence[NDArray[Any]], kinds: Sequence[Kind]) -> None:
        """``kinds``: the type of each array and how many columns it has, 0 for no rows."""
        self._arrays = tuple(arrays)  # whoever puts another into a list must not free the old one
        for row, (each, (dtype, width)) in enumerate(zip(self._arrays, kinds, strict=True)):
            if (
                each.dtype != dtype
                or each.shape[1:] != ((width,) if width else ())
                or not each.flags.c_contiguous
            ):
                raise ValueError(
                    f"array {row} is {each.dtype} {each.shape}, and not {dtype.__name__} × {width}"
                )
        rows = [(each.__array_interface__["data"][0], len(each)) for each in self._arrays]
        self.table = np.array(rows, np.int64)


class TextRoom:
    """Room for a text in code points, which numpy writes there as one of its strings.

    Such a string has a length, and is filled up with zeros: so there is one of each power of two. The
    other ways take two and three times as long: ``PyUnicode_AsUCS4`` by ctypes, and to encode the
    text and have numpy look at that.
    """

    def __init__(self, size: int) -> None:
        longest = size.bit_length()
        self.array = np.zeros(1 << longest, np.uint32)
        self._strings = [
            self.array[: 1 << length].view(f"U{1 << length}") for length in range(longest + 1)
        ]

    def write(self, text: str) -> None:
        """Writes a text. Raises IndexError where there is too little room."""
        self._strings[len(text).bit_length()][0] = text


def _to_pointer(_typing: Any, address: Any) -> Any:
    def generate(_context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], _context.get_value_type(signature.return_type))

    return types.voidptr(address), generate


_pointer: Any = intrinsic(_to_pointer)


def _to_fetch(_typing: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        number, nothing = ir.IntType(32), ir.VoidType()
        place = builder.inttoptr(arguments[0], ir.PointerType(ir.IntType(8)))
        kind = ir.FunctionType(nothing, [place.type, number, number, number])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [place.type], kind)
        # To be read, to be kept near, as data.
        builder.call(fetch, [place, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(address), generate


_fetch: Any = intrinsic(_to_fetch)


@njit(nogil=True, cache=True, inline="always")
def fetch(array: Any, at: Any) -> None:
    """Has memory bring an item of an array, a row of two being one, while something else is done.

    Only a hint: it changes nothing, and cannot fail even where the item is not there.
    """
    _fetch(array.ctypes.data + at * uint64(array.strides[0]))


@njit(nogil=True, cache=True, inline="always")
def pinned(table: NDArray[np.int64], row: int, dtype: Any) -> Any:
    """The array in a row of :attr:`Pinned.table`."""
    return carray(_pointer(table[row, 0]), (table[row, 1],), dtype)


@njit(nogil=True, cache=True, inline="always")
def pinned_rows(table: NDArray[np.int64], row: int, width: int, dtype: Any) -> Any:
    """The same, for an array of rows."""
    return carray(_pointer(table[row, 0]), (table[row, 1], width), dtype)
