"""From the words of a text to the queries that they ring, compiled.

``collect`` marks the leaves that are in the text; ``ring`` follows the queries filed under them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit, uint64

from bot.matching.index.plan import FAIL, MATCH, SEARCHED
from bot.matching.index.scan_kernel import CAPITAL, FIRST, MAY_END_SENTENCE, Hash, Words, mix
from bot.matching.index.tables import EMPTY, Slots, look_up, may_have

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The high byte of a mark: the leaf is perhaps in these fields.
PERHAPS_SHIFT = 8
# In an emission's languages, the sign: the leaf is only perhaps there.
UNSURE = -(1 << 31)
# A filed query's header: the number of its instructions, the fields in which the leaf must be, and
# whether it is filed under other leaves too.
LENGTH = (1 << 16) - 1
FIELDS_SHIFT = 16
ELSEWHERE = 1 << 30


# The columns of an emission: what a word means in items of some languages, and the next of its
# chain. A phrase has more: how many words after its second, and where their hashes are.
LEAF, LANGS, THEN, MORE, REST = range(5)


class Filed(NamedTuple):
    """Queries by leaf: of leaf i, ``entries[first[i] : first[i] + length[i]]``.

    An entry is ~query where nothing more is asked, else the query, its header (the number of
    instructions) and the instructions.
    """

    first: NDArray[np.int64]
    length: NDArray[np.int32]
    entries: NDArray[np.int32]
    alive: NDArray[np.uint8]


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
    fields: NDArray[np.uint8],
    lang: int,
    key: int,
    terms: Slots,
    term_filter: NDArray[np.uint64],
    pairs: Slots,
    prefixes: Slots,
    prefix_lengths: int,
    emissions: NDArray[np.int32],
    phrases: NDArray[np.int32],
    rest: NDArray[np.uint64],
    seen: NDArray[np.uint16],
    touched: NDArray[np.int32],
) -> int:
    """Marks the leaves of the words in ``seen``; their number, listed in ``touched``.

    ``fields`` are the bits of each field, ``lang`` the bit of the item's language.
    """
    hashes, flags, of_field = words.hashes, words.flags, words.fields
    letters, letters_from, letters_to = words.letters, words.letters_from, words.letters_to
    any_pairs = len(phrases) > 0
    here = np.int32(1) << np.int32(lang)
    found = 0
    for index in range(count):
        bit = fields[of_field[index]]
        value = EMPTY
        if may_have(term_filter, hashes[index]):
            value = look_up(terms, hashes[index])
        while value >= 0:
            langs = emissions[value, LANGS]
            if langs & here:
                leaf = emissions[value, LEAF]
                if not seen[leaf]:
                    touched[found] = leaf
                    found += 1
                seen[leaf] |= bit << PERHAPS_SHIFT if langs < 0 else bit
            value = emissions[value, THEN]
        if any_pairs and index + 1 < count and not flags[index + 1] & FIRST:
            key_of_pair = pair(hashes[index], hashes[index + 1])
            value = look_up(pairs, key_of_pair)
            while value >= 0:
                langs = phrases[value, LANGS]
                more = phrases[value, MORE]
                if langs & here and index + 1 + more < count:
                    doubt = flags[index + 1] & MAY_END_SENTENCE
                    same = True
                    for each in range(more):
                        at = index + 2 + each
                        if flags[at] & FIRST or hashes[at] != rest[phrases[value, REST] + each]:
                            same = False
                            break
                        doubt |= flags[at] & MAY_END_SENTENCE
                    if same:
                        leaf = phrases[value, LEAF]
                        if not seen[leaf]:
                            touched[found] = leaf
                            found += 1
                        unsure = doubt != 0 or langs < 0
                        seen[leaf] |= bit << PERHAPS_SHIFT if unsure else bit
                value = phrases[value, THEN]
        if prefix_lengths:
            state, begin = uint64(key), letters_from[index]
            most = min(letters_to[index] - begin, 62)
            for length in range(1, most + 1):
                state = mix(state, letters[begin + length - 1])
                if not prefix_lengths >> length & 1:
                    continue
                value = look_up(prefixes, state)
                while value >= 0:
                    leaf = emissions[value, LEAF]
                    if not seen[leaf]:
                        touched[found] = leaf
                        found += 1
                    unsure = emissions[value, LANGS] < 0
                    seen[leaf] |= bit << PERHAPS_SHIFT if unsure else bit
                    value = emissions[value, THEN]
    return found


@njit(nogil=True, cache=True)
def mark(
    leaves: NDArray[np.int32],
    bits: NDArray[np.uint16],
    seen: NDArray[np.uint16],
    touched: NDArray[np.int32],
    count: int,
) -> int:
    """Marks leaves that were found outside; the number of leaves touched now."""
    for index in range(len(leaves)):
        leaf = leaves[index]
        if not seen[leaf]:
            touched[count] = leaf
            count += 1
        seen[leaf] |= bits[index]
    return count


@njit(nogil=True, cache=True)
def ring(
    touched: NDArray[np.int32],
    count: int,
    seen: NDArray[np.uint16],
    filed: Filed,
    met: NDArray[np.uint8],
    rung: NDArray[np.int32],
) -> int:
    """The queries that match, as numbers; as ~number those that have to be asked outside.

    Their count; or minus one, with ``seen`` left as it is, where ``rung`` has no room for them.
    ``seen`` and ``met`` are clean again at the end.
    """
    first, length, entries, alive = filed.first, filed.length, filed.entries, filed.alive
    room, found, multiple = len(rung), 0, False
    full = False
    for index in range(count):
        leaf = touched[index]
        at = first[leaf]
        end = at + length[leaf]
        bits = seen[leaf]
        while at < end:
            query = entries[at]
            at += 1
            if query < 0:
                query = ~query
                if not alive[query]:
                    continue
                if bits & SEARCHED:
                    sure = True
                elif bits >> PERHAPS_SHIFT & SEARCHED:
                    sure = False
                else:
                    continue
            else:
                header = entries[at]
                begin = at + 1
                at = begin + 2 * (header & LENGTH)
                if not alive[query] or (header & ELSEWHERE and met[query]):
                    continue
                needed = header >> FIELDS_SHIFT & 31
                sure = bits & needed != 0
                if not sure and needed:
                    if not bits >> PERHAPS_SHIFT & needed:
                        continue
                else:
                    sure = True
                step = 0 if header & LENGTH else MATCH
                while step < MATCH:
                    asked = entries[begin + 2 * step + 1]
                    there = seen[entries[begin + 2 * step]]
                    if there & asked & 31:
                        step = asked >> 5 & 8191
                    elif there >> PERHAPS_SHIFT & asked & 31:
                        step, sure = MATCH, False
                    else:
                        step = asked >> 18 & 8191
                if step == FAIL:
                    continue
                if header & ELSEWHERE:
                    met[query] = 1
                    multiple = True
            if found == room:
                full = True
                break
            rung[found] = query if sure else ~query
            found += 1
        if full:
            break
    if multiple:
        for index in range(found):
            met[rung[index] if rung[index] >= 0 else ~rung[index]] = 0
        if full:
            met[:] = 0
    if full:
        return -1
    for index in range(count):
        seen[touched[index]] = 0
    return found


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
