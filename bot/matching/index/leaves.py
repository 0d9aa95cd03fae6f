"""The leaves that queries look for, each with a number, and the words that point to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.matching.index.ring_kernel import UNSURE, pair_of
from bot.matching.index.scanning import hash_word
from bot.matching.index.signs import is_sure, name_of, signs
from bot.matching.index.tables import EMPTY, Column, Table
from bot.matching.index.texts import Texts
from bot.matching.query.tree import EntityName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bot.matching.index.signs import Sign
    from bot.matching.query.tree import Leaf

# How common what cannot be looked up is taken to be, in a million words.
_SOME, _MOST = 500, 1_000_000

# What a dump has.
_COLUMNS = ("emissions", "phrases", "rest", "_sure", "_common")
_TABLES = ("terms", "pairs", "prefixes")
_FACTS = ("key", "prefix_lengths", "entities", "langs", "sources")


class Leaves:
    """Numbers for leaves. Leaf 0 is what nobody can tell from words alone.

    ``frequencies``: how often words are met in a million, by their folded form, as far as known.
    """

    def __init__(self, key: int, frequencies: Mapping[str, int]) -> None:
        self.key = key
        self._frequencies = frequencies
        self.terms, self.pairs, self.prefixes = Table(), Table(), Table()
        self.prefix_lengths = 0  # a bit for each length of a prefix
        self.emissions = Column(np.int32, width=3)
        self.phrases = Column(np.int32, width=5)
        self.rest = Column(np.uint64)
        self.entities: dict[str, int] = {}
        self.langs: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self._numbers = Texts(key)
        self._sure = Column(np.uint8)
        self._common = Column(np.int32)
        self._new("", sure=False, common=_MOST)

    def dump(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Its arrays, by name, and its other facts."""
        columns = {name: getattr(self, name).used for name in _COLUMNS}
        tables = {name: getattr(self, name).slots for name in _TABLES}
        numbers = {f"numbers.{name}": each for name, each in self._numbers.dump().items()}
        facts = {name: getattr(self, name) for name in _FACTS}
        return columns | tables | numbers, facts

    @classmethod
    def restored(
        cls,
        arrays: Mapping[str, NDArray[Any]],
        facts: Mapping[str, Any],
        frequencies: Mapping[str, int],
    ) -> Leaves:
        """The leaves of a dump."""
        leaves = cls(facts["key"], frequencies)
        for name in _COLUMNS:
            setattr(leaves, name, Column.of(arrays[name]))
        for name in _TABLES:
            setattr(leaves, name, Table.of(arrays[name]))
        for name in _FACTS:
            setattr(leaves, name, facts[name])
        numbers = {name: arrays[f"numbers.{name}"] for name in ("slots", "starts", "blob")}
        leaves._numbers = Texts.restored(leaves.key, numbers)
        return leaves

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        tables = self.terms.nbytes + self.pairs.nbytes + self.prefixes.nbytes
        columns = (self.emissions, self.phrases, self.rest, self._sure, self._common)
        return tables + self._numbers.nbytes + sum(column.nbytes for column in columns)

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf that is made of words or is an entity."""
        name = name_of(leaf)
        number = self._numbers.number(name)
        if number != EMPTY:
            return number
        if isinstance(leaf, EntityName):
            number = self.entities[leaf.key] = self._new(name, sure=True, common=_SOME)
            return number
        number = self._new(name, sure=is_sure(leaf), common=0)
        for sign in signs(leaf):
            self._point(sign, number)
        return number

    def value(self, name: str, written: str) -> int:
        """The number of a value that ``lang:`` or ``source:`` may have."""
        known = self.langs if name == "lang" else self.sources
        if written not in known:
            known[written] = self._new(f"{name}:{written}", sure=True, common=_MOST)
        return known[written]

    def is_sure(self, number: int) -> bool:
        """Whether words alone tell that the leaf is there, sentence ends aside."""
        return bool(self._sure.array[number])

    def common(self, number: int) -> int:
        """How many words in a million are this leaf, as far as is known."""
        return int(self._common.array[number])

    def _new(self, name: str, *, sure: bool, common: int) -> int:
        self._sure.append(sure)
        self._common.append(common)
        return self._numbers.add(name)

    def _point(self, sign: Sign, number: int) -> None:
        """Has a sign point to the leaf."""
        hashes = [hash_word(word, self.key) for word in sign.words]
        langs = sign.langs if sign.sure else sign.langs | UNSURE
        if len(hashes) > 1:
            self._point_phrase(hashes, langs, number)
        else:
            table = self.prefixes if sign.begins else self.terms
            row = (number, langs, table.get(hashes[0]))
            table.set(hashes[0], self.emissions.append(row))
        if sign.begins:
            self.prefix_lengths |= 1 << len(sign.words[0])
            self._common.array[number] += _SOME
        else:
            known = self._frequencies
            self._common.array[number] += min(known.get(word, 0) for word in sign.words)

    def _point_phrase(self, hashes: list[int], langs: int, number: int) -> None:
        first, second, *others = hashes
        pair = int(pair_of(np.uint64(first), np.uint64(second)))
        row = (number, langs, self.pairs.get(pair), len(others), self.rest.count)
        self.rest.extend(np.array(others, np.uint64))
        self.pairs.set(pair, self.phrases.append(row))
