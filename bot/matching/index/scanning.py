"""Several fields of text scanned at once by the compiled scanner; equal to ``text.tokens``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, overload

import numpy as np

from bot.matching.apostrophes import ELISIONS, ENDINGS, bare_word
from bot.matching.index import scan_kernel as kernel
from bot.matching.index.alphabet import alphabet
from bot.matching.index.scan_kernel import Words
from bot.matching.index.tables import Table
from bot.matching.sentences import sentence_ends
from bot.matching.text import Token, end_of_address, fold_word, tokens, without_ignored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_ELISIONS = np.array(
    [int.from_bytes(elision.encode(), "big") for elision in sorted(ELISIONS)], np.uint64
)
_GAP = "\x00"


@dataclass(frozen=True, slots=True)
class Scanned:
    """The words of some fields: ``words`` by number up to ``count``, offsets in the joined text."""

    fields: Sequence[str]
    offsets: Sequence[int]
    words: Words
    count: int
    key: int

    def within(self, field: int) -> tuple[int, int]:
        """The numbers of the first word of a field and of the first behind it."""
        first, end = np.searchsorted(self.words.fields[: self.count], (field, field + 1))
        return int(first), int(end)

    def word(self, number: int) -> str:
        """A folded word."""
        first, end = self.words.letters_from[number], self.words.letters_to[number]
        return decoded(self.words.letters[first:end])

    def tokens(self, field: int) -> Sequence[Token]:
        """The words of one field, as ``text.tokens`` gives them, each made when it is asked for."""
        return _Tokens(self, field)


class _Tokens(Sequence[Token]):
    """The words of a field. A few of them are made one by one, all of them at once."""

    def __init__(self, scanned: Scanned, field: int) -> None:
        self._scanned = scanned
        self._text, self._offset = scanned.fields[field], scanned.offsets[field]
        self._first, self._end = scanned.within(field)
        self._all: list[Token] | None = None
        self._sentences: list[int] | None = None

    def __len__(self) -> int:
        return self._end - self._first

    def __iter__(self) -> Iterator[Token]:
        if self._all is None:
            self._all = self._make_all()
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        return list(self) == other

    __hash__ = None  # type: ignore[assignment] # equal to lists, which have none

    @overload
    def __getitem__(self, at: int) -> Token: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Token]: ...

    def __getitem__(self, at: int | slice) -> Token | Sequence[Token]:
        if self._all is not None:
            return self._all[at]
        if isinstance(at, slice):
            return [self._make(each) for each in range(*at.indices(len(self)))]
        return self._make(range(len(self))[at])

    def _make(self, position: int) -> Token:
        words, number = self._scanned.words, self._first + position
        start = int(words.starts[number]) - self._offset
        return Token(
            self._scanned.word(number),
            start,
            int(words.ends[number]) - self._offset,
            position,
            bisect_right(self._ends(), start),
        )

    def _make_all(self) -> list[Token]:
        words, here = self._scanned.words, slice(self._first, self._end)
        starts = (words.starts[here] - self._offset).tolist()
        stops = (words.ends[here] - self._offset).tolist()
        letters = decoded(words.letters[: words.letters_to[: self._end].max(initial=0)])
        return [
            Token(letters[first:end], start, stop, position, sentence)
            for position, (first, end, start, stop, sentence) in enumerate(
                zip(
                    words.letters_from[here].tolist(),
                    words.letters_to[here].tolist(),
                    starts,
                    stops,
                    np.searchsorted(self._ends(), starts, side="right").tolist(),
                    strict=True,
                )
            )
        ]

    def _ends(self) -> list[int]:
        if self._sentences is None:
            self._sentences = list(sentence_ends(self._text))
        return self._sentences


@cache
def _endings() -> NDArray[np.uint64]:
    table = Table(4096)
    for ending in ENDINGS:
        packed = int(kernel.pack_ending(codes(ending)))
        if packed:  # with ş it is looked at outside
            table.set(packed, 0)
    return table.slots


def codes(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def decoded(letters: NDArray[np.uint32]) -> str:
    """The text of code points."""
    return letters.tobytes().decode("utf-32-le", "surrogatepass")


def hash_word(folded: str, key: int) -> int:
    """The hash of a folded word, as the scanner computes it."""
    return int(kernel.hash_letters(codes(folded), key))


def scan(fields: Sequence[str], key: int) -> Scanned:
    """The words of some fields, hashed under ``key``."""
    text = codes(_GAP.join(fields))
    bounds, offsets, at = np.empty(2 * len(fields), np.int32), [], 0
    for index, field in enumerate(fields):
        offsets.append(at)
        bounds[2 * index], bounds[2 * index + 1] = at, at + len(field)
        at += len(field) + len(_GAP)
    words = _room(len(text), len(fields))
    state = np.zeros(kernel.STATE_SIZE, np.int64)
    state[kernel.AT] = state[kernel.START] = -1
    letters = alphabet()
    scanned = Scanned(fields, offsets, words, 0, key)
    while True:
        status = kernel.scan(text, bounds, key, letters, _ELISIONS, _endings(), state, words)
        if status != kernel.ADDRESS:
            break
        offset = offsets[state[kernel.FIELD]]
        start = int(state[kernel.START])
        end = end_of_address(fields[state[kernel.FIELD]], start - offset)
        if end is None:
            state[kernel.AT] = start
        else:
            state[kernel.SKIP] = end + offset
    if status == kernel.DONE and _settle(scanned, state, key):
        return Scanned(fields, offsets, words, int(state[kernel.COUNT]), key)
    return _scan_slowly(scanned, key)


def _room(length: int, fields: int) -> Words:
    """Room for the words of a text: each has a letter at least."""
    most = length + 1
    return Words(
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.uint64),
        np.empty(most, np.uint8),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(2 * most + 18 * 64, np.uint32),
        np.empty(most, np.int32),
        np.empty(fields + 1, np.uint8),
    )


def _settle(scanned: Scanned, state: NDArray[np.int64], key: int) -> bool:
    """Trims and folds the pending words; False where one of them is no word."""
    words = scanned.words
    last = int(state[kernel.LETTERS])
    for index in words.pending[: state[kernel.PENDING]]:
        field = words.fields[index]
        text, offset = scanned.fields[field], scanned.offsets[field]
        start, end = bare_word(text, words.starts[index] - offset, words.ends[index] - offset)
        end = without_ignored(text, start, end)
        folded = fold_word(text[start:end])
        if not folded or last + len(folded) > len(words.letters):
            return False
        _write(scanned, index, start + offset, end + offset, folded, key, last)
        words.flags[index] &= ~np.uint8(kernel.CAPITAL)
        words.flags[index] |= kernel.CAPITAL if text[start].isupper() else 0
        last += len(folded)
    return True


def _write(
    scanned: Scanned, index: int, start: int, end: int, folded: str, key: int, letters: int
) -> None:
    words = scanned.words
    written = codes(folded)
    words.starts[index], words.ends[index] = start, end
    words.letters_from[index], words.letters_to[index] = letters, letters + len(written)
    words.letters[letters : letters + len(written)] = written
    words.hashes[index] = kernel.hash_letters(written, key)


def _scan_slowly(scanned: Scanned, key: int) -> Scanned:
    """The words as ``text.tokens`` finds them: for what the compiled pass cannot decide."""
    found = [tokens(text) for text in scanned.fields]
    length = max(sum(map(len, found)), sum(len(token.text) for words in found for token in words))
    words = _room(length, len(found))
    slow = Scanned(scanned.fields, scanned.offsets, words, sum(map(len, found)), key)
    count = letters = 0
    for field, each in enumerate(found):
        text, offset = scanned.fields[field], scanned.offsets[field]
        words.small[field] = not text.isupper()
        sentence = 0
        for token in each:
            _write(slow, count, token.start + offset, token.end + offset, token.text, key, letters)
            letters += len(token.text)
            words.fields[count] = field
            words.flags[count] = (
                (kernel.FIRST if token.position == 0 else 0)
                | (kernel.CAPITAL if text[token.start].isupper() else 0)
                | (kernel.MAY_END_SENTENCE if token.sentence != sentence else 0)
            )
            sentence = token.sentence
            count += 1
    return slow
