"""The leaves that queries look for, each with a number and what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bot.matching.index.alphabet import alphabet
from bot.matching.index.collect_kernel import UNSURE
from bot.matching.index.filing_kernel import COMMON_SHIFT, SURE
from bot.matching.index.inside_kernel import MANY
from bot.matching.index.literals import needs
from bot.matching.index.plan import presence
from bot.matching.index.pointing import Pointing
from bot.matching.index.signs import is_sure, name_of, signs
from bot.matching.index.tables import Column
from bot.matching.index.texts import Texts
from bot.matching.query.tree import EntityName, Exact, Near, Phrase, WordList
from bot.matching.text import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bot.matching.index.plan import Plan, Test
    from bot.matching.index.signs import Sign
    from bot.matching.query.tree import Leaf, Regex

# How common what cannot be looked up is taken to be, in a million words.
_SOME, _MOST = 500, 1_000_000
_MANY_TIMES = 20  # so much more common are three letters than five
# The names of leaves that are letters in a row, which no other begins with.
_RUN = "\x1d"

# What a dump has.
_NAMES = ("lengths", "blob")
_FACTS = ("entities", "langs", "sources")


class Leaves:
    """Numbers for leaves. Leaf 0 is what nobody can tell from words alone.

    ``frequencies``: how often words are met in a million, by their folded form, as far as known.
    """

    def __init__(self, key: int, frequencies: Mapping[str, int]) -> None:
        self._frequencies = frequencies
        self._pointing = Pointing(key)
        self.about = Column(np.int32)  # how common a leaf is and whether it is sure
        self.entities: dict[str, int] = {}
        self.langs: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self._numbers = Texts()
        self._new("", sure=False, common=_MOST)

    def dump(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Its arrays, by name, and its other facts."""
        arrays, facts = self._pointing.dump()
        names = {f"names.{name}": each for name, each in self._numbers.dump().items()}
        facts |= {name: getattr(self, name) for name in _FACTS}
        return arrays | names | {"leaves.about": self.about.used}, facts

    @classmethod
    def restored(
        cls,
        arrays: Mapping[str, NDArray[Any]],
        facts: Mapping[str, Any],
        frequencies: Mapping[str, int],
    ) -> Leaves:
        """The leaves of a dump."""
        leaves = cls(facts["key"], frequencies)
        leaves._pointing = Pointing.restored(arrays, facts)
        for name in _FACTS:
            setattr(leaves, name, facts[name])
        leaves._numbers = Texts.restored({name: arrays[f"names.{name}"] for name in _NAMES})
        leaves.about = Column.of(arrays["leaves.about"])
        return leaves

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def key(self) -> int:
        """What hashes of words begin with."""
        return self._pointing.key

    @property
    def prefix_lengths(self) -> int:
        """A bit for each length of a beginning that points to a leaf."""
        return self._pointing.prefix_lengths

    @property
    def slots(self) -> int:
        """How many words must stand near others."""
        return self._pointing.slots

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """What compiled code reads, in the order of ``match_kernel``."""
        return self._pointing.arrays

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        return self._pointing.nbytes + self.about.nbytes + self._numbers.nbytes

    def number(self, leaf: Leaf) -> int:
        """The number of a leaf that is made of words or is an entity. New: :meth:`settle`."""
        name = name_of(leaf)
        number = self._numbers.number(name)
        return self._add(leaf, name) if number is None else number

    def _add(self, leaf: Leaf, name: str) -> int:
        if isinstance(leaf, EntityName):
            number = self.entities[leaf.key] = self._new(name, sure=True, common=_SOME)
            return number
        sure = is_sure(leaf)
        if sure and isinstance(leaf, Phrase) and len(leaf.words) == 1:  # as most are
            (word,) = leaf.words
            number = self._new(name, sure=True, common=self._frequencies.get(word, 0))
            self._pointing.word(number, word)
            return number
        number = self._new(name, sure=sure, common=0)
        common = min(self._point(leaf, number), _MOST)
        self.about.array[number] += common << COMMON_SHIFT
        return number

    def value(self, name: str, written: str) -> int:
        """The number of a value that ``lang:`` or ``source:`` may have."""
        known = self.langs if name == "lang" else self.sources
        if written not in known:
            known[written] = self._new(f"{name}:{written}", sure=True, common=_MOST)
        return known[written]

    def letters(self, leaf: Regex) -> Plan | None:
        """What letters must be there where the expression finds something; None where none is known."""
        return needs(leaf.pattern, alphabet(), self._run)

    def settle(self) -> None:
        """Has the words of new leaves point to them."""
        self._pointing.settle()

    def _new(self, name: str, *, sure: bool, common: int) -> int:
        self.about.append(common << COMMON_SHIFT | (SURE if sure else 0))
        return self._numbers.add(name)

    def _run(self, letters: tuple[int, ...]) -> Test:
        """The test of folded letters that follow one another, in whatever word."""
        name = _RUN + "".join(map(chr, letters))
        number = self._numbers.number(name)
        if number is None:
            common = _SOME if len(letters) >= MANY else _MANY_TIMES * _SOME
            number = self._new(name, sure=True, common=common)
            self._pointing.inside(number, letters)
        return presence(number)

    def _point(self, leaf: Leaf, number: int) -> int:
        """Has the words of a leaf point to its number; how common they are."""
        match leaf:
            case WordList(_, words):
                return sum(self._point(word, number) for word in words)
            case Near(_, words, distance) if is_sure(leaf):
                self._pointing.near(number, words, distance)
                return self._common(words)
            case Exact(_, words, surfaces) if not any(map(is_unspaced, words)):
                self._pointing.exact(number, words, surfaces)
                return self._common(words)
            case _:
                return sum(self._point_sign(sign, number) for sign in signs(leaf))

    def _point_sign(self, sign: Sign, number: int) -> int:
        langs = sign.langs if sign.sure else sign.langs | UNSURE
        if sign.begins:
            self._pointing.beginning(number, sign.words[0], langs)
            return _SOME
        if len(sign.words) > 1:
            self._pointing.phrase(number, sign.words, langs)
        else:
            self._pointing.word(number, sign.words[0], langs)
        return self._common(sign.words)

    def _common(self, words: tuple[str, ...]) -> int:
        """How common words in a row are: as the rarest of them."""
        return min(self._frequencies.get(word, 0) for word in words)
