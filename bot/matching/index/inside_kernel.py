"""From the letters of a text to the regular expressions that may find something, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import uint64

from bot.matching.index.alphabet import COMPLEX, FOLD_SHIFT, POOLED
from bot.matching.index.collect_kernel import CHECK, LEAF, THEN
from bot.matching.index.compiling import njit
from bot.matching.index.tables import Slots, bit_of, look_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.matching.index.scan_kernel import Hash

# Twelve bits of each letter; three letters are told from five by a bit of their own.
FEW, MANY = 3, 5
_LETTER_BITS = 12
_FEW_LETTERS, _MANY_LETTERS = (1 << 36) - 1, (1 << 60) - 1
_ARE_FEW = 1 << 62
_STEP = 0xD6E8FEB86659FD93


@njit(nogil=True, cache=True, forceinline=True)
def _next_letter(letters: Hash, fold: Hash) -> Hash:
    """The last letters of a text with one more."""
    code: Hash = uint64(fold)
    short = (code ^ code >> uint64(8)) & uint64((1 << _LETTER_BITS) - 1)
    return letters << uint64(_LETTER_BITS) ^ short


@njit(nogil=True, cache=True, forceinline=True)
def _few(letters: Hash) -> Hash:
    mixed = (letters & uint64(_FEW_LETTERS) | uint64(_ARE_FEW)) * uint64(_STEP)
    return mixed ^ (mixed >> uint64(29))


@njit(nogil=True, cache=True, forceinline=True)
def _many(letters: Hash) -> Hash:
    mixed = (letters & uint64(_MANY_LETTERS)) * uint64(_STEP)
    return mixed ^ (mixed >> uint64(29))


@njit(nogil=True, cache=True)
def key_inside(folds: NDArray[np.uint32]) -> Hash:
    """The hash of the last few or many folded letters, as ``collect_inside`` looks it up."""
    letters = uint64(0)
    for fold in folds:
        letters = _next_letter(letters, fold)
    return _few(letters) if len(folds) < MANY else _many(letters)


@njit(nogil=True, cache=True)
def _reads_back(
    text: NDArray[np.uint32],
    rows: Any,
    start: int,
    place: int,
    facts: NDArray[np.uint64],
    check: int,
) -> bool:
    """Whether the letters of a check, the last one first, stand before and at a place."""
    at, end = check + 1, check + 1 + np.int64(facts[check])
    while at < end:
        if place < start:
            return False
        fold = rows[text[place]] >> uint64(FOLD_SHIFT)
        place -= 1
        if fold == 0 or fold & POOLED:
            continue
        if fold != facts[at]:
            return False
        at += 1
    return True


@njit(nogil=True, cache=True)
def collect_inside(
    text: NDArray[np.uint32],
    start: int,
    end: int,
    bit: int,
    rows: Any,
    insides: Slots,
    inside_filter: NDArray[np.uint64],
    emissions: NDArray[np.int32],
    facts: NDArray[np.uint64],
    seen: NDArray[np.uint16],
    touched: NDArray[np.int32],
    found: int,
) -> tuple[int, bool]:
    """Marks the leaves of letters in a row that stand in a field.

    The number of leaves touched now; False where a character may compose with its neighbour, so
    that the letters do not tell.
    """
    letters = uint64(0)
    for place in range(start, end):
        row = rows[text[place]]
        if row & COMPLEX:
            return found, False
        fold = row >> uint64(FOLD_SHIFT)
        if fold == 0:
            continue  # an accent, or nothing that is seen
        if fold & POOLED:
            continue  # in no key: those around it are not neighbours, but that does no harm
        letters = _next_letter(letters, fold)
        for key in (_few(letters), _many(letters)):
            if bit_of(inside_filter, key):
                value = look_up(insides, key)
                while value >= 0:
                    leaf, check = emissions[value, LEAF], emissions[value, CHECK]
                    if not seen[leaf] & bit and (
                        check < 0 or _reads_back(text, rows, start, place, facts, check)
                    ):
                        if not seen[leaf]:
                            touched[found] = leaf
                            found += 1
                        seen[leaf] |= bit
                    value = emissions[value, THEN]
    return found, True
