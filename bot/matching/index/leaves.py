"""The leaves that queries look for, each with a number, and the words that give them away."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from bot.matching.index.ring_kernel import UNSURE, pair_of
from bot.matching.index.scanning import hash_word
from bot.matching.index.tables import EMPTY, Column, Table
from bot.matching.index.texts import Texts
from bot.matching.inflection import LANGUAGES, forms
from bot.matching.query.tree import EntityName, Exact, Near, Phrase, Prefix, Word, WordList
from bot.matching.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.matching.query.tree import Leaf

_EVERY = (1 << 31) - 1
# More spellings of one hyphenated word than this are left to the naive engine.
_MOST_SPELLINGS = 64
_LONGEST_PREFIX = 62
# How common what cannot be looked up is taken to be, in a million words.
_SOME, _MOST = 500, 1_000_000

# The languages that inflect, each a bit; bit 0 is for those that nobody knows, 1 for the others.
_OTHER = "mul"  # many languages, or any that does not inflect
_BITS = {None: 0, **{lang: bit for bit, lang in enumerate(LANGUAGES, 2)}}


def lang_bit(lang: str | None) -> int:
    """The bit of an item's language."""
    return _BITS.get(lang, 1)


class Leaves:
    """Numbers for leaves. Leaf 0 is what nobody can tell from words alone."""

    def __init__(self, key: int) -> None:
        self.key = key
        self.terms, self.pairs, self.prefixes = Table(), Table(), Table()
        self.prefix_lengths = 0
        self.emissions = Column(np.int32, width=3)
        self.phrases = Column(np.int32, width=5)
        self.rest = Column(np.uint64)
        self._numbers = Texts()
        self._numbers.add("")
        self._sure = Column(np.uint8)
        self._sure.append(value=False)
        self._common = Column(np.int32)
        self._common.append(0)
        self.frequencies: dict[str, int] = {}
        self.entities: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self.langs: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def common(self, number: int) -> int:
        """How many words in a million are this leaf, as far as is known."""
        return int(self._common.array[number])

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        parts = (self.terms, self.pairs, self.prefixes, self.emissions, self.phrases, self.rest)
        return sum(part.nbytes for part in (*parts, self._numbers, self._sure))

    def value(self, name: str, written: str) -> int:
        """The number of a value that ``lang:`` or ``source:`` may have."""
        known = self.langs if name == "lang" else self.sources
        if written not in known:
            known[written] = self._new(f"{name}:{written}", sure=True)
            self._common.array[known[written]] = _MOST
        return known[written]

    def is_sure(self, number: int) -> bool:
        """Whether the words alone tell that the leaf is there, sentence ends aside."""
        return bool(self._sure.array[number])

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf that is made of words or is an entity."""
        name = _name(leaf)
        number = self._numbers.number(name)
        if number != EMPTY:
            return number
        if isinstance(leaf, EntityName):
            number = self.entities[leaf.key] = self._new(name, sure=True)
            self._common.array[number] = _SOME
            return number
        number = self._new(name, sure=_is_sure(leaf))
        self._emit(leaf, number)
        return number

    def _new(self, name: str, *, sure: bool) -> int:
        self._sure.append(sure)
        self._common.append(0)
        return self._numbers.add(name)

    def _emit(self, leaf: Leaf, number: int) -> None:
        """Has the words of a leaf point to it."""
        match leaf:
            case WordList(_, words):
                for word in words:
                    self._emit(word, number)
            case Word(_, words):
                self._word(words, number, UNSURE if _is_cjk(leaf) else 0)
            case Phrase(_, words):
                self._spelling(words, _EVERY | (UNSURE if _is_cjk(leaf) else 0), number)
            case Prefix(_, words):
                self._prefix(words, number)
            case Near(_, words) | Exact(_, words):
                self._term(max(words, key=len), _EVERY | UNSURE, number)
            case _:
                raise TypeError(f"a list cannot have {type(leaf).__name__} in it")

    def _word(self, words: tuple[str, ...], number: int, unsure: int) -> None:
        for spelling, langs in _spellings(words):
            if spelling is None:
                for first in {form for lang in (*_BITS, _OTHER) for form in forms(words[0], lang)}:
                    self._term(first, _EVERY | UNSURE, number)
            else:
                self._spelling(spelling, langs | unsure, number)

    def _spelling(self, words: tuple[str, ...], langs: int, number: int) -> None:
        if len(words) == 1:
            self._term(words[0], langs, number)
            return
        first, second, *others = (hash_word(word, self.key) for word in words)
        pair = int(pair_of(np.uint64(first), np.uint64(second)))
        row = (number, langs, self.pairs.get(pair), len(others), self.rest.count)
        self._common.array[number] += min(self.frequencies.get(word, 0) for word in words)
        self.rest.extend(np.array(others, np.uint64))
        self.pairs.set(pair, self.phrases.append(row))

    def _term(self, word: str, langs: int, number: int) -> None:
        self._common.array[number] += self.frequencies.get(word, 0)
        _chain(self.terms, self.emissions, hash_word(word, self.key), langs, number)

    def _prefix(self, words: tuple[str, ...], number: int) -> None:
        beginning = words[-1][:_LONGEST_PREFIX]
        unsure = UNSURE if len(words) > 1 or beginning != words[-1] or is_unspaced(beginning) else 0
        self._common.array[number] += _SOME
        self.prefix_lengths |= 1 << len(beginning)
        _chain(
            self.prefixes, self.emissions, hash_word(beginning, self.key), _EVERY | unsure, number
        )


def _chain(table: Table, emissions: Column, key: int, langs: int, number: int) -> None:
    table.set(key, emissions.append((number, langs, table.get(key))))


def _name(leaf: Leaf) -> str:
    """What tells a leaf from the others: equal names, equal finds."""
    match leaf:
        case EntityName(key):
            return f"@{key}"
        case WordList(_, words):
            return "$" + "\x1e".join(map(_name, words))
        case Near(_, words, distance):
            return f"~{distance}\x1f" + "\x1f".join(words)
        case Exact(_, words, surfaces):
            return "=" + "\x1f".join(words) + "\x1e" + "\x1f".join(surfaces)
        case Word(_, words) | Phrase(_, words) | Prefix(_, words):
            return type(leaf).__name__[:2] + "\x1f".join(words)
        case _:
            raise TypeError(f"{type(leaf).__name__} is not made of words")


def _is_sure(leaf: Leaf) -> bool:
    match leaf:
        case WordList(_, words):
            return all(map(_is_sure, words))
        case Near() | Exact():
            return False
        case Prefix(_, words):
            return len(words) == 1 and not _is_cjk(leaf)
        case _:
            return not _is_cjk(leaf)


def _is_cjk(leaf: Word | Phrase | Prefix) -> bool:
    """Whether it has characters of a script without spaces: a longer name may have it inside."""
    return any(map(is_unspaced, leaf.words))


def _spellings(words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...] | None, int]]:
    """Each way to write the words, and in items of which languages; None for too many ways."""
    found: dict[tuple[str, ...], int] = {}
    for lang, bit in (*_BITS.items(), (_OTHER, 1)):
        each = [forms(word, lang) for word in words]
        if len(words) > 1 and prod(map(len, each)) > _MOST_SPELLINGS:
            yield None, _EVERY
            return
        for spelling in product(*each):
            found[spelling] = found.get(spelling, 0) | 1 << bit
    yield from found.items()
