"""Where entities are named in a field: case, context, and the longest name of those that overlap."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching.first_words import first_words, is_capital_as
from bot.matching.inflection import forms
from bot.matching.inflection.arabic import ADVERBS
from bot.matching.names import name_index
from bot.matching.places.choosing import NEARBY
from bot.matching.places.context import settle
from bot.matching.places.datelines import heads
from bot.matching.places.nearby import Nearby, Spot, Told
from bot.matching.places.persons import surnames
from bot.matching.text import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.matching.field_text import FieldText
    from bot.matching.name import Name
    from bot.matching.vocabulary import Vocabulary

    # For positions: the folded word, where it begins and ends, and the folded word behind it.
    Words = Callable[[Sequence[int]], Iterable[tuple[str, int, int, str]]]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An entity's name in a field: the words from ``first`` up to, not including, ``end``."""

    entity: str
    first: int
    end: int


def find_spots(field: FieldText, vocabulary: Vocabulary) -> list[Spot]:
    """Where names stand in a field, in order; those of one place only where they are equally long."""
    index = name_index(vocabulary)
    surroundings = _Surroundings(field)
    found: dict[tuple[int, int], list[Name]] = {}
    reading = index.reading((token.text for token in field.tokens), field.lang)
    for position, names in enumerate(reading):
        for name in names:
            if _is_here(name, field, position) and not surroundings.objection(name, position):
                found.setdefault((position, position + len(name)), []).append(name)
    return [Spot(first, end, tuple(found[first, end])) for first, end in _longest(found)]


def find_spots_at(
    field: FieldText, vocabulary: Vocabulary, positions: Sequence[int], words: Words
) -> list[Spot]:
    """The same as :func:`find_spots`, where the compiled scanner has been over the field.

    ``words`` gives for positions in the field the folded words there, and from where to where they are
    written. Names of one word, which most are, are judged by the letters of that word alone.
    """
    if not positions:
        return []
    beginnings = first_words(vocabulary)
    surroundings, capitals, lang = _Surroundings(field), field.is_all_capitals, field.lang
    found: dict[tuple[int, int], tuple[Name, ...]] = {}
    longer = False
    for position, (word, start, end, after) in zip(positions, words(positions), strict=True):
        beginning = beginnings.at(word)
        written = None if capitals else field.text[start:end]
        here = beginning.alone(word, written, lang)
        if written is not None and written.isupper():  # at the head of a report that may be a place
            here = tuple(name for name in beginning.single if _is_here(name, field, position))
        if beginning.has_conditions:
            here = tuple(name for name in here if not surroundings.objection(name, position))
        if here:
            found[position, position + 1] = here
        for name in beginning.followed.get(after, ()):
            if _is_here(name, field, position) and not surroundings.objection(name, position):
                place = (position, position + len(name))
                found[place] = (*found.get(place, ()), name)
                longer = True
    kept = _longest(found) if longer else found
    return [Spot(first, end, found[first, end]) for first, end in kept]


def believed(
    spots: Sequence[Spot], field: FieldText, elsewhere: Callable[[], Told]
) -> list[Occurrence]:
    """The names of a field that are meant, in order.

    ``elsewhere`` is what the item tells in its other fields.
    """
    found = settle(spots, field, elsewhere)
    occurrences = sorted(
        {Occurrence(str(name.key), spot.first, spot.end) for spot, name in found},
        key=lambda each: (each.first, each.entity),
    )
    if field.lang in _WITH_ADVERBS and any(_is_adverb(each, field) for each in occurrences):
        named = {each.entity for each in occurrences if not _is_adverb(each, field)}
        named |= elsewhere().entities
        return [each for each in occurrences if each.entity in named]
    return occurrences


_WITH_ADVERBS = ("ar", None)


def _is_adverb(spot: Occurrence | Spot, field: FieldText) -> bool:
    """“بحماس” may be Hamas where the item names it otherwise, too; alone it is “eagerly”."""
    return field.tokens[spot.first].text in ADVERBS


def told(spots: Sequence[Spot], field: FieldText) -> Told:
    """What a field tells of those in other fields of its item."""
    return Told(
        frozenset(Nearby(field, spots).countries),
        frozenset(surnames(spots, field)),
        frozenset(
            name.key
            for spot in spots
            for name in spot.names
            if name.key is not None and not _is_adverb(spot, field)
        ),
    )


