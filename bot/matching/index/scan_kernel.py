"""The scanner, compiled: characters in, words out, in one pass.

The naive twin is ``text.tokens``. What takes more than looking at characters (is this an address?
a Turkish ending? a mark that composes?) is left to it: the pass stops at what may be an address,
and lists the words that it cannot trim or fold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numba import uint64

from bot.matching.index.alphabet import (
    AFTER_ELISION,
    APOSTROPHE,
    BREAK,
    COMPLEX,
    FOLD_SHIFT,
    IGNORED,
    IN_ADDRESS,
    LONGEST_FOLD,
    LOWER,
    MARK,
    NEWLINE,
    NOT_BEHIND_PLAIN,
    PLAIN,
    POOLED,
    SIGN,
    STOP,
    UNSPACED,
    UPPER,
    VOWEL,
    WORD,
    Alphabet,
)
from bot.matching.index.compiling import njit
from bot.matching.index.contraction_kernel import is_contracted
from bot.matching.index.tables import EMPTY, Slots, look_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What a word's flags say.
MAY_END_SENTENCE = 1  # a sentence may have ended between the word before and this one
FIRST = 2  # of its field
CAPITAL = 4  # written with a capital first

# What the pass keeps in ``state``.
FIRST_OF_FIELD, FIELD, AT, SKIP, COUNT, PENDING, LETTERS, HASHTAG, STOPS, START = range(10)
STATE_SIZE = 10
# START is the word that was stopped at; it is taken for a word when the pass comes to it again.
# Where it stopped: at the end; behind a word that may begin an address; at its wits' end.
DONE, ADDRESS, BEYOND = range(3)

_LONGEST_ADDRESS = 700
_LONGEST_ELISION = 7
_LONGEST_PRONOUN = 5
_SMALL_E = ord("e")
_SMALL_S = ord("s")
_FIRST_LETTER, _LAST_LETTER = ord("A"), ord("z")
_SHARP, _WIDE_SHARP, _UNDERSCORE = ord("#"), ord("＃"), ord("_")
_AT, _DOT, _COLON, _SLASH, _W = ord("@"), ord("."), ord(":"), ord("/"), ord("w")
_STEP = 0xD6E8FEB86659FD93


# An unsigned number of 64 bits, which only compiled code has a type for.
Hash: TypeAlias = Any


class Words(NamedTuple):
    """The words of a text, by number; word i is ``letters[letters_from[i]:letters_to[i]]``."""

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    hashes: NDArray[np.uint64]
    flags: NDArray[np.uint8]
    fields: NDArray[np.int32]
    letters_from: NDArray[np.int32]
    letters_to: NDArray[np.int32]
    letters: NDArray[np.uint32]
    pending: NDArray[np.int32]  # to be trimmed and folded outside: their run, not yet a word
    small: NDArray[np.uint8]  # by field: whether it has a small letter


@njit(nogil=True, cache=True, inline="always")
def mix(state: Hash, letter: Hash) -> Hash:
    """The hash of a word with one more letter: 64 bits, keyed by the first state."""
    state = (state ^ uint64(letter)) * uint64(_STEP)
    return state ^ (state >> uint64(29))


@njit(nogil=True, cache=True, boundscheck=False)
def hash_letters(letters: NDArray[np.uint32], key: int) -> Hash:
    """The hash of a folded word."""
    state: Hash = uint64(key)
    for letter in letters:
        state = mix(state, letter)
    return state


@njit(nogil=True, cache=True)
def scan(
    text: NDArray[np.uint32],
    bounds: NDArray[np.int64],
    fields_end: int,
    key: int,
    alphabet: Alphabet,
    elisions: NDArray[np.uint64],
    endings: Slots,
    state: NDArray[np.int64],
    words: Words,
) -> int:
    """Goes on from ``state`` up to a field. ``bounds`` begin with where each starts and ends in ``text``.

    One long function, and every array by a name of its own: a call or a look into a tuple inside of
    the loop counts references, which took ten times as long as the scanning.
    """
    rows, pool = alphabet.rows, alphabet.pool
    starts, ends, hashes, flags = words.starts, words.ends, words.hashes, words.flags
    fields, letters, pending, small = words.fields, words.letters, words.pending, words.small
    letters_from, letters_to = words.letters_from, words.letters_to
    room = len(letters)
    field, at, skip, hashtag = state[FIELD], state[AT], state[SKIP], state[HASHTAG]
    count, last, stops = state[COUNT], state[LETTERS], state[STOPS]
    first_flag = state[FIRST_OF_FIELD]
    status = DONE
    while field < fields_end and status == DONE:
        begin, stop = bounds[field, 0], bounds[field, 1]
        if at < begin:
            at, skip, hashtag, stops, first_flag = begin, begin, -1, 0, FIRST
            small[field] = 0
        while at < stop:
            each = rows[text[uint64(at)]]
            if not each & (WORD | UNSPACED):
                if each & (NEWLINE | STOP | BREAK):
                    stops += 1 if each & NEWLINE else 2
                at += 1
                continue
            # Most words are just letters: fold and hash them on the way to their end.
            start, marks, tail = at, 0, last
            first_kind, kind = each, each
            value: Hash = uint64(key)
            plain = room - last > stop - at
            if plain:
                # Behind a field is a zero, which is no letter: where it ends need not be asked.
                here, next_letter = uint64(at), uint64(last)
                while each & PLAIN:
                    fold = each >> uint64(FOLD_SHIFT)
                    letters[next_letter] = fold
                    next_letter += uint64(1)
                    value = mix(value, fold)
                    kind |= each
                    here += uint64(1)
                    each = rows[text[here]]
                at, tail = np.int64(here), np.int64(next_letter)
            before = text[uint64(start - 1)] if start > begin else 0
            if (
                tail > last
                and not each & NOT_BEHIND_PLAIN
                and start >= skip
                and before not in (_SHARP, _WIDE_SHARP, _UNDERSCORE)
            ):
                if kind & LOWER:
                    small[field] = 1
                number = uint64(count)
                starts[number], ends[number], fields[number] = start, at, field
                hashes[number] = value
                letters_from[number], letters_to[number] = last, tail
                flags[number] = (
                    first_flag
                    | (MAY_END_SENTENCE if stops >= 2 else 0)
                    | (CAPITAL if first_kind & UPPER else 0)
                )
                last = tail
                count += 1
                first_flag = stops = 0
                continue
            if at == start and each & UNSPACED:
                plain = False
                at += 1
                while at < stop and rows[text[at]] & (MARK | IGNORED):
                    kind |= rows[text[at]]
                    at += 1
            else:
                while at < stop:
                    each = rows[text[at]]
                    if each & (WORD | MARK | IGNORED):
                        kind |= each
                        fold = each >> uint64(FOLD_SHIFT)
                        if fold & POOLED:
                            plain = False
                        elif fold and plain:
                            letters[tail] = fold
                            tail += 1
                            value = mix(value, fold)
                    elif each & APOSTROPHE and at + 1 < stop and rows[text[at + 1]] & WORD:
                        marks += 1
                    else:
                        break
                    at += 1
            if kind & LOWER:
                small[field] = 1
            if start < skip:
                continue
            if (
                at < stop
                and rows[text[at]] & SIGN
                and start != state[START]
                and _may_be_address(text, rows, start, at, stop)
            ):
                state[START] = start
                status = ADDRESS
                break
            # What apostrophes hide.
            end, run = at, start
            unsure = kind & COMPLEX != 0
            while marks:
                mark = start
                while not rows[text[mark]] & APOSTROPHE:
                    mark += 1
                if not (
                    rows[text[mark + 1]] & AFTER_ELISION
                    and _is_elision(text, start, mark, elisions)
                ):
                    break
                start = mark + 1
                marks -= 1
            if marks:
                mark = end - 1
                while not rows[text[mark]] & APOSTROPHE:
                    mark -= 1
                if end - mark == 2 and text[mark + 1] | 32 == _SMALL_S:
                    end = mark
                elif mark - start <= _LONGEST_PRONOUN and is_contracted(text, mark + 1, end):
                    unsure = True
                elif not rows[text[start]] & LOWER or rows[text[start + 1]] & UPPER:
                    # Perhaps a Turkish ending: it follows a name or a number.
                    ending = _ending(text, mark + 1, end)
                    silent = text[mark - 1] | 32 == _SMALL_E and rows[text[mark + 1]] & VOWEL != 0
                    if silent or not ending or not rows[text[start]] & UPPER:
                        unsure = True
                    elif (
                        mark - start > 1
                        and not (rows[text[mark - 1]] & VOWEL and rows[text[mark + 1]] & VOWEL)
                        and look_up(endings, ending) != EMPTY
                    ):
                        end = mark
            while rows[text[end - 1]] & IGNORED:
                end -= 1
            before = text[start - 1] if start > begin else 0
            parted = before in (_SHARP, _WIDE_SHARP) or (
                before == _UNDERSCORE and hashtag == start - 1
            )
            if parted:
                hashtag = end
                if unsure:
                    status = BEYOND
                    break
            if unsure:
                pending[state[PENDING]] = count
                state[PENDING] += 1
                starts[count], ends[count], fields[count] = run, at, field
                flags[count] = first_flag | (MAY_END_SENTENCE if stops >= 2 else 0)
                count += 1
                first_flag = stops = 0
                continue
            if plain and not parted and start == run and end == at and tail > last:
                starts[count], ends[count], fields[count] = start, end, field
                hashes[count] = value
                letters_from[count], letters_to[count] = last, tail
                flags[count] = (
                    first_flag
                    | (MAY_END_SENTENCE if stops >= 2 else 0)
                    | (CAPITAL if rows[text[start]] & UPPER else 0)
                )
                last = tail
                count += 1
                first_flag = stops = 0
                continue
            # Fold and hash it; a hashtag in parts.
            while start < end:
                cut = end
                if parted:
                    cut = start + 1
                    while cut < end and not (
                        rows[text[cut]] & UPPER
                        and (
                            not rows[text[cut - 1]] & UPPER
                            or (cut + 1 < end and rows[text[cut + 1]] & LOWER)
                        )
                    ):
                        cut += 1
                first = last
                value = uint64(key)
                if room - last < LONGEST_FOLD * (cut - start):
                    status = BEYOND
                    break
                for place in range(start, cut):
                    fold = rows[text[place]] >> uint64(FOLD_SHIFT)
                    if not fold & POOLED:
                        if fold:
                            letters[last] = fold
                            last += 1
                            value = mix(value, fold)
                        continue
                    entry = np.int64(fold) - POOLED
                    for index in range(entry + 1, entry + 1 + np.int64(pool[entry])):
                        letters[last] = pool[index]
                        last += 1
                        value = mix(value, pool[index])
                if last > first:
                    starts[count], ends[count], fields[count] = start, cut, field
                    hashes[count] = value
                    letters_from[count], letters_to[count] = first, last
                    flags[count] = (
                        first_flag
                        | (MAY_END_SENTENCE if stops >= 2 else 0)
                        | (CAPITAL if rows[text[start]] & UPPER else 0)
                    )
                    count += 1
                    first_flag = stops = 0
                start = cut
            if status != DONE:
                break
        if status == DONE:
            field += 1
            at = -1
    state[FIELD], state[AT], state[SKIP], state[HASHTAG] = field, at, skip, hashtag
    state[COUNT], state[LETTERS], state[STOPS] = count, last, stops
    state[FIRST_OF_FIELD] = first_flag
    return status


@njit(nogil=True, cache=True, forceinline=True)
def _may_be_address(
    text: NDArray[np.uint32], rows: NDArray[np.uint64], start: int, at: int, stop: int
) -> bool:
    """Whether ``text._ADDRESS`` should be asked about what begins at ``start``: no miss is made."""
    if text[at] == _COLON:
        return at + 2 < stop and text[at + 1] == _SLASH and text[at + 2] == _SLASH
    if at - start == 3 and text[start] | 32 == _W and text[start + 1] | 32 == _W:
        return True
    stop = min(stop, start + _LONGEST_ADDRESS)
    while at < stop and rows[text[at]] & IN_ADDRESS:
        if text[at] == _AT:
            return True
        if text[at] == _DOT and at + 1 < stop:
            following = rows[text[at + 1]]
            if following & WORD:
                return True
        at += 1
    # A scheme may be joined by hyphens: “end-https://…”, where a blank was forgotten.
    return at + 2 < stop and text[at] == _COLON and text[at + 1] == _SLASH == text[at + 2]


@njit(nogil=True, cache=True)
def pack_ending(letters: NDArray[np.uint32]) -> Hash:
    """The hash of a Turkish ending in small letters, as ``scan`` looks it up."""
    return _ending(letters, 0, len(letters))


@njit(nogil=True, cache=True, forceinline=True)
def _ending(text: NDArray[np.uint32], start: int, end: int) -> Hash:
    """The hash of an ending in small letters; 0 for letters that have to be looked at outside."""
    state: Hash = uint64(1)
    for place in range(start, end):
        letter = text[place]
        if letter < 0x80:
            if not 0x60 < letter | 32 < 0x7B:
                return uint64(0)
            letter |= 32
        elif letter in (0x130, 0x131):
            letter = letter if letter == 0x131 else ord("i")
        elif letter in (0xC7, 0xDC):  # Ç Ü
            letter += 32
        elif letter not in (0xE7, 0xFC):  # ç ü
            return uint64(0)
        state = mix(state, letter)
    return state | uint64(1)


@njit(nogil=True, cache=True, forceinline=True)
def _is_elision(
    text: NDArray[np.uint32], start: int, end: int, elisions: NDArray[np.uint64]
) -> bool:
    """Whether the letters are one of the elisions, each packed in eight bytes of small letters."""
    if not 0 < end - start <= _LONGEST_ELISION:
        return False
    packed = uint64(0)
    for place in range(start, end):
        letter = text[place]
        if letter > _LAST_LETTER or letter < _FIRST_LETTER:
            return False
        packed = packed << uint64(8) | uint64(letter | 0x20)
    for elision in elisions:
        if elision == packed:
            return True
    return False
