"""From the words of a text to those at which a name may begin, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.matching.index.compiling import njit
from bot.matching.index.scan_kernel import CAPITAL, Words
from bot.matching.index.tables import EMPTY, Slots, look_up

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@njit(nogil=True, cache=True)
def places(
    words: Words,
    count: int,
    known: Slots,
    hits: NDArray[np.int32],
    unknown: NDArray[np.int32],
) -> tuple[int, int]:
    """The words at which a name may begin, in ``hits``, and those that nobody has asked about.

    ``known`` has 0 for a word that begins a name, 1 for one that needs a capital for it, else 2.
    """
    hashes, flags, of_field, small = words.hashes, words.flags, words.fields, words.small
    found = new = 0
    for index in range(count):
        value = look_up(known, hashes[index])
        if value == EMPTY:
            unknown[new] = index
            new += 1
        elif value == 0 or (value == 1 and (flags[index] & CAPITAL or not small[of_field[index]])):
            hits[found] = index
            found += 1
    return found, new
