"""From the words of a text to the leaves that are in it, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import uint64

from bot.matching.index.alphabet import APOSTROPHE, UNLIKE
from bot.matching.index.compiling import njit
from bot.matching.index.pointers import fetch
from bot.matching.index.scan_kernel import (
    FIRST,
    MAY_END_SENTENCE,
    Hash,
    Words,
    mix,
)
from bot.matching.index.tables import Slots, bit_of, look_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The high byte of a mark: the leaf is perhaps in these fields.
PERHAPS_SHIFT = 8
# In an emission's languages, the sign: the leaf is only perhaps there.
UNSURE = -(1 << 31)

# The columns of an emission: what a word means in items of some languages, the next of its chain,
# and where in ``facts`` it says what else must be, or EMPTY. Of a phrase: how many words after its
# second, and where their hashes are.
LEAF, LANGS, THEN, CHECK = range(4)
MORE, REST = 3, 4
# A check begins with the number of words that must be spelt so, and the hashes of their spellings;
# or with 0: then the word is one of a group that must stand near each other.
SLOT, FIRST_SLOT, SLOTS, DISTANCE = 1, 2, 3, 4
# No field has so many words: what was seen in another field is too far away to be near.
FAR = 1 << 24

_APOSTROPHE = ord("'")
# How many words before its turn one is fetched from the table.
_AHEAD = 8


class Index(NamedTuple):
    """What the words of all leaves are looked up in."""

    terms: Slots
    term_filter: NDArray[np.uint64]
    pairs: Slots
    pair_filter: NDArray[np.uint64]
    prefixes: Slots
    prefix_filter: NDArray[np.uint64]
    emissions: NDArray[np.int32]
    phrases: NDArray[np.int32]
    facts: NDArray[np.uint64]


@njit(nogil=True, cache=True, forceinline=True)
def pair(first: Hash, second: Hash) -> Hash:
    """The hash of two neighbours, in this order."""
    return mix(mix(uint64(0), first), second)


@njit(nogil=True, cache=True)
def pair_of(first: Hash, second: Hash) -> Hash:
    """The hash of two neighbours, for the outside."""
    return pair(first, second)


@njit(nogil=True, cache=True)
def collect(
    words: Words,
    count: int,
    fields: NDArray[np.int64],
    lang: int,
    key: int,
    index: Index,
    text: NDArray[np.uint32],
    rows: NDArray[np.uint64],
    last: NDArray[np.int64],
    clock: int,
    picked: NDArray[np.int32],
    met: NDArray[np.int32],
    seen: NDArray[np.uint16],
    touched: NDArray[np.int32],
) -> int:
    """Marks the leaves of single words in ``seen``; their number, listed in ``touched``.

    ``fields`` have the bit of each field behind its bounds, ``lang`` is the bit of the item's
    language. ``last`` is when each word of a group was met last, by a clock that goes on from text
    to text. ``picked`` and ``met`` are room for as many numbers as there are words: the words that
    may be in the table are picked first, then those that are, with what they emit. So memory is
    never waited for while something is guessed at, and what will be looked at is fetched before.
    """
    starts, ends, hashes, flags = words.starts, words.ends, words.hashes, words.flags
    of_field = words.fields
    terms, term_filter = index.terms, index.term_filter
    emissions, facts = index.emissions, index.facts
    here = np.int32(1) << np.int32(lang)
    mask = uint64(len(terms) - 1)
    most = there_are = found = 0
    for number in range(count):
        picked[uint64(most)] = number
        most += bit_of(term_filter, hashes[uint64(number)])
    for pick in range(min(most, _AHEAD)):
        fetch(terms, hashes[uint64(picked[uint64(pick)])] & mask)
    for pick in range(most):
        if pick + _AHEAD < most:
            fetch(terms, hashes[uint64(picked[uint64(pick + _AHEAD)])] & mask)
        number = picked[uint64(pick)]
        value = look_up(terms, hashes[uint64(number)])
        if value >= 0:
            fetch(emissions, uint64(value))
            picked[uint64(there_are)] = number
            met[uint64(there_are)] = value
            there_are += 1
    for pick in range(there_are):
        number = picked[uint64(pick)]
        value = np.int64(met[uint64(pick)])
        while value >= 0:
            emission = uint64(value)
            langs = emissions[emission, LANGS]
            if langs & here:
                there, unsure = True, langs < 0
                check = np.int64(emissions[emission, CHECK])
                if check >= 0:
                    spelt = np.int64(facts[check])
                    if spelt == 0:
                        now = clock + number + FAR * (of_field[number] + 1)
                        last[np.int64(facts[check + SLOT])] = now
                        slot = np.int64(facts[check + FIRST_SLOT])
                        oldest = now - np.int64(facts[check + DISTANCE])
                        for each in range(slot, slot + np.int64(facts[check + SLOTS])):
                            there = there and last[each] >= oldest
                    elif number + spelt > count:
                        there = False
                    for each in range(spelt):
                        at = number + each
                        if each and flags[at] & FIRST:
                            there = False
                        if each and flags[at] & MAY_END_SENTENCE:
                            unsure = True
                        if not there:
                            break
                        spelling, like = _spelling(text, rows, starts[at], ends[at], key)
                        if not like:
                            unsure = True
                        elif spelling != facts[check + 1 + each]:
                            there = False
                if there:
                    leaf = uint64(emissions[emission, LEAF])
                    if not seen[leaf]:
                        touched[uint64(found)] = leaf
                        found += 1
                    bit = fields[of_field[uint64(number)], 2]
                    seen[leaf] |= bit << PERHAPS_SHIFT if unsure else bit
            value = np.int64(emissions[emission, THEN])
    return found


@njit(nogil=True, cache=True)
def collect_phrases(
    words: Words,
    count: int,
    fields: NDArray[np.int64],
    lang: int,
    index: Index,
    seen: NDArray[np.uint16],
    touched: NDArray[np.int32],
    found: int,
) -> int:
    """Marks the leaves of words in a row as well; the number of leaves touched now."""
    hashes, flags, of_field = words.hashes, words.flags, words.fields
    pairs, pair_filter = index.pairs, index.pair_filter
    phrases, facts = index.phrases, index.facts
    here = np.int32(1) << np.int32(lang)
    for number in range(count - 1):
        key = pair(hashes[number], hashes[number + 1])
        if flags[number + 1] & FIRST or not bit_of(pair_filter, key):
            continue
        value = look_up(pairs, key)
        while value >= 0:
            langs = phrases[value, LANGS]
            more = phrases[value, MORE]
            if langs & here and number + 1 + more < count:
                doubt = flags[number + 1] & MAY_END_SENTENCE
                same = True
                for each in range(more):
                    at = number + 2 + each
                    if flags[at] & FIRST or hashes[at] != facts[phrases[value, REST] + each]:
                        same = False
                        break
                    doubt |= flags[at] & MAY_END_SENTENCE
                if same:
                    leaf = phrases[value, LEAF]
                    if not seen[leaf]:
                        touched[found] = leaf
                        found += 1
                    bit = fields[of_field[number], 2]
                    seen[leaf] |= bit << PERHAPS_SHIFT if doubt or langs < 0 else bit
            value = phrases[value, THEN]
    return found


@njit(nogil=True, cache=True)
def collect_prefixes(
    words: Words,
    count: int,
    fields: NDArray[np.int64],
    key: int,
    index: Index,
    lengths: int,
    seen: NDArray[np.uint16],
    touched: NDArray[np.int32],
    found: int,
) -> int:
    """Marks the leaves of beginnings as well, which have these lengths (bits); as above."""
    letters, of_field = words.letters, words.fields
    letters_from, letters_to = words.letters_from, words.letters_to
    prefixes, prefix_filter, emissions = index.prefixes, index.prefix_filter, index.emissions
    for number in range(count):
        state, begin = uint64(key), letters_from[number]
        bit = fields[of_field[number], 2]
        left = lengths >> 1
        for place in range(begin, letters_to[number]):
            state = mix(state, letters[place])
            if left & 1 and bit_of(prefix_filter, state):
                value = look_up(prefixes, state)
                while value >= 0:
                    leaf = emissions[value, LEAF]
                    if not seen[leaf]:
                        touched[found] = leaf
                        found += 1
                    unsure = emissions[value, LANGS] < 0
                    seen[leaf] |= bit << PERHAPS_SHIFT if unsure else bit
                    value = emissions[value, THEN]
            left >>= 1
            if not left:
                break
    return found


@njit(nogil=True, cache=True, forceinline=True)
def _spelling(
    text: NDArray[np.uint32], rows: NDArray[np.uint64], start: int, end: int, key: int
) -> tuple[Hash, bool]:
    """The hash of a word as it is spelt; False where ``text.surface`` has to be asked."""
    state, like = uint64(key), True
    for place in range(start, end):
        kind = rows[text[place]]
        if kind & UNLIKE:
            like = False
        state = mix(state, _APOSTROPHE if kind & APOSTROPHE else text[place])
    return state, like


@njit(nogil=True, cache=True)
def mark(
    leaves: NDArray[np.int32],
    bits: NDArray[np.uint16],
    seen: NDArray[np.uint16],
    touched: NDArray[np.int32],
    count: int,
) -> int:
    """Marks leaves with the bits of each; the number of leaves touched now."""
    for index in range(len(leaves)):
        count = mark_all(leaves[index : index + 1], bits[index], seen, touched, count)
    return count


@njit(nogil=True, cache=True)
def mark_all(
    leaves: NDArray[np.int32],
    bits: int,
    seen: NDArray[np.uint16],
    touched: NDArray[np.int32],
    count: int,
) -> int:
    """Marks leaves with the same bits; the number of leaves touched now."""
    for leaf in leaves:
        if not seen[leaf]:
            touched[count] = leaf
            count += 1
        seen[leaf] |= bits
    return count
