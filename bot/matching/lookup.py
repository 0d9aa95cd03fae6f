"""Who a name may be, and which key was perhaps meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.matching.names import name_index
from bot.matching.places.merging import BuiltIn
from bot.matching.spelling import spellings
from bot.matching.text import surface, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.matching.name import Name
    from bot.matching.places import Place
    from bot.matching.text import Token
    from bot.matching.vocabulary import Entity, Vocabulary

# How like a key must be to be thought meant; there are thousands of places.
_LIKE = 0.6
_LIKE_A_PLACE = 0.8
_ELIDED = re.compile(r"\b([dl]) ")


@dataclass(frozen=True, slots=True)
class Reading:
    """An entity that a name may be: by which spelling, in which languages.

    ``exact`` is False for another form of that spelling (“Стамбуле”), ``country`` that of a place.
    """

    entity: Entity
    spelling: str
    langs: tuple[str, ...]
    exact: bool
    country: str | None


def readings(name: str, vocabulary: Vocabulary) -> list[Reading]:
    """Everybody whom the name may be, by any of its forms, the best known first; each once."""
    words = [token.text for token in tokens(name)]
    found = sorted(
        (each for each in _candidates(words, vocabulary) if _fits(each, words)),
        key=lambda each: _how_likely(each, name, words),
        reverse=True,
    )
    first = {each.key: each for each in reversed(found)}
    return [
        Reading(
            vocabulary.entities[str(key)],
            each.spelling,
            each.langs,
            each.words == tuple(words),
            each.country,
        )
        for key, each in reversed(first.items())
    ]


def likely(name: str, vocabulary: Vocabulary) -> tuple[Entity, ...]:
    """The entities of which the phrase is a name, written without regard to case and accents.

    Of places that share it the best known; a name that is a word too only if written just so.
    """
    words = tuple(token.text for token in tokens(name))
    return likely_by_words(words, name, vocabulary) if words else ()


def likely_by_words(
    words: tuple[str, ...], name: str, vocabulary: Vocabulary
) -> tuple[Entity, ...]:
    """The same for a name whose folded words, one at least, are known."""
    known = spellings(vocabulary)
    own: dict[str, Entity] = {}
    places: list[tuple[Place, str]] = []
    for each in known.own(words):
        if each.place is not None:
            places.append((each.place, each.spelling))
        elif each.key is not None:
            own[each.key] = vocabulary.entities[each.key]
    places += known.places(words)
    sure = [
        place
        for place, spelling in places
        if not place.is_doubted(spelling) or spelling == surface(name.strip())
    ]
    best = max(sure, key=lambda each: (each.kind == "country", each.rank), default=None)
    if best is not None:
        own.setdefault(best.key, vocabulary.entities[best.key])
    return tuple(own.values())


@dataclass(frozen=True, slots=True)
class Mention:
    """A name within some words: the offsets of its text, and whose it is."""

    start: int
    end: int
    entity: Entity


def mentions(text: str, vocabulary: Vocabulary) -> list[Mention]:
    """The entities that the words name, without regard to case; those that are not in doubt.

    The longest name wins; a form of a name counts. A name that is a word too counts only if it is
    written just so, and of places that share a name the best known.
    """
    words = tokens(text)
    index = name_index(vocabulary)
    found: list[Mention] = []
    at = 0
    while at < len(words):
        fitting = [each for each in index.at(words[at].text) if _stands(each, words[at:])]
        longest = max(map(len, fitting), default=0)
        if longest:
            start, end = words[at].start, words[at + longest - 1].end
            entity = _whose([each for each in fitting if len(each) == longest], text[start:end])
            if entity is not None:
                found.append(Mention(start, end, vocabulary.entities[entity]))
        at += max(longest, 1)
    return found


def _stands(name: Name, words: list[Token]) -> bool:
    """Whether the words begin with a form of the name."""
    return len(name) <= len(words) and all(
        words[at].text in name.forms(at) for at in range(1, len(name))
    )


def _whose(names: list[Name], written: str) -> str | None:
    """The key of the one entity that these spellings name; None where it is not clear."""
    folded = tuple(token.text for token in tokens(written))
    exact = [each for each in names if each.words == folded] or names
    own = {each.key for each in exact if each.place is None}
    if own:
        return own.pop() if len(own) == 1 else None
    sure = [each for each in exact if not each.is_doubted or each.spelling == surface(written)]
    best = max(sure, key=lambda each: _rank(each)[1:], default=None)
    return None if best is None else best.key


def nearest_entity(key: str, vocabulary: Vocabulary) -> str | None:
    """The key that was perhaps meant: of whom it is a name (uk, bosnia), else the most alike."""
    words = re.sub("[-_]+", " ", key)
    for name in (words, _ELIDED.sub(r"\1'", words)):  # cote-d-ivoire
        named = [each for each in readings(name, vocabulary) if each.exact]
        if named:
            return named[0].entity.key
    entities = vocabulary.entities
    own = entities.own if isinstance(entities, BuiltIn) else entities
    wanted = key.lower()
    alike = [
        *get_close_matches(wanted, entities, n=1, cutoff=_LIKE_A_PLACE),
        *get_close_matches(wanted, own, n=1, cutoff=_LIKE),
    ]
    return alike[0] if alike else None


def _candidates(words: list[str], vocabulary: Vocabulary) -> Iterator[Name]:
    if words:
        yield from name_index(vocabulary).at(words[0])


def _fits(name: Name, words: list[str]) -> bool:
    """Whether the words are a form of the whole name."""
    return (
        name.key is not None
        and len(name) == len(words)
        and all(word in name.forms(at) for at, word in enumerate(words[1:], 1))
    )


def _how_likely(each: Name, name: str, words: list[str]) -> tuple[bool, bool, bool, int]:
    return (each.words == tuple(words), *_rank(each)[:1], each.spelling == name, _rank(each)[2])


def _rank(name: Name) -> tuple[bool, bool, int]:
    """Entities of files first, then countries, then what is known in most languages."""
    if name.place is None:
        return (True, False, 0)
    return (False, name.place.kind == "country", name.place.rank)
