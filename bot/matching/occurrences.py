"""Where entities are named in a field: case, context, and the longest name of those that overlap."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.matching.inflection import forms, is_arabic, name_forms, with_clitics, without_clitics
from bot.matching.text import surface, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.matching.document import FieldText
    from bot.matching.vocabulary import Entity, Vocabulary

# How far ``unless`` and ``needs`` look, in words on either side (contract, "Rule files").
NEARBY = 30


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An entity's name in a field: the words from ``first`` up to, not including, ``end``."""

    entity: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Name:
    """One name of an entity: for each word its forms, folded, and its spelling."""

    entity: Entity
    forms: tuple[frozenset[str], ...]
    surfaces: tuple[str, ...]


@lru_cache(maxsize=4)
def _names_by_first_word(vocabulary: Vocabulary) -> dict[str, list[_Name]]:
    index: dict[str, list[_Name]] = {}
    for entity in vocabulary.entities.values():
        for name in _names(entity):
            for first in name.forms[0]:
                index.setdefault(first, []).append(name)
    return index


def first_words(vocabulary: Vocabulary) -> Iterator[tuple[str, bool]]:
    """The folded words with which names begin, and whether each needs a capital to be one."""
    for word, names in _names_by_first_word(vocabulary).items():
        needs = all(name.entity.case and name.surfaces[0][:1].isupper() for name in names)
        if not is_arabic(word):
            yield word, needs
            continue
        yield word, False
        for clitic in with_clitics(word):
            yield clitic, False


def _names(entity: Entity) -> Iterator[_Name]:
    seen = set()
    for lang, names in entity.names.items():
        for name in names:
            words = tokens(name)
            spelt = tuple(surface(name[word.start : word.end]) for word in words)
            if words and (lang, spelt) not in seen:
                seen.add((lang, spelt))
                yield _Name(entity, tuple(name_forms(word.text, lang) for word in words), spelt)


def find_names(field: FieldText, vocabulary: Vocabulary) -> list[Occurrence]:
    """The names in a field, in order; those of one place only where they are equally long."""
    index = _names_by_first_word(vocabulary)
    surroundings = _Surroundings(field)
    found = {
        Occurrence(name.entity.key, position, position + len(name.forms))
        for position, token in enumerate(field.tokens)
        for name in _candidates(index, token.text)
        if _is_here(name, field, position) and surroundings.allow(name, position)
    }
    return sorted(_longest(found), key=lambda each: (each.first, each.entity))


def _candidates(index: dict[str, list[_Name]], word: str) -> Iterator[_Name]:
    yield from index.get(word, ())
    if is_arabic(word):
        for bare in without_clitics(word):
            yield from index.get(bare, ())


def _is_here(name: _Name, field: FieldText, position: int) -> bool:
    words = field.tokens[position : position + len(name.forms)]
    if len(words) < len(name.forms) or words[0].sentence != words[-1].sentence:
        return False
    # The first word was looked up; behind it the others, in any of their forms.
    if any(
        word.text not in allowed for word, allowed in zip(words[1:], name.forms[1:], strict=True)
    ):
        return False
    return not name.entity.case or _has_capitals(name, field, position)


def _has_capitals(name: _Name, field: FieldText, position: int) -> bool:
    """Written with its capitals: “Xi” neither as “xi” nor, alone, as “XI”.

    In a title that is all capitals anything goes.
    """
    if field.is_all_capitals:
        return True
    written = [field.surface(position + offset) for offset in range(len(name.surfaces))]
    return all(
        _is_capital_as(spelt, word, alone=len(written) == 1)
        for spelt, word in zip(name.surfaces, written, strict=True)
    )


def _is_capital_as(spelt: str, word: str, *, alone: bool) -> bool:
    if len(spelt) > 1 and spelt.isupper():
        return word[: len(spelt)].isupper()
    if not spelt[:1].isupper():
        return True
    return word[:1].isupper() and not (alone and len(word) > 1 and word.isupper())


class _Surroundings:
    """Which words stand near a name; each phrase is looked for once in a field."""

    def __init__(self, field: FieldText) -> None:
        self._field = field
        self._starts: dict[str, tuple[int, list[int]]] = {}

    def allow(self, name: _Name, position: int) -> bool:
        """Whether the words nearby allow the name; one of two words or more needs nothing."""
        entity = name.entity
        if len(name.forms) > 1:
            return True
        if any(self._is_near(phrase, position) for phrase in entity.unless):
            return False
        return not entity.needs or any(self._is_near(phrase, position) for phrase in entity.needs)

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


def _longest(found: set[Occurrence]) -> Iterator[Occurrence]:
    """Of overlapping names the longest, then the first; equals of different entities together."""
    taken: dict[int, tuple[int, int]] = {}
    for each in sorted(found, key=lambda it: (it.first - it.end, it.first, it.entity)):
        place = (each.first, each.end)
        words = range(each.first, each.end)
        if all(taken.get(word, place) == place for word in words):
            taken.update(dict.fromkeys(words, place))
            yield each
