"""Having words point to leaves, compiled: what ``collect_kernel`` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import uint64

from bot.matching.index.collect_kernel import CHECK, LANGS, LEAF, MORE, REST, THEN, pair
from bot.matching.index.compiling import njit
from bot.matching.index.scan_kernel import mix
from bot.matching.index.tables import EMPTY, Slots, exchange

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bot.matching.index.scan_kernel import Hash

# What is asked for comes as numbers in a row. Of a word: the leaf, the languages, the check, how many
# letters, and those. Of a phrase: the leaf, the languages, how many words, and for each how many letters,
# and those.


@njit(nogil=True, cache=True)
def emit(
    asked: NDArray[np.int64],
    key: int,
    slots: Slots,
    filter_: NDArray[np.uint64],
    emissions: NDArray[np.int32],
    count: int,
) -> tuple[int, int]:
    """Has each word point to its leaf as well, by emissions from ``count`` on.

    How many emissions there are then, and how many of the words are new.
    """
    at = new = 0
    while at < len(asked):
        emissions[count, LEAF], emissions[count, LANGS] = asked[at], asked[at + 1]
        emissions[count, CHECK] = asked[at + 2]
        word, at = _hash(asked, at + 3, key)
        before = exchange(slots, filter_, word, count)
        emissions[count, THEN] = before
        new += before == EMPTY
        count += 1
    return count, new


@njit(nogil=True, cache=True)
def emit_phrases(
    asked: NDArray[np.int64],
    key: int,
    slots: Slots,
    filter_: NDArray[np.uint64],
    phrases: NDArray[np.int32],
    count: int,
    facts: NDArray[np.uint64],
    facts_end: int,
) -> tuple[int, int, int]:
    """The same for phrases of two words or more, whose third and later words are in ``facts``.

    Then how many phrases there are, where the facts end, and how many of the pairs are new.
    """
    at = new = 0
    while at < len(asked):
        phrases[count, LEAF], phrases[count, LANGS] = asked[at], asked[at + 1]
        more = asked[at + 2] - 2
        first, at = _hash(asked, at + 3, key)
        second, at = _hash(asked, at, key)
        before = exchange(slots, filter_, pair(first, second), count)
        phrases[count, THEN], phrases[count, MORE], phrases[count, REST] = before, more, facts_end
        for _ in range(more):
            facts[facts_end], at = _hash(asked, at, key)
            facts_end += 1
        new += before == EMPTY
        count += 1
    return count, facts_end, new


@njit(nogil=True, cache=True)
def _hash(asked: NDArray[np.int64], at: int, key: int) -> tuple[Hash, int]:
    """The hash of a word whose number of letters stands at a place, and the place behind it."""
    state, begin = uint64(key), at + 1
    end = begin + asked[at]
    for place in range(begin, end):
        state = mix(state, asked[place])
    return state, end
