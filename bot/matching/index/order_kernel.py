"""Numbers in order, each once, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import uint64

from bot.matching.index.compiling import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bot.matching.index.entry_kernel import Number

_FEW = 24
_MOST_DIGIT = 11  # bits


@njit(nogil=True, cache=True)
def put_in_order(numbers: NDArray[np.int32], count: int) -> int:
    """Sorts the first of some numbers from zero on; behind them is room for as many.

    Of a query that is there twice, one is left: the even number, where it is sure. How many are left.
    """
    if count <= _FEW:
        for index in range(1, count):
            number = numbers[uint64(index)]
            at: Number = uint64(index)
            while at and numbers[at - uint64(1)] > number:
                numbers[at] = numbers[at - uint64(1)]
                at -= uint64(1)
            numbers[at] = number
    else:
        _by_digits(numbers, count)
    left, last = 0, -1
    for index in range(count):
        number = numbers[uint64(index)]
        numbers[uint64(left)] = number
        left += number >> 1 != last
        last = number >> 1
    return left


@njit(nogil=True, cache=True)
def _by_digits(numbers: NDArray[np.int32], count: int) -> None:
    """Comparing takes three times as long, for a wrong guess at half of the comparisons."""
    largest = 0
    for index in range(count):
        largest |= numbers[uint64(index)]
    bits = 1
    while largest >> bits:
        bits += 1
    rounds = (bits + _MOST_DIGIT - 1) // _MOST_DIGIT
    digit = uint64((bits + rounds - 1) // rounds)
    last_digit = (uint64(1) << digit) - uint64(1)
    ends = np.zeros(np.int64(last_digit) + 2, np.int32)
    begin: Number = uint64(0)
    other: Number = uint64(count)
    shift: Number = uint64(0)
    for _ in range(rounds):
        ends[:] = 0
        for index in range(count):
            number = uint64(numbers[begin + uint64(index)])
            ends[((number >> shift) & last_digit) + uint64(1)] += 1
        total: Number = np.int32(0)
        for place in range(len(ends)):
            total += ends[uint64(place)]
            ends[uint64(place)] = total
        for index in range(count):
            number = uint64(numbers[begin + uint64(index)])
            place = (number >> shift) & last_digit
            numbers[other + uint64(ends[place])] = number
            ends[place] += 1
        begin, other, shift = other, begin, shift + digit
    if begin:
        numbers[:count] = numbers[count : 2 * count]
