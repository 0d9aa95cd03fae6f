"""What an item is compared by: the words of its title and the beginning of its text."""

from __future__ import annotations

import zlib
from array import array
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bot.stories.words import is_unspaced, written_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bot.model import Item

LONGEST: Final = 160
"""Words of a text that are looked at: what follows is background, and seldom in a feed."""

WINDOW: Final = timedelta(hours=72)
"""For how long an item is looked for among later ones."""

_LETTERS: Final = 8  # of a word with its blank: what is read beyond that is thrown away
_MOST_MARKS: Final = 24
_FEWEST_MARKS: Final = 8
_OF_TITLE: Final = 3
# Of the runs in the first words every fourth is a mark, later every tenth: chosen by their hash,
# so that two texts choose the same ones, whatever stands before them.
_DENSE: Final = 60  # words
_DENSE_BELOW: Final = 2**32 // 4
_SPARSE_BELOW: Final = 2**32 // 10
_SHORTEST: Final = 4  # letters of a title's word that says something


@dataclass(frozen=True)
class Trace:
    """An item's words: ``title`` and ``body`` folded, ``shown_…`` as they are written.

    ``ordered`` are the hashes of each three words in a row of the body. ``marks`` are what the memory
    knows the item by.
    """

    title: tuple[str, ...]
    body: tuple[str, ...]
    shown_title: tuple[str, ...]
    shown_body: tuple[str, ...]
    ordered: tuple[int, ...]
    marks: tuple[int, ...]
    lang: str | None
    agency: str | None
    moment: datetime

    @cached_property
    def runs(self) -> frozenset[int]:
        """The hashes of each three words in a row of title and body; most items are never compared."""
        return frozenset(self.ordered).union(_runs(self.title))

    def packed(self) -> bytes:
        """The marks as bytes, to be kept."""
        return pack(self.marks)


def trace_of(item: Item, fold_word: Callable[[str], str], moment: datetime) -> Trace:
    """An item's trace; ``moment`` is when it came."""
    shown_title = written_words(item.title)[:LONGEST]
    shown_body = written_words(item.text[: _LETTERS * LONGEST])[:LONGEST]
    if shown_body[: len(shown_title)] == shown_title:  # some texts begin with their title
        shown_body = shown_body[len(shown_title) :]
    title, body = tuple(map(fold_word, shown_title)), tuple(map(fold_word, shown_body))
    ordered = _runs(body)
    return Trace(
        title=title,
        body=body,
        shown_title=tuple(shown_title),
        shown_body=tuple(shown_body),
        ordered=ordered,
        marks=_marks(title, ordered),
        lang=item.lang,
        agency=item.agency,
        moment=moment,
    )


def pack(marks: Iterable[int]) -> bytes:
    """Marks as bytes."""
    return array("I", marks).tobytes()


def unpack(packed: bytes) -> Sequence[int]:
    """The marks that :func:`pack` packed."""
    marks = array("I")
    marks.frombytes(packed)
    return marks


def _runs(words: Sequence[str]) -> tuple[int, ...]:
    """The hash of each three words in a row; of fewer words one for all."""
    crc = zlib.crc32
    if 0 < len(words) < 3:  # noqa: PLR2004 - a run
        return (crc(" ".join(words).encode()),)
    return tuple(
        [crc(f"{a} {b} {c}".encode()) for a, b, c in zip(words, words[1:], words[2:], strict=False)]
    )


def _marks(title: Sequence[str], ordered: Sequence[int]) -> tuple[int, ...]:
    chosen = [run for run in ordered[:_DENSE] if run < _DENSE_BELOW]
    chosen += [run for run in ordered[_DENSE:] if run < _SPARSE_BELOW]
    if len(chosen) < _FEWEST_MARKS:
        chosen += sorted((*ordered[:_DENSE], *_runs(title)))[:_FEWEST_MARKS]
    marks = _title_marks(title)
    marks += chosen
    return tuple(list(dict.fromkeys(marks))[:_MOST_MARKS])


def _title_marks(title: Sequence[str]) -> list[int]:
    """Pairs of the title's telling words, in no order: a title may be turned round."""
    crc = zlib.crc32
    telling = {word for word in title if len(word) >= _SHORTEST}
    if len(telling) < _OF_TITLE or is_unspaced(title[0]):
        return []
    few = sorted([(crc(word.encode()), word) for word in telling])[:_OF_TITLE]
    words = sorted([word for _, word in few])
    return [crc(f"{words[a]}\t{words[b]}".encode()) for a, b in ((0, 1), (0, 2), (1, 2))]
