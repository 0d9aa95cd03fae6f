"""The names of a vocabulary by the one or two words of a text with which they begin."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from bot.matching.inflection import name_forms_anywhere
from bot.matching.inflection.arabic import ADVERBS
from bot.matching.names import name_index
from bot.matching.text import surface

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.matching.name import Name
    from bot.matching.vocabulary import Vocabulary

_MOST_KNOWN = 50_000
_MOST_SPELLINGS = 50


class Beginning:
    """The names that may begin with a folded word.

    ``single`` are those of one word, ``followed`` the others by their second; ``keys`` are the entities of
    all of them.
    """

    __slots__ = ("_spelt", "followed", "has_conditions", "keys", "single")

    def __init__(self, names: Sequence[Name]) -> None:
        followed: dict[str, list[Name]] = {}
        for name in names:
            if len(name) > 1:
                for form in _forms(name, 1):
                    followed.setdefault(form, []).append(name)
        self.followed: Mapping[str, Sequence[Name]] = followed
        self.keys = frozenset(name.key for name in names)
        self.single = tuple(name for name in names if len(name) == 1)
        self.has_conditions = any(name.unless or name.needs for name in self.single)
        self._spelt: dict[tuple[str | None, str | None], tuple[Name, ...]] = {}

    def alone(self, word: str, written: str | None, lang: str | None) -> tuple[Name, ...]:
        """The names of one word that stand where a text of that language has the word.

        It is ``written`` there, None where capitals do not matter, and folded ``word``. What else the
        names ask for is not looked at. Asked for each such word of each text, so it is remembered.
        """
        known = self._spelt.get((written, lang))
        if known is None:
            if len(self._spelt) > _MOST_SPELLINGS:
                self._spelt.clear()
            spelt = None if written is None else surface(written)
            known = self._spelt[written, lang] = tuple(
                name
                for name in self.single
                if name.reads(0, word, lang)
                and (
                    spelt is None
                    or not name.case
                    or is_capital_as(name.surfaces[0], spelt, alone=True)
                )
            )
        return known


def _forms(name: Name, at: int) -> frozenset[str]:
    """Whatever may be read as that word of the name, in a text of whatever language."""
    forms = name.forms(at)
    return forms if name.named is None else forms | name_forms_anywhere(name.words[at])


def is_capital_as(spelt: str, word: str, *, alone: bool) -> bool:
    """Whether a word of a text has the capitals of a name's word; a lone “XI” is not Xi."""
    if len(spelt) > 1 and spelt.isupper():
        return word[: len(spelt)].isupper()
    if not spelt[:1].isupper():
        return True
    return word[:1].isupper() and not (alone and len(word) > 1 and word.isupper())


class FirstWords:
    """What may begin with a folded word; made when the word is first met, and remembered."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._index = name_index(vocabulary)
        self._known: dict[str, Beginning] = {}

    @cached_property
    def adverbs(self) -> frozenset[str | None]:
        """The entities of which a name reads like an Arabic adverb."""
        return frozenset().union(*(self.at(word).keys for word in ADVERBS))

    def at(self, word: str) -> Beginning:
        """The names that may begin with this folded word."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()  # the words of many texts; most never come again
            known = self._known[word] = Beginning(self._index.at(word))
        return known


@lru_cache(maxsize=4)
def first_words(vocabulary: Vocabulary) -> FirstWords:
    """The first words of a vocabulary's names, found once."""
    return FirstWords(vocabulary)
