"""What the compiled scanner knows of each character, as arrays: made from ``text.py`` itself.

``text.fold_word`` is the one definition of folding. Nearly every character folds the same whatever
stands beside it; those are looked up here. The few that compose with their neighbours (marks,
Korean jamo) are called complex, and a word with one of them is folded by ``fold_word``.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bot.matching import tables
from bot.matching.apostrophes import VOWELS, follows_elision
from bot.matching.text import expand, fold_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

SIZE = sys.maxunicode + 1

# The bits of a character's class.
WORD, UNSPACED, MARK, IGNORED, APOSTROPHE = 1, 2, 4, 8, 16
UPPER, LOWER, COMPLEX = 32, 64, 128
SIGN = 256  # a word that runs into one of these may be the beginning of an address
IN_ADDRESS = 512  # may stand in the name of a host or a mailbox
STOP = 1024  # may end a sentence
NEWLINE = 2048  # two of them end a paragraph
BREAK = 4096  # ends a paragraph alone
AFTER_ELISION = 8192  # a French elision may stand before it
VOWEL = 16384  # of Turkish
UNLIKE = 32768  # its spelling, for ``=``, may not be itself
PLAIN = 65536  # a letter that folds to one letter, whatever stands beside it
# What, behind plain letters, makes of them more than a word of plain letters.
NOT_BEHIND_PLAIN = WORD | MARK | IGNORED | APOSTROPHE | SIGN

# A fold that is longer than one character stands in ``pool``, its length before it.
POOLED = 1 << 31
LONGEST_FOLD = 18  # ﷺ

_SIGNS = ".@:+-_"
_STOPS = "。！？｡!?؟۔।‽\u037e.…"
_NO_HOST = " !\"#$%&'()*,/:;<=>?[\\]^`{|}~«»“”„…\u00a0\u3000"
# Folding leaves these as they are: asking would take longer than all the others together.
_UNCHANGED = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xAC00, 0xD7A4), (0x20000, 0x2A6E0))


FOLD_SHIFT = 32


class Alphabet(NamedTuple):
    """A row for each code point: its class, and shifted by FOLD_SHIFT its fold, 0 for nothing."""

    rows: NDArray[np.uint64]
    pool: NDArray[np.uint32]

    def kind(self, char: str) -> int:
        """The class of a character."""
        return int(self.rows[ord(char)]) & (1 << FOLD_SHIFT) - 1

    def fold(self, char: str) -> int:
        """The code point that a character folds to; POOLED for more than one."""
        return int(self.rows[ord(char)]) >> FOLD_SHIFT


@cache
def alphabet() -> Alphabet:
    """The arrays, made once (0.1 s)."""
    classes = np.zeros(SIZE, np.uint32)
    for body, bit in (
        (tables.WORD, WORD),
        (tables.UNSPACED, UNSPACED),
        (tables.MARK, MARK),
        (tables.IGNORED, IGNORED),
    ):
        classes[np.fromiter(expand(body), np.int64)] |= bit
    for chars, bit in (
        (tables.APOSTROPHES, APOSTROPHE),
        (_SIGNS, SIGN),
        (_STOPS, STOP),
        ("\r\n", NEWLINE),
        ("\f\u2029", BREAK),
        (VOWELS, VOWEL),
    ):
        classes[[ord(char) for char in chars]] |= bit
    classes[32:] |= IN_ADDRESS
    classes[[ord(char) for char in _NO_HOST]] &= ~np.uint32(IN_ADDRESS)
    folds = np.arange(SIZE, dtype=np.uint32)
    folds[classes & APOSTROPHE > 0] = 0
    pool: list[int] = [0]
    classes[[ord(char) for char in tables.APOSTROPHES if char.isascii() and char != "'"]] |= UNLIKE
    for code in _changing(classes):
        char = chr(code)
        if classes[code] & IGNORED or not _is_composed(char):
            classes[code] |= UNLIKE
        if char.isupper():
            classes[code] |= UPPER
        elif char.islower():
            classes[code] |= LOWER
        if follows_elision(char):
            classes[code] |= AFTER_ELISION
        if _is_complex(char):
            classes[code] |= COMPLEX
            continue
        folded = fold_word(char)
        if len(folded) > 1:
            folds[code] = POOLED | len(pool)
            pool += [len(folded), *map(ord, folded)]
        else:
            folds[code] = ord(folded) if folded else 0
    one = (folds > 0) & (folds & POOLED == 0)
    odd = classes & (UNSPACED | MARK | IGNORED | APOSTROPHE | COMPLEX) > 0
    classes[(classes & WORD > 0) & one & ~odd] |= PLAIN
    rows = folds.astype(np.uint64) << np.uint64(FOLD_SHIFT) | classes
    return Alphabet(rows, np.array(pool, np.uint32))


def _changing(classes: NDArray[np.uint32]) -> Iterator[int]:
    """The code points that words may have in them, without those that are known to stay."""
    there = classes & (WORD | UNSPACED | MARK | IGNORED) > 0
    for first, end in _UNCHANGED:
        there[first:end] = False
    return (int(code) for code in np.flatnonzero(there))


def _is_composed(char: str) -> bool:
    """Whether NFC leaves it as it is, whatever stands before it."""
    return (
        not unicodedata.combining(char)
        and char not in _seconds()
        and unicodedata.is_normalized("NFC", char)
    )


def _is_complex(char: str) -> bool:
    """Whether its fold may depend on the characters beside it."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    if not letters:
        return False
    first = letters[0]
    if char in {"\u0306", "\u0345"} or (first in _seconds() and first not in _accents()):
        return True
    return any(map(unicodedata.combining, first)) and fold_word("a" + char) != "a"


@cache
def _seconds() -> frozenset[str]:
    """The characters that composition may join to the one before them."""
    jamo = (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(SIZE))
    return frozenset(
        {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and pair[0][0] != "<"}  # noqa: PLR2004
        | {chr(code) for code in jamo}
    )


@cache
def _accents() -> frozenset[str]:
    """Marks that folding drops anyway; the breve is kept on one letter."""
    return frozenset(map(chr, expand(tables.ACCENT))) - {"\u0306"}
