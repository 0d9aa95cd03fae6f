"""The countries and large cities that come with the program; see NOTICE.md for their sources.

``places.json.gz`` is written by :mod:`bot.matching.places.generate`. It is read when the first
rules are, in some 30 ms; a place becomes an entity when somebody asks for it.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from bot.matching.vocabulary import Entity

if TYPE_CHECKING:
    from collections.abc import Iterator

# How much context a name needs in a text of some language, from none; see :mod:`.context`.
DOUBTS = ("never", "", "touching", "opening", "following", "always")

_FILE = Path(__file__).with_name("places.json.gz")


@dataclass(frozen=True, slots=True)
class Place:
    """A country, a capital or a city as the file has it.

    ``country`` is an ISO 3166 code. ``names`` and ``others`` are spellings with the languages in
    which the place is so called, ``names`` first of all. ``rank`` is in how many languages it is
    labelled: how widely it is known. ``doubts`` are the spellings that are something else too, with
    the languages (``*``: all others) in whose texts they need context, see :mod:`.context`.
    """

    key: str
    kind: str
    country: str
    rank: int
    names: Mapping[str, str]
    others: Mapping[str, str]
    doubts: Mapping[str, Mapping[str, str]]
    unless: tuple[str, ...]

    def spellings(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each name with its languages."""
        for spelling, langs in self.names.items():
            others = self.others.get(spelling, "")
            yield spelling, (*langs.split(), *others.split())
        for spelling, langs in self.others.items():
            if spelling not in self.names:
                yield spelling, tuple(langs.split())

    def is_doubted(self, spelling: str) -> bool:
        """Whether the spelling is something else too, in some language."""
        return "always" in self.doubts.get(spelling, {}).values()

    def entity(self) -> Entity:
        """The place as queries name it: with ``case``, its names by language."""
        names: dict[str, list[str]] = {}
        for each in (self.names, self.others):
            for spelling, langs in each.items():
                for lang in langs.split():
                    names.setdefault(lang, []).append(spelling)
        return Entity(
            key=self.key,
            kind="place",
            title={lang: spellings[0] for lang, spellings in sorted(names.items())},
            names={lang: tuple(spellings) for lang, spellings in sorted(names.items())},
            case=True,
            unless=self.unless,
        )


def _place(  # the columns of the file, in their order
    key: str,
    kind: str,
    country: str,
    rank: int,
    names: dict[str, str],
    others: dict[str, str],
    doubts: dict[str, dict[str, str]],
    unless: list[str],
) -> Place:
    return Place(key, kind, country, rank, names, others, doubts, tuple(unless))


class Gazetteer(Mapping[str, Entity]):
    """The built-in places by key, as entities; each is made when it is first asked for."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.places = {row[0]: _place(*row) for row in data["places"]}
        self.first_words: dict[str, list[int]] = data["index"]
        self.parts: dict[str, list[str]] = data["parts"]
        self.others: list[str] = data["others"]
        self._given: list[str] = data["given"]
        self._languages: dict[str, str] = data["languages"]
        self._made: dict[str, Entity] = {}

    def __getitem__(self, key: str) -> Entity:
        if key not in self._made:
            self._made[key] = self.places[key].entity()
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self.places

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def langs(self) -> tuple[str, ...]:
        """The languages in which places have names."""
        spoken = {
            lang
            for place in self.places.values()
            for langs in place.names.values()
            for lang in langs.split()
        }
        return tuple(sorted(spoken))

    @cached_property
    def given_names(self) -> frozenset[str]:
        """Folded given names, behind which a place's name is a surname (Jack London)."""
        return frozenset(self._given)

    def is_spoken(self, lang: str | None, country: str) -> bool:
        """Whether the language is the country's first; the others are understood there."""
        return lang is not None and lang in self._languages.get(country, "").split()[:1]


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The built-in places, read once."""
    return Gazetteer(orjson.loads(gzip.decompress(_FILE.read_bytes())))
