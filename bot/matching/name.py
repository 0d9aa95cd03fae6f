"""One spelling of an entity's or a place's name, made ready to be looked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from bot.matching.inflection import name_forms
from bot.matching.places import DOUBTS
from bot.matching.text import surface, tokens

if TYPE_CHECKING:
    from bot.matching.places import Place
    from bot.matching.vocabulary import Entity


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """One spelling of a name: its words folded and as written, the languages that have it.

    ``key`` is the entity's; None for what only sounds like one and takes the place of shorter
    names (“Northern Ireland”, “Michael Jordan”). ``place`` is where a built-in name comes from;
    ``country`` what the name tells of, also that of a state or a nation that is no entity.
    ``named`` are the languages in which a file names the entity: in a text of any other its names
    inflect as that language does (“Erdogans” in German).
    """

    key: str | None
    words: tuple[str, ...]
    surfaces: tuple[str, ...]
    langs: tuple[str, ...]
    case: bool = False
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    place: Place | None = None
    country: str | None = None
    spelling: str = ""
    named: frozenset[str] | None = None  # None: a built-in name, which borrows no endings
    one_word: bool = True  # its characters follow one another directly, as in 普京

    def __len__(self) -> int:
        return len(self.words)

    def forms(self, at: int) -> frozenset[str]:
        """The folded forms of the word at that place of the name, in all of its languages."""
        return _forms(self.words[at], self.langs)

    def reads(self, at: int, word: str, lang: str | None) -> bool:
        """Whether a text of that language may write the word of the name so.

        A place that the language has a name for inflects as that language does: Hamas is no
        genitive of Hama in French, France in English no accusative of Franca. A file's names may
        stand in a text of any language.
        """
        if self.place is None or lang is None or lang not in self.langs:
            return word in self.forms(at) or self._borrows(at, word, lang)
        return word in name_forms(self.words[at], lang)

    def _borrows(self, at: int, word: str, lang: str | None) -> bool:
        """Whether the word has an ending of the text's language, in which nobody named the entity."""
        if lang is None or self.named is None or lang in self.named:
            return False
        return word in name_forms(self.words[at], lang)

    @property
    def may_be_doubted(self) -> bool:
        """Whether the spelling has a doubt in the texts of some language."""
        return self.place is not None and self.spelling in self.place.doubts

    @property
    def is_doubted(self) -> bool:
        """Whether the spelling is something else too, in some language."""
        return self.place is not None and self.place.is_doubted(self.spelling)

    def doubt(self, lang: str | None) -> str:
        """How much context a text of that language must give; see :mod:`.places.context`."""
        if self.place is None:
            return ""
        doubts = self.place.doubts.get(self.spelling)
        if not doubts:
            # Where nothing is written with capitals, a name of another language is a word of this.
            own = {None, *self.langs}
            if not own.isdisjoint(_HAN):
                own |= _HAN
            foreign = lang not in own and not _has_case(self.spelling)
            return "always" if foreign else ""
        if lang is not None:
            kin = doubts.get(_WRITTEN_ALIKE.get(lang, lang), doubts.get("*", ""))
            return doubts.get(lang, kin)
        others = doubts.get("*", "")
        return max((doubts.get(each, others) for each in self.langs), key=DOUBTS.index)


def _has_case(spelling: str) -> bool:
    return spelling.lower() != spelling.upper()


# Serbian is written in both alphabets, and the labels have one.
_WRITTEN_ALIKE = {"sr": "hr"}


def and_kin(langs: tuple[str, ...]) -> tuple[str, ...]:
    """Languages, and those that write names as one of them does."""
    kin = (lang for lang, like in _WRITTEN_ALIKE.items() if like in langs and lang not in langs)
    return (*langs, *kin)


# Chinese and Japanese names are written alike; the labels do not say so each time.
_HAN = frozenset({"zh", "ja"})


@lru_cache(maxsize=65_536)
def _forms(word: str, langs: tuple[str, ...]) -> frozenset[str]:
    return frozenset(chain.from_iterable(name_forms(word, lang) for lang in langs))


def compiled_name(
    spelling: str,
    langs: tuple[str, ...],
    entity: Entity | None = None,
    place: Place | None = None,
    country: str | None = None,
) -> Name | None:
    """The compiled name; None where a spelling has no word. Without an entity it has no key."""
    words = tokens(spelling)
    if not words:
        return None
    return Name(
        key=entity.key if entity is not None else None,
        spelling=spelling,
        named=frozenset(entity.names) if entity is not None and place is None else None,
        words=tuple(word.text for word in words),
        surfaces=tuple(surface(spelling[word.start : word.end]) for word in words),
        langs=langs,
        case=entity.case if entity is not None else True,
        unless=entity.unless if entity is not None else (),
        needs=entity.needs if entity is not None else (),
        place=place,
        country=country,
        one_word=all(before.end == after.start for before, after in pairwise(words)),
    )
