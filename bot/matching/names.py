"""The names of entities and places by their first word: what a text's words are looked up in."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from bot.matching.inflection import name_forms, name_forms_anywhere
from bot.matching.name import and_kin, compiled_name
from bot.matching.places import gazetteer
from bot.matching.places.merging import BuiltIn
from bot.matching.text import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.matching.name import Name
    from bot.matching.places import Gazetteer, Place
    from bot.matching.vocabulary import Entity, Vocabulary

# How much of a name's first word inflection leaves alone: all but this many letters, at least two.
_ENDING = 3
_LEAST = 2
# What Arabic and Hebrew write onto the front of a name, at most; in للقاهرة the article is hidden.
_LONGEST_CLITIC = 5
_ARTICLE = "ال"
# What only sounds like a place is written the same in the first; in these scripts it inflects.
_ANY = ("en", "fr")
_INFLECTED = (("\u0400", "\u04ff", ("ru", "uk")), ("\u0370", "\u03ff", ("el",)))


@lru_cache(maxsize=4)
def name_index(vocabulary: Vocabulary) -> NameIndex:
    """The names of a vocabulary, compiled once."""
    return NameIndex(vocabulary)


class NameIndex:
    """All names of a vocabulary by the folded first word of each, in any of its forms."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        entities = vocabulary.entities
        own = entities.own if isinstance(entities, BuiltIn) else entities
        self._own: dict[str, list[Name]] = {}
        self._stems: dict[str, list[Name]] = {}
        for name in names_of(entities):
            for first in name.forms(0):
                self._own.setdefault(first, []).append(name)
            if name.named is not None:
                self._stems.setdefault(_stem(name.words[0]), []).append(name)
        self._places = place_names() if isinstance(entities, BuiltIn) else None
        self._hidden = own.keys()
        self._known: dict[str, tuple[Name, ...]] = {}
        self._read: dict[str | None, dict[str, tuple[Name, ...]]] = {}

    def reading(self, words: Iterable[str], lang: str | None) -> Iterator[tuple[Name, ...]]:
        """For each of the words the names of which a text of that language may write the first so."""
        known = self._read.setdefault(lang, {})
        if len(known) > _MOST_KNOWN:
            known.clear()  # the words of many texts; most never come again
        for word in words:
            names = known.get(word)
            if names is None:
                names = tuple(name for name in self.at(word) if name.reads(0, word, lang))
                known[word] = names
            yield names

    def at(self, word: str) -> tuple[Name, ...]:
        """The names that may begin with this folded word."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            known = self._known[word] = tuple(self._find(word))
        return known

    def may_name(self, key: str, words: Iterable[str]) -> bool:
        """Whether one of these folded words may begin a name of the entity.

        Of a built-in place only a closer look tells.
        """
        if key not in self._hidden:
            return self._places is not None
        return any(name.key == key for word in words for name in self.at(word))

    def _find(self, word: str) -> Iterator[Name]:
        own = self._own.get(word, ())
        yield from own
        for end in range(_LEAST, len(word) + 1):
            for name in self._stems.get(word[:end], ()):
                if name not in own and word in name_forms_anywhere(name.words[0]):
                    yield name  # with an ending of a language that its file has not
        if self._places is not None:
            for name in self._places.at(word):
                if name.key not in self._hidden:
                    yield name


_MOST_KNOWN = 200_000


def _stem(word: str) -> str:
    """What inflection leaves alone at the beginning of a name's word."""
    return word[: max(_LEAST, len(word) - _ENDING)]


def end_words(entity: Entity) -> list[set[str]]:
    """Every folded word that a name of the entity may begin with in a text, and end with.

    Only the first where all names are single words.
    """
    firsts: set[str] = set()
    lasts: set[str] = set()
    for lang, names in entity.names.items():
        for name in names:
            words = tokens(name)
            for word in words[:1]:
                firsts |= name_forms(word.text, lang)
            for word in words[-1:]:
                lasts |= name_forms(word.text, lang)
    return [firsts] if firsts == lasts else [firsts, lasts]


