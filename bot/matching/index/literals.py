"""The letters without which a regular expression finds nothing: they spare most texts the asking."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.matching.index.alphabet import COMPLEX, POOLED, UNSPACED, WORD
from bot.matching.index.inside_kernel import FEW, MANY
from bot.matching.regexes import PIECE, in_alternatives

if TYPE_CHECKING:
    from bot.matching.index.alphabet import Alphabet

# An escape of another letter may take what follows it with it, as \p{L}, \x41 and \Q…\E do.
_LONG_ESCAPE = re.compile(r"\\[^\W_wWdDsSbBntrfvaAz]")
_NEIGHBOURS = " -"  # no other character becomes one of these in NFC


def needed_letters(pattern: str, alphabet: Alphabet) -> list[list[int]] | None:
    """For each alternative three or five folded letters in a row, of which one set is in any match.

    None where an alternative has no such letters outside of its groups and repetitions.
    """
    if _LONG_ESCAPE.search(pattern):
        return None
    needed = []
    for pieces in in_alternatives(PIECE.findall(pattern)):
        longest = max(_runs(pieces, alphabet), key=len)
        if len(longest) < FEW:
            return None
        length = MANY if len(longest) >= MANY else FEW
        middle = (len(longest) - length) // 2
        needed.append(longest[middle : middle + length])
    return needed


def _runs(pieces: list[str], alphabet: Alphabet) -> list[list[int]]:
    """The folded letters that must follow one another, outside of parentheses."""
    runs: list[list[int]] = [[]]
    depth, counting = 0, False
    for piece in pieces:
        depth += (piece == "(") - (piece == ")")
        if piece in {"*", "?", "{"} and runs[-1] and depth == 0:
            runs[-1].pop()  # it may not be there at all
        counting = piece == "{" or (counting and piece != "}")
        letter = _letter(piece, alphabet) if depth == 0 and not counting else 0
        if letter:
            runs[-1].append(letter)
        else:
            runs.append([])
    return runs


def _letter(piece: str, alphabet: Alphabet) -> int:
    """The fold of a character that only stands for itself; 0 for all others."""
    if len(piece) > 1:
        return 0
    if piece in _NEIGHBOURS:
        return ord(piece)
    kind, fold = alphabet.kind(piece), alphabet.fold(piece)
    plain = kind & (WORD | UNSPACED) and not kind & COMPLEX and not fold & POOLED
    return fold if plain else 0
