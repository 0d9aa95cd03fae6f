"""Having words point to leaves, compiled: what ``collect_kernel`` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.matching.index.collect_kernel import CHECK, LANGS, LEAF, THEN
from bot.matching.index.compiling import njit
from bot.matching.index.scan_kernel import hash_letters
from bot.matching.index.tables import Slots, exchange

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@njit(nogil=True, cache=True)
def emit(
    slots: Slots,
    filter_: NDArray[np.uint64],
    emissions: NDArray[np.int32],
    count: int,
    letters: NDArray[np.uint32],
    key: int,
    leaf: int,
    langs: int,
    check: int,
) -> int:
    """Has a word point to a leaf by the emission ``count``; the one that it pointed to before."""
    before: int = exchange(slots, filter_, hash_letters(letters, key), count)
    emissions[count, LEAF], emissions[count, LANGS] = leaf, langs
    emissions[count, THEN], emissions[count, CHECK] = before, check
    return before
