"""The leaves that queries look for, each with a number, and the words that point to them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.matching import tables
from bot.matching.index.alphabet import alphabet
from bot.matching.index.collect_kernel import UNSURE, pair_of
from bot.matching.index.emit_kernel import emit
from bot.matching.index.inside_kernel import FEW, MANY, key_inside
from bot.matching.index.literals import needs
from bot.matching.index.plan import SEARCHED, Presence
from bot.matching.index.scanning import codes, hash_word
from bot.matching.index.signs import EVERY_LANG, is_sure, name_of, signs
from bot.matching.index.tables import EMPTY, Column, Table
from bot.matching.index.texts import Texts
from bot.matching.query.tree import EntityName, Exact, Near, Phrase, WordList
from bot.matching.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bot.matching.index.plan import Plan
    from bot.matching.index.signs import Sign
    from bot.matching.query.tree import Leaf, Regex

# How common what cannot be looked up is taken to be, in a million words.
_SOME, _MOST = 500, 1_000_000
_MANY_TIMES = 20  # so much more common are three letters than five
# The names of leaves that are letters in a row, which no other begins with.
_RUN = "\x1d"

# What a dump has.
_COLUMNS = ("emissions", "phrases", "facts", "inside_leaves")
_NAMES = ("lengths", "blob")
_TABLES = ("terms", "pairs", "prefixes", "insides")
_FACTS = ("key", "prefix_lengths", "slots", "entities", "langs", "sources")
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(tables.APOSTROPHES, "'"))


class Leaves:
    """Numbers for leaves. Leaf 0 is what nobody can tell from words alone.

    ``frequencies``: how often words are met in a million, by their folded form, as far as known.
    """

    def __init__(self, key: int, frequencies: Mapping[str, int]) -> None:
        self.key = key
        self._frequencies = frequencies
        self.terms, self.pairs, self.prefixes, self.insides = Table(), Table(), Table(), Table()
        self.prefix_lengths = 0  # a bit for each length of a prefix
        self.slots = 0  # words that must stand near others
        self.emissions = Column(np.int32, width=4)
        self.phrases = Column(np.int32, width=5)
        self.facts = Column(np.uint64)
        self.inside_leaves = Column(np.int32)  # letters of regular expressions
        self.entities: dict[str, int] = {}
        self.langs: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self._numbers = Texts()
        self._sure: list[bool] = []
        self._common: list[int] = []
        self._new("", sure=False, common=_MOST)

    def dump(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Its arrays, by name, and its other facts."""
        columns = {name: getattr(self, name).used for name in _COLUMNS}
        slots = {name: getattr(self, name).slots for name in _TABLES}
        names = {f"names.{name}": each for name, each in self._numbers.dump().items()}
        rest = {"sure": np.array(self._sure, np.uint8), "common": np.array(self._common, np.int32)}
        facts = {name: getattr(self, name) for name in _FACTS}
        return columns | slots | names | rest, facts

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
        leaves._numbers = Texts.restored({name: arrays[f"names.{name}"] for name in _NAMES})
        leaves._sure = arrays["sure"].tolist()
        leaves._common = arrays["common"].tolist()
        return leaves

    def __len__(self) -> int:
        return len(self._numbers)

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
        slots = sum(getattr(self, name).nbytes for name in _TABLES)
        columns = sum(getattr(self, name).nbytes for name in _COLUMNS)
        rest = sys.getsizeof(self._sure) + sys.getsizeof(self._common)
        return int(slots + columns + rest + self._numbers.nbytes)

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf that is made of words or is an entity."""
        name = name_of(leaf)
        number = self._numbers.number(name)
        if number is not None:
            return number
        if isinstance(leaf, EntityName):
            number = self.entities[leaf.key] = self._new(name, sure=True, common=_SOME)
            return number
        sure = is_sure(leaf)
        number = self._new(name, sure=sure, common=0)
        if sure and isinstance(leaf, Phrase) and len(leaf.words) == 1:  # as most are
            (word,) = leaf.words
            self._emit_word(self.terms, word, number, EVERY_LANG)
            self._common[number] = self._frequencies.get(word, 0)
        else:
            self._point(leaf, number)
        return number

    def value(self, name: str, written: str) -> int:
        """The number of a value that ``lang:`` or ``source:`` may have."""
        known = self.langs if name == "lang" else self.sources
        if written not in known:
            known[written] = self._new(f"{name}:{written}", sure=True, common=_MOST)
        return known[written]

    def is_sure(self, number: int) -> bool:
        """Whether words alone tell that the leaf is there, sentence ends aside."""
        return self._sure[number]

    def common(self, number: int) -> int:
        """How many words in a million are this leaf, as far as is known."""
        return self._common[number]

    def _new(self, name: str, *, sure: bool, common: int) -> int:
        self._sure.append(sure)
        self._common.append(common)
        return self._numbers.add(name)

    def letters(self, leaf: Regex) -> Plan:
        """What letters must be there where the expression finds something; True where none is known."""
        return needs(leaf.pattern, alphabet(), self._run)

    def _run(self, letters: tuple[int, ...]) -> Presence:
        """The test of folded letters that follow one another, in whatever word."""
        name = _RUN + "".join(map(chr, letters))
        number = self._numbers.number(name)
        if number is None:
            common = _SOME if len(letters) >= MANY else _MANY_TIMES * _SOME
            number = self._new(name, sure=True, common=common)
            self.inside_leaves.append(number)
            check = EMPTY
            if len(letters) not in {FEW, MANY}:  # its key says only how it ends
                check = self.facts.extend(np.array([len(letters), *reversed(letters)], np.uint64))
            key = int(key_inside(np.array(letters, np.uint32)))
            before = self.insides.push(key, self.emissions.count)
            self.emissions.append((number, EVERY_LANG, before, check))
        return Presence(number, SEARCHED, sure=True)

    def _point(self, leaf: Leaf, number: int) -> None:
        """Has the words of a leaf point to its number."""
        match leaf:
            case WordList(_, words):
                for word in words:
                    self._point(word, number)
            case Near(_, words, distance) if is_sure(leaf):
                self._point_near(words, distance, number)
            case Exact(_, words, surfaces) if not any(map(is_unspaced, words)):
                self._point_exact(words, surfaces, number)
            case _:
                for sign in signs(leaf):
                    self._point_sign(sign, number)

    def _point_near(self, words: tuple[str, ...], distance: int, number: int) -> None:
        first, self.slots = self.slots, self.slots + len(words)
        for slot, word in enumerate(words, first):
            check = self.facts.extend((0, slot, first, len(words), distance))
            self._emit_word(self.terms, word, number, EVERY_LANG, check)
        self._grow_common(number, words)

    def _point_exact(self, words: tuple[str, ...], surfaces: tuple[str, ...], number: int) -> None:
        spelt = [hash_word(each.translate(_ONE_APOSTROPHE), self.key) for each in surfaces]
        check = self.facts.extend(np.array([len(spelt), *spelt], np.uint64))
        self._emit_word(self.terms, words[0], number, EVERY_LANG, check)
        self._grow_common(number, words)

    def _point_sign(self, sign: Sign, number: int) -> None:
        langs = sign.langs if sign.sure else sign.langs | UNSURE
        if len(sign.words) > 1:
            self._point_phrase([hash_word(word, self.key) for word in sign.words], langs, number)
        else:
            table = self.prefixes if sign.begins else self.terms
            self._emit_word(table, sign.words[0], number, langs)
        if sign.begins:
            self.prefix_lengths |= 1 << len(sign.words[0])
            self._common[number] += _SOME
        else:
            self._grow_common(number, sign.words)

    def _grow_common(self, number: int, words: tuple[str, ...]) -> None:
        known = self._frequencies
        self._common[number] += min(known.get(word, 0) for word in words)

    def _emit_word(
        self, table: Table, word: str, number: int, langs: int, check: int = EMPTY
    ) -> None:
        """Has a word point to a leaf, beside those that it points to already."""
        table.reserve()
        self.emissions.reserve(1)
        table.count(
            emit(
                table.slots,
                table.filter,
                self.emissions.array,
                self.emissions.count,
                codes(word),
                self.key,
                number,
                langs,
                check,
            )
        )
        self.emissions.count += 1

    def _point_phrase(self, hashes: list[int], langs: int, number: int) -> None:
        first, second, *others = hashes
        pair = int(pair_of(np.uint64(first), np.uint64(second)))
        before = self.pairs.push(pair, self.phrases.count)
        self.phrases.append((number, langs, before, len(others), self.facts.count))
        self.facts.extend(np.array(others, np.uint64))
