"""The letters without which a regular expression finds nothing: they spare most texts the asking."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from bot.matching.index.alphabet import COMPLEX, POOLED, UNSPACED, WORD
from bot.matching.index.inside_kernel import FEW
from bot.matching.index.plan import ALL, ANY, joined
from bot.matching.regexes import PIECE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.matching.index.alphabet import Alphabet
    from bot.matching.index.plan import Test

# An escape of another letter may take what follows it with it, as \p{L}, \x41 and \Q…\E do.
_LONG_ESCAPE = re.compile(r"\\[^\W_wWdDsSbBntrfvaAz]")
_NEIGHBOURS = " -"  # no other character becomes one of these in NFC
_MAYBE = {"*", "?", "{"}  # what stands before it may not be there at all
_LONGEST = 24  # letters of a run that are looked at, the last ones
_DEEPEST = 40  # groups in groups that are read


def needs(pattern: str, alphabet: Alphabet, test: Callable[[tuple[int, ...]], Test]) -> Test | None:
    """What must be there wherever the pattern finds something; None where nothing can be said.

    ``test`` is that of some folded letters, at least FEW, that follow one another.
    """
    pieces = PIECE.findall(pattern)
    depths = accumulate((piece == "(") - (piece == ")") for piece in pieces)
    if _LONG_ESCAPE.search(pattern) or max(depths, default=0) > _DEEPEST:
        return None
    return _Reader(pieces, alphabet, test).alternatives()


@dataclass
class _Sequence:
    """What one alternative needs so far: whole parts, and the letters that have just been read."""

    parts: list[Test] = field(default_factory=list)
    run: list[int] = field(default_factory=list)


class _Reader:
    def __init__(
        self,
        pieces: list[str],
        alphabet: Alphabet,
        test: Callable[[tuple[int, ...]], Test],
    ) -> None:
        self._pieces = pieces
        self._alphabet = alphabet
        self._test = test
        self._at = 0

    def alternatives(self) -> Test | None:
        """Reads up to the end of the group or of the pattern; one of the alternatives is there."""
        found: list[Test | None] = []
        while True:
            found.append(self._sequence())
            if self._next() != "|":
                break
        known = [each for each in found if each is not None]
        return joined(ANY, known) if len(known) == len(found) else None

    def _sequence(self) -> Test | None:
        """Reads up to, not including, the end of the alternative; all of its parts are there."""
        read = _Sequence()
        while self._at < len(self._pieces) and self._pieces[self._at] not in {"|", ")"}:
            piece = self._next()
            if piece == "(":
                self._end_run(read)
                group = self._group()
                if group is not None and self._peek() not in _MAYBE:
                    read.parts.append(group)
            elif piece in _MAYBE:
                if read.run:
                    read.run.pop()
                self._end_run(read)
                if piece == "{":
                    self._pass_count()
            elif letter := _letter(piece, self._alphabet):
                read.run.append(letter)
            else:
                self._end_run(read)
        self._end_run(read)
        left = list(dict.fromkeys(read.parts))
        return joined(ALL, left) if left else None

    def _group(self) -> Test | None:
        """Reads a group behind its parenthesis, that which closes it included."""
        if self._peek() == "?":  # a name, or flags
            while self._peek() not in {"", ":", ">", ")"}:
                self._next()
            if self._peek() != ")":
                self._next()
        return self.alternatives()

    def _pass_count(self) -> None:
        while self._peek().isdigit() or self._peek() == ",":
            self._next()

    def _end_run(self, read: _Sequence) -> None:
        if len(read.run) >= FEW:
            read.parts.append(self._test(tuple(read.run[-_LONGEST:])))
        read.run.clear()

    def _peek(self) -> str:
        return self._pieces[self._at] if self._at < len(self._pieces) else ""

    def _next(self) -> str:
        piece = self._peek()
        self._at += 1
        return piece


def _letter(piece: str, alphabet: Alphabet) -> int:
    """The fold of a character that only stands for itself; 0 for all others."""
    if len(piece) > 1:
        return 0
    if piece in _NEIGHBOURS:
        return ord(piece)
    kind, fold = alphabet.kind(piece), alphabet.fold(piece)
    plain = kind & (WORD | UNSPACED) and not kind & COMPLEX and not fold & POOLED
    return fold if plain else 0
