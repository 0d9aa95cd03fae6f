"""Which words, phrases and beginnings point to which leaves: the tables that a text is looked up in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.matching import tables
from bot.matching.index.emit_kernel import emit, emit_phrases
from bot.matching.index.inside_kernel import FEW, MANY, key_inside
from bot.matching.index.scanning import hash_word
from bot.matching.index.signs import EVERY_LANG
from bot.matching.index.tables import EMPTY, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

# What a dump has.
_COLUMNS = ("emissions", "phrases", "facts", "inside_leaves")
_TABLES = ("terms", "pairs", "prefixes", "insides")
_FACTS = ("key", "prefix_lengths", "slots")
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(tables.APOSTROPHES, "'"))


class Pointing:
    """What points to leaves. Words that it was told of are in its tables after :meth:`settle`.

    All of them in one call: handing over the arrays takes longer than a word does.
    """

    def __init__(self, key: int) -> None:
        self.key = key
        self.terms, self.pairs, self.prefixes, self.insides = Table(), Table(), Table(), Table()
        self.prefix_lengths = 0  # a bit for each length of a prefix
        self.slots = 0  # words that must stand near others
        self.emissions = Column(np.int32, width=4)
        self.phrases = Column(np.int32, width=5)
        self.facts = Column(np.uint64)
        self.inside_leaves = Column(np.int32)  # letters of regular expressions
        self._words, self._beginnings, self._phrases = _Asked(), _Asked(), _Asked()

    def dump(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Its arrays, by name, and its other facts."""
        columns = {name: getattr(self, name).used for name in _COLUMNS}
        slots = {name: getattr(self, name).slots for name in _TABLES}
        return columns | slots, {name: getattr(self, name) for name in _FACTS}

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> Pointing:
        """What points to the leaves of a dump."""
        pointing = cls(facts["key"])
        for name in _COLUMNS:
            setattr(pointing, name, Column.of(arrays[name]))
        for name in _TABLES:
            setattr(pointing, name, Table.of(arrays[name]))
        for name in _FACTS:
            setattr(pointing, name, facts[name])
        return pointing

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """What compiled code reads, in the order of ``match_kernel``."""
        return (
            self.terms.slots,
            self.terms.filter,
            self.pairs.slots,
            self.pairs.filter,
            self.prefixes.slots,
            self.prefixes.filter,
            self.emissions.array,
            self.phrases.used,
            self.facts.array,
            self.insides.slots,
            self.insides.filter,
            self.inside_leaves.used,
        )

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        return sum(int(getattr(self, name).nbytes) for name in (*_TABLES, *_COLUMNS))

    def word(self, leaf: int, word: str, langs: int = EVERY_LANG, check: int = EMPTY) -> None:
        """Has a folded word point to a leaf, beside those that it points to already."""
        self._words.add((leaf, langs, check, len(word), *map(ord, word)))

    def beginning(self, leaf: int, word: str, langs: int) -> None:
        """Has the words that begin so point to a leaf."""
        self.prefix_lengths |= 1 << len(word)
        self._beginnings.add((leaf, langs, EMPTY, len(word), *map(ord, word)))

    def phrase(self, leaf: int, words: Sequence[str], langs: int) -> None:
        """Has two words or more in a row point to a leaf."""
        self._phrases.add((leaf, langs, len(words)))
        for word in words:
            self._phrases.numbers += (len(word), *map(ord, word))

    def near(self, leaf: int, words: Sequence[str], distance: int) -> None:
        """Has words that stand near each other point to a leaf."""
        first, self.slots = self.slots, self.slots + len(words)
        for slot, word in enumerate(words, first):
            check = self.facts.extend((0, slot, first, len(words), distance))
            self.word(leaf, word, check=check)

    def exact(self, leaf: int, words: Sequence[str], surfaces: Sequence[str]) -> None:
        """Has words in this spelling point to a leaf."""
        spelt = [hash_word(each.translate(_ONE_APOSTROPHE), self.key) for each in surfaces]
        check = self.facts.extend(np.array([len(spelt), *spelt], np.uint64))
        self.word(leaf, words[0], check=check)

    def inside(self, leaf: int, letters: Sequence[int]) -> None:
        """Has folded letters that follow one another, in whatever word, point to a leaf."""
        self.inside_leaves.append(leaf)
        check = EMPTY
        if len(letters) not in {FEW, MANY}:  # its key says only how it ends
            check = self.facts.extend(np.array([len(letters), *reversed(letters)], np.uint64))
        key = int(key_inside(np.array(letters, np.uint32)))
        before = self.insides.push(key, self.emissions.count)
        self.emissions.append((leaf, EVERY_LANG, before, check))

    def settle(self) -> None:
        """Puts what it was told of into its tables."""
        if self._words.count:
            self._emit(self._words, self.terms)
        if self._beginnings.count:
            self._emit(self._beginnings, self.prefixes)
        if self._phrases.count:
            self._emit_phrases(self._phrases)

    def _emit(self, asked: _Asked, table: Table) -> None:
        table.reserve(asked.count)
        self.emissions.reserve(asked.count)
        self.emissions.count, new = emit(
            np.array(asked.numbers, np.int64),
            self.key,
            table.slots,
            table.filter,
            self.emissions.array,
            self.emissions.count,
        )
        table.count(new)
        asked.clear()

    def _emit_phrases(self, asked: _Asked) -> None:
        self.pairs.reserve(asked.count)
        self.phrases.reserve(asked.count)
        self.facts.reserve(len(asked.numbers))  # more than enough
        self.phrases.count, self.facts.count, new = emit_phrases(
            np.array(asked.numbers, np.int64),
            self.key,
            self.pairs.slots,
            self.pairs.filter,
            self.phrases.array,
            self.phrases.count,
            self.facts.array,
            self.facts.count,
        )
        self.pairs.count(new)
        asked.clear()


class _Asked:
    """What is to be done, in numbers as ``emit_kernel`` takes them, and for how many words or phrases."""

    __slots__ = ("count", "numbers")

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.count = 0

    def add(self, numbers: Iterable[int]) -> None:
        self.numbers += numbers
        self.count += 1

    def clear(self) -> None:
        self.numbers.clear()
        self.count = 0