def why_not(key: str, field: FieldText, vocabulary: Vocabulary) -> str | None:
    """Why the first name of an entity that a field has is not taken for it; None if it has none."""
    index, surroundings = name_index(vocabulary), _Surroundings(field)
    for position, token in enumerate(field.tokens):
        for name in index.at(token.text):
            if name.key == key and _reads_here(name, field, position):
                end = field.tokens[position + len(name) - 1].end
                written = f"“{field.text[token.start : end]}”"
                if name.case and not _has_capitals(name, field, position):
                    return f"{written} is not written with its capitals"
                if objection := surroundings.objection(name, position):
                    return f"{written} {objection}"
                return f"{written} is taken for something else here"
    return None


def _is_here(name: Name, field: FieldText, position: int) -> bool:
    """Whether the name stands there, of which the first word is known to be read so."""
    return (len(name) == 1 or _reads_here(name, field, position)) and (
        not name.case
        or _has_capitals(name, field, position)
        or (name.country is not None and _heads_a_report(name, field, position))
    )


def _heads_a_report(name: Name, field: FieldText, position: int) -> bool:
    """A place is in capitals where a report begins with it: “BEIRUT (AFP) –”."""
    first, last = field.tokens[position], field.tokens[position + len(name) - 1]
    return field.text[first.start : last.end].isupper() and heads(field.text, first.start, last.end)


def _reads_here(name: Name, field: FieldText, position: int) -> bool:
    if len(name) == 1:
        return name.reads(0, field.tokens[position].text, field.lang)
    words = field.tokens[position : position + len(name)]
    if len(words) < len(name) or words[0].sentence != words[-1].sentence:
        return False
    return all(name.reads(at, word.text, field.lang) for at, word in enumerate(words))


def _has_capitals(name: Name, field: FieldText, position: int) -> bool:
    """Written with its capitals: “Xi” neither as “xi” nor, alone, as “XI”.

    In a title that is all capitals anything goes.
    """
    if field.is_all_capitals:
        return True
    if len(name) == 1:
        return is_capital_as(name.surfaces[0], field.surface(position), alone=True)
    written = [field.surface(position + offset) for offset in range(len(name))]
    return all(
        is_capital_as(spelt, word, alone=False)
        for spelt, word in zip(name.surfaces, written, strict=True)
    )


class _Surroundings:
    """Which words stand near a name; each phrase is looked for once in a field."""

    def __init__(self, field: FieldText) -> None:
        self._field = field
        self._starts: dict[str, tuple[int, list[int]]] = {}

    def objection(self, name: Name, position: int) -> str | None:
        """What the words nearby have against the name; one of two words or more needs nothing."""
        if not name.one_word:
            return None
        for phrase in name.unless:
            if self._is_near(phrase, position):
                return f"stands near “{phrase}”"
        if name.needs and not any(self._is_near(phrase, position) for phrase in name.needs):
            return "stands near nothing that it needs"
        return None

    def _is_near(self, phrase: str, position: int) -> bool:
        """A phrase may have the name in it (“poutine râpée”), a word is another than the name."""
        if phrase not in self._starts:
            self._starts[phrase] = self._find(phrase)
        length, starts = self._starts[phrase]
        first = bisect_left(starts, position - NEARBY)
        last = bisect_right(starts, position + NEARBY - length + 1)
        return any(start != position or length > 1 for start in starts[first:last])

    def _find(self, phrase: str) -> tuple[int, list[int]]:
        words = [forms(word.text, None) for word in tokens(phrase)]
        there = self._field.tokens
        starts = [
            start
            for start in (self._field.positions(words[0]) if words else ())
            if start + len(words) <= len(there)
            and all(there[start + at].text in allowed for at, allowed in enumerate(words))
        ]
        return len(words), starts


def _longest(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of overlapping runs of words the longest, then the first; in order."""
    taken: set[int] = set()
    kept = []
    for first, end in sorted(found, key=lambda it: (it[0] - it[1], it)):
        words = range(first, end)
        if taken.isdisjoint(words):
            taken.update(words)
            kept.append((first, end))
    return sorted(kept)
