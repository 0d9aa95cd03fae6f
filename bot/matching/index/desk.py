"""Where documents are laid out for the compiled pass, and what it leaves to Python is done.

A desk is used by one thread at a time, again and again: its arrays only ever grow.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from struct import pack_into
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from bot.matching.apostrophes import ELISIONS, ENDINGS
from bot.matching.index import kinds, layout, match_kernel, scan_kernel
from bot.matching.index.alphabet import alphabet
from bot.matching.index.pointers import Pinned, TextRoom
from bot.matching.index.scanning import Scanned, codes, decoded
from bot.matching.index.settling import settle
from bot.matching.index.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_GAP = "\x00"
# Larger than nearly all documents: a desk that grew beyond is not kept.
_LARGE = 200_000
# Places in the text have 32 bits, and numpy's strings as many bytes.
_MOST_CHARACTERS = 2**28

# What each word has, and what each word of the document in hand may have.
_OF_WORDS = (
    layout.STARTS,
    layout.ENDS,
    layout.HASHES,
    layout.FLAGS,
    layout.FIELDS,
    layout.LETTERS_FROM,
    layout.LETTERS_TO,
)
_BY_WORD = (*_OF_WORDS, layout.PENDING_WORDS, layout.HITS, layout.UNKNOWN)


@cache
def letters() -> Pinned:
    """What is known of characters, as the compiled pass is given it."""
    known = alphabet()
    elisions = [int.from_bytes(elision.encode(), "big") for elision in sorted(ELISIONS)]
    endings = Table(4096)
    for ending in ENDINGS:
        packed = int(scan_kernel.pack_ending(codes(ending)))
        if packed:  # with ş it is looked at outside
            endings.set(packed, 0)
    return Pinned(
        (known.rows, known.pool, np.array(elisions, np.uint64), endings.slots), kinds.LETTERS
    )


# A document: its fields, the bit of each, that of its language, leaves that it has anyway.
Laid: TypeAlias = tuple["Sequence[str]", "Sequence[int]", int, "Sequence[int]"]


class Desk:
    """Room for the words of some documents, one after the other, and for what they ring."""

    def __init__(self) -> None:
        self._arrays: list[NDArray[Any]] = [np.zeros(1, dtype) for dtype, _ in kinds.DESK]
        self._arrays[layout.STATE] = np.zeros(layout.DESK_STATE_SIZE, np.int64)
        self._pinned: Pinned | None = None
        self.state = self._arrays[layout.STATE]
        self._text: TextRoom
        self._room_for = (0, 0, 0)
        self.fields: list[str] = []
        self.offsets: list[int] = []
        self.key = self._laid = 0
        self.fits: object = None
        self.is_large = False  # long texts have made it too large to be kept
        self._plan: Any = None  # the plan's memory
        self.reserve({layout.RUNG: 1024})
        self._make_room(text=4096, words=4096, plan=64)

    @property
    def table(self) -> NDArray[np.int64]:
        """Its arrays by address, in the order of the kernel's rows."""
        if self._pinned is None:
            self._pinned = Pinned(self._arrays, kinds.DESK)
        return self._pinned.table

    def part(self, row: int) -> NDArray[Any]:
        """One of its arrays."""
        return self._arrays[row]

    def reserve(self, room: dict[int, int]) -> None:
        """Makes the arrays at least so long; what is in them stays, and behind it are zeros."""
        for row, size in room.items():
            old = self._arrays[row]
            if len(old) < size:
                larger = np.zeros((size, *old.shape[1:]), old.dtype)
                larger[: len(old)] = old
                self._arrays[row] = larger
                self._pinned = None

    def lay(self, documents: Sequence[Laid], key: int, *, keeping: bool = False) -> None:
        """Lays out documents, to be hashed under the key; ``keeping``: all of their words stay."""
        fields: list[str] = []
        marks: list[int] = []
        rows: list[int] = []
        plan: list[int] = []
        at = longest = 0
        for texts, bits, lang, leaves in documents:
            begin = at
            for text, bit in zip(texts, bits, strict=True):
                end = at + len(text)
                rows += (at, end, bit)
                at = end + 1
            longest = max(longest, at - begin)
            fields += texts
            marks += leaves
            plan += (len(fields), lang, len(marks), 0, 0, 0)
        if at > _MOST_CHARACTERS:
            raise ValueError(f"{at:,} characters at once are too many: lay them out in parts")
        plan = [len(documents), len(fields), *plan, *rows, *marks]
        words = at if keeping else longest
        if at > self._room_for[0] or words > self._room_for[1] or len(plan) > self._room_for[2]:
            self._make_room(at, words, len(plan))
        pack_into(f"={len(plan)}q", self._plan, 0, *plan)
        self._text.write(_GAP.join(fields))
        self.state[layout.DOCUMENT] = layout.FRESH
        self.state[layout.KEEPING] = keeping
        self.fields, self.offsets, self.key = fields, rows[:: layout.FIELD_SIZE], key
        self._laid = len(documents)

    def _make_room(self, text: int, words: int, plan: int) -> None:
        """Makes room for more characters, words, or numbers of the plan."""
        arrays = self._arrays
        if plan > len(arrays[layout.PLAN]):
            # Each field has three numbers there.
            self.reserve({layout.PLAN: 2 * plan, layout.SMALL: plan})
            self._plan = arrays[layout.PLAN].data.cast("B")
        if words >= len(arrays[layout.STARTS]):
            self._reserve_words(words * 5 // 4, 0)
        if text > len(arrays[layout.LAID_TEXT]):
            self._text = TextRoom(text)
            arrays[layout.LAID_TEXT] = self._text.array
            self._pinned = None
            self.is_large |= text > 8 * _LARGE
        rows = (layout.LAID_TEXT, layout.STARTS, layout.PLAN)
        text, words, plan = (len(arrays[row]) for row in rows)
        self._room_for = text, words - 1, plan

    def fields_end(self, document: int) -> int:
        """The number of the first field behind a document's."""
        return int(
            self._arrays[layout.PLAN][
                layout.HEADER + document * layout.DOCUMENT_SIZE + layout.FIELDS_END
            ]
        )

    def reserve_words(self, count: int, letters_: int) -> None:
        """Makes room for so many words of the document in hand."""
        before, letters_before = self.state[[layout.WORDS_BEFORE, layout.LETTERS_BEFORE]].tolist()
        self._reserve_words(before + count, letters_before + letters_)

    def _reserve_words(self, count: int, letters_: int) -> None:
        most = count + 1
        self.is_large |= most > _LARGE
        self.reserve(dict.fromkeys(_BY_WORD, most))
        self.reserve({layout.LETTERS_ROOM: max(letters_, 2 * most + 18 * 64)})

    def scan(self) -> int:
        """Finds the words of the documents; how many they are. Those of the last one stay."""
        characters = letters()  # held until the end
        while status := match_kernel.read_all(self.key, characters.table, self.table):
            settle(self, status)
        return int(self.state[layout.RUNG_COUNT])

    def scanned(self) -> Scanned:
        """The words of the document in hand, for keeps."""
        state = self.state
        first, letters_ = int(state[layout.WORDS_BEFORE]), int(state[layout.LETTERS_BEFORE])
        return self._kept(
            range(
                int(state[layout.FIELDS_BEFORE]),
                self.fields_end(min(self.document, self._laid - 1)),
            ),
            range(first, first + int(state[scan_kernel.COUNT])),
            range(letters_, letters_ + int(state[scan_kernel.LETTERS])),
        )

    def all_scanned(self) -> Iterator[Scanned]:
        """The words of each document, where all are kept and the call is over."""
        rows = self._rows()
        ends = (layout.FIELDS_END, layout.WORDS_END, layout.LETTERS_END)
        for begins, stops in pairwise([[0, 0, 0], *([row[end] for end in ends] for row in rows)]):
            yield self._kept(*map(range, begins, stops))

    def _rows(self) -> list[list[int]]:
        """What the plan says of each document."""
        end = layout.HEADER + self._laid * layout.DOCUMENT_SIZE
        flat = self._arrays[layout.PLAN][layout.HEADER : end]
        rows: list[list[int]] = flat.reshape(self._laid, layout.DOCUMENT_SIZE).tolist()
        return rows

    def _kept(self, fields: range, words: range, letters_: range) -> Scanned:
        arrays = self._arrays
        kept = [
            *(arrays[row][words.start : words.stop].copy() for row in _OF_WORDS),
            arrays[layout.LETTERS_ROOM][letters_.start : letters_.stop].copy(),
            arrays[layout.PENDING_WORDS][:0],
            arrays[layout.SMALL][fields.start : fields.stop].copy(),
        ]
        kept[layout.FIELDS - layout.STARTS] -= np.int32(fields.start)
        return Scanned(
            self.fields[fields.start : fields.stop],
            self.offsets[fields.start : fields.stop],
            scan_kernel.Words(*kept),
            len(words),
            self.key,
        )

    @property
    def document(self) -> int:
        """Which of the documents is in hand."""
        return int(self.state[layout.DOCUMENT])

    def rung(self) -> list[list[int]]:
        """What the documents ring, in their order."""
        found = self._arrays[layout.RUNG][: self.state[layout.RUNG_COUNT]].tolist()
        if self._laid == 1:
            return [found]
        ends = [row[layout.RUNG_END] for row in self._rows()]
        return [found[begin:end] for begin, end in pairwise([0, *ends])]

    def hits(self) -> list[int]:
        """The words of the document in hand at which a name may begin."""
        hits: list[int] = self._arrays[layout.HITS][: self.state[layout.HIT_COUNT]].tolist()
        return hits

    def hit_words(self) -> set[str]:
        """The folded words at which a name may begin."""
        words, hits = self.words(), self._arrays[layout.HITS][: self.state[layout.HIT_COUNT]]
        letters_ = decoded(words.letters[: self.state[scan_kernel.LETTERS]])
        begins, ends = words.letters_from[hits].tolist(), words.letters_to[hits].tolist()
        return {letters_[begin:end] for begin, end in zip(begins, ends, strict=True)}

    def unknown(self) -> Iterator[tuple[int, str]]:
        """The words that nobody has asked about, each with its hash."""
        words = self.words()
        for number in self._arrays[layout.UNKNOWN][: self.state[layout.UNKNOWN_COUNT]].tolist():
            begin, end = words.letters_from[number], words.letters_to[number]
            yield int(words.hashes[number]), decoded(words.letters[begin:end])

    def name(self, leaves: dict[int, int]) -> None:
        """Has the document in hand name these leaves, each with the bits of the fields."""
        self.reserve({layout.NAMES: len(leaves), layout.NAME_BITS: len(leaves)})
        self._arrays[layout.NAMES][: len(leaves)] = list(leaves)
        self._arrays[layout.NAME_BITS][: len(leaves)] = list(leaves.values())
        self.state[layout.NAME_COUNT] = len(leaves)

    def words(self) -> scan_kernel.Words:
        """The words of the document in hand, while it is."""
        first, arrays = int(self.state[layout.WORDS_BEFORE]), self._arrays
        there = [
            *(arrays[row][first:] for row in _OF_WORDS),
            arrays[layout.LETTERS_ROOM][int(self.state[layout.LETTERS_BEFORE]) :],
            arrays[layout.PENDING_WORDS],
            arrays[layout.SMALL],
        ]
        return scan_kernel.Words(*there)


def scan(fields: Sequence[str], key: int) -> Scanned:
    """The words of some fields, hashed under ``key``."""
    desk = Desk()
    desk.lay([(fields, [0] * len(fields), 0, ())], key)
    desk.scan()
    return desk.scanned()
