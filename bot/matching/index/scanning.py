"""The words of several fields as the compiled scanner finds them; equal to ``text.tokens``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from bot.matching.index import scan_kernel as kernel
from bot.matching.sentences import sentence_ends
from bot.matching.text import Token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from bot.matching.index.scan_kernel import Words


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

    def at(self, field: int, positions: Sequence[int]) -> Iterator[tuple[str, int, int, str]]:
        """Of words of a field: the folded word, from where to where, and the word behind it."""
        words, offset = self.words, self.offsets[field]
        first, end = self.within(field)
        numbers = np.array(positions) + first
        letters = decoded(words.letters)
        after = np.minimum(numbers + 1, end - 1)
        rows = zip(
            numbers.tolist(),
            (words.starts[numbers] - offset).tolist(),
            (words.ends[numbers] - offset).tolist(),
            words.letters_from[numbers].tolist(),
            words.letters_to[numbers].tolist(),
            words.letters_from[after].tolist(),
            words.letters_to[after].tolist(),
            strict=True,
        )
        for number, start, stop, mine, mine_end, its, its_end in rows:
            behind = letters[its:its_end] if number + 1 < end else ""
            yield letters[mine:mine_end], start, stop, behind

    def word(self, number: int) -> str:
        """A folded word."""
        first, end = self.words.letters_from[number], self.words.letters_to[number]
        return decoded(self.words.letters[first:end])

    def places(self, field: int) -> dict[str, list[int]]:
        """Where each folded word of a field stands, as positions in its words."""
        places: dict[str, list[int]] = {}
        for position, word in enumerate(self.written(*self.within(field))):
            there = places.get(word)
            if there is None:
                places[word] = [position]
            else:
                there.append(position)
        return places

    def written(self, first: int, end: int) -> list[str]:
        """The folded words with these numbers."""
        words = self.words
        letters = decoded(words.letters[: words.letters_to[:end].max(initial=0)])
        begins, ends = words.letters_from[first:end].tolist(), words.letters_to[first:end].tolist()
        return [letters[begin:stop] for begin, stop in zip(begins, ends, strict=True)]

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
        self._listed: tuple[list[str], list[int], list[int]] | None = None
        self._made: dict[int, Token] = {}
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
            return [self[each] for each in range(*at.indices(len(self)))]
        token = self._made.get(at)  # a name is looked at several times
        if token is None:
            token = self._made[at] = self._make(range(len(self))[at])
        return token

    def _make(self, position: int) -> Token:
        words, starts, ends = self._rows()
        start = starts[position]
        sentence = bisect_right(self._ends(), start)
        return Token(words[position], start, ends[position], position, sentence)

    def _make_all(self) -> list[Token]:
        words, starts, ends = self._rows()
        sentences = np.searchsorted(self._ends(), starts, side="right").tolist()
        return list(map(Token, words, starts, ends, range(len(words)), sentences))

    def _rows(self) -> tuple[list[str], list[int], list[int]]:
        """The words with where they start and end: lists, for an array gives its items slowly."""
        if self._listed is None:
            words, here = self._scanned.words, slice(self._first, self._end)
            self._listed = (
                self._scanned.written(self._first, self._end),
                (words.starts[here] - self._offset).tolist(),
                (words.ends[here] - self._offset).tolist(),
            )
        return self._listed

    def _ends(self) -> list[int]:
        if self._sentences is None:
            self._sentences = list(sentence_ends(self._text))
        return self._sentences


def codes(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def decoded(letters: NDArray[np.uint32]) -> str:
    """The text of code points."""
    return letters.tobytes().decode("utf-32-le", "surrogatepass")


def hash_word(folded: str, key: int) -> int:
    """The hash of a folded word, as the scanner computes it."""
    return int(kernel.hash_letters(codes(folded), key))