def names_of(entities: Mapping[str, Entity]) -> Iterator[Name]:
    """The names of the entities of files, those of the places over which they are merged included."""
    built_in = entities if isinstance(entities, BuiltIn) else None
    for entity in (entities if built_in is None else built_in.own).values():
        place = built_in.place(entity.key) if built_in is not None else None
        said = built_in.given(entity.key) if built_in is not None else frozenset[str]()
        yield from _names(entity, place, said)


def _names(entity: Entity, place: Place | None, said: frozenset[str]) -> Iterator[Name]:
    """An entity's names. Those in languages of which a file said nothing are the ``place``'s."""
    by_spelling: dict[str, list[str]] = {}
    for lang, names in entity.names.items():
        for name in names:
            by_spelling.setdefault(name, []).append(lang)
    for spelling, langs in by_spelling.items():
        built_in = place if said.isdisjoint(langs) else None
        country = place.country if place is not None else None
        compiled = compiled_name(spelling, tuple(langs), entity, built_in, country)
        if compiled is not None:
            yield compiled


def _langs_of(spelling: str) -> tuple[str, ...]:
    """The languages as which a name that is no entity's inflects."""
    return next((langs for least, most, langs in _INFLECTED if least <= spelling[0] <= most), _ANY)


class PlaceNames:
    """The names of the built-in places, each made ready when a text has its first word.

    The file has the folded first words of all names. A word of a text may be a form of one:
    ``_stems`` has them without their last letters, which is where they inflect.
    """

    def __init__(self, places: Gazetteer) -> None:
        self._places = places
        self._rows = list(places.places.values())
        self._by_first = places.first_words
        self._compiled: dict[int, dict[str, list[Name]]] = {}
        self._bare: dict[str, list[Name]] = {}  # names that are no entity's
        bare = [(name, country) for country, names in places.parts.items() for name in names]
        others = ((name, None) for name in places.others)
        for spelling, country in chain(bare, others):
            bare_name = compiled_name(spelling, _langs_of(spelling), country=country)
            if bare_name is not None:
                self._bare.setdefault(bare_name.words[0], []).append(bare_name)
        self._stems: dict[str, list[str]] = {}
        for word in chain(self._by_first, self._bare.keys() - self._by_first.keys()):
            self._stems.setdefault(_stem(word), []).append(word)

    def at(self, word: str) -> Iterator[Name]:
        """The names whose first word, in any of its forms, is this folded word."""
        yield from self._beginning_with(word, word)
        for first in self._origins(word):
            if word in name_forms_anywhere(first):
                yield from self._beginning_with(first, word)

    def _origins(self, word: str) -> Iterator[str]:
        """The first words of names of which this may be a form: it begins or it ends as they do."""
        for end in range(_LEAST, len(word) + 1):
            yield from (first for first in self._stems.get(word[:end], ()) if first != word)
        if "\u0590" <= word[0] <= "\u06ff":
            for start in range(1, min(_LONGEST_CLITIC, len(word) - _LEAST) + 1):
                for first in (word[start:], f"{_ARTICLE}{word[start:]}"):
                    if first in self._by_first:
                        yield first

    def _beginning_with(self, first: str, form: str) -> Iterator[Name]:
        """The names whose folded first word is ``first``, where ``form`` is one of its forms."""
        for number in self._by_first.get(first, ()):
            for name in self._names_of(number).get(first, ()):
                if form == first or form in name.forms(0):
                    yield name
        for name in self._bare.get(first, ()):
            if form == first or form in name.forms(0):
                yield name

    def _names_of(self, number: int) -> dict[str, list[Name]]:
        """The names of a place by their first words, compiled when one is first met."""
        if number not in self._compiled:
            place = self._rows[number]
            entity = self._places[place.key]
            names = self._compiled[number] = {}
            for spelling, langs in place.spellings():
                name = compiled_name(spelling, and_kin(langs), entity, place, place.country)
                if name is not None:
                    names.setdefault(name.words[0], []).append(name)
        return self._compiled[number]


@lru_cache(maxsize=1)
def place_names() -> PlaceNames:
    """The index of the built-in places' names, made once."""
    return PlaceNames(gazetteer())
