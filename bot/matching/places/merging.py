"""Entities of files over the places that come with the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.matching.places import gazetteer

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from bot.matching.places import Place
    from bot.matching.vocabulary import Entity


class BuiltIn(Mapping[str, "Entity"]):
    """The entities of files and the built-in places, by key.

    ``own`` are the entities of files. One of a place that is built in is merged over it;
    ``languages`` are those in which its file names it.
    """

    def __init__(self, own: Mapping[str, Entity], languages: Mapping[str, frozenset[str]]) -> None:
        self.own = own
        self.languages = languages
        self._places = gazetteer()

    def __getitem__(self, key: str) -> Entity:
        found = self.own.get(key)
        return self._places[key] if found is None else found

    def __contains__(self, key: object) -> bool:
        return key in self.own or key in self._places

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        yield from (key for key in self._places if key not in self.own)

    def __len__(self) -> int:
        return len(self.own.keys() | self._places.keys())

    def is_built_in(self, key: str) -> bool:
        """Whether the place came with the program, and no file says anything about it."""
        return key in self._places and key not in self.own

    def place(self, key: str) -> Place | None:
        """The place that an entity of that key is, or is merged over."""
        own = self.own.get(key)
        return self._places.places.get(key) if own is None or own.kind == "place" else None

    def given(self, key: str) -> frozenset[str]:
        """The languages in which a file names the entity."""
        return self.languages.get(key, frozenset())


def merged(entity: Entity, given: Container[str]) -> Entity:
    """The entity of a file over the built-in place of its key, if it is one.

    ``given`` are the keys that the file has. A person or an organisation is not the place.
    """
    place = gazetteer().get(entity.key)
    if place is None or entity.kind != "place":
        return entity
    return replace(
        entity,
        title={**place.title, **entity.title},
        names={**place.names, **entity.names},
        case=entity.case if "case" in given else place.case,
        unless=entity.unless if "unless" in given else place.unless,
    )


def with_one_more(entities: Mapping[str, Entity], entity: Entity) -> Mapping[str, Entity]:
    """The entities, and this one of a key that none of them has."""
    if isinstance(entities, BuiltIn):
        return BuiltIn({**entities.own, entity.key: entity}, entities.languages)
    return {**entities, entity.key: entity}
