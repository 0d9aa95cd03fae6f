"""What queries may name: entities and word lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["person", "place", "organisation"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, place or organisation with its names by language (ISO 639-1 codes).

    ``case``: a name counts only when written with its capitals. ``unless`` are nearby words that
    mean something else; ``needs`` are nearby words without which a one-word name is not believed.
    """

    key: str
    kind: Kind = "person"
    title: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wikidata: str | None = None
    case: bool = False
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def title_in(self, lang: str) -> str:
        """The title in that language; else in English, in any, or the key."""
        return title_in(self.title, lang, self.key)


def title_in(titles: Mapping[str, str], lang: str, key: str) -> str:
    """The best title for a reader of ``lang``: theirs, English, the first there is, the key."""
    return titles.get(lang) or titles.get("en") or next(iter(titles.values()), key)


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The entities by key, the word lists by name, and the topics' titles (for messages only).

    Two vocabularies are equal only when they are the same object: documents remember by it which
    names they have been searched for.
    """

    entities: Mapping[str, Entity] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    topics: Mapping[str, object] = field(default_factory=dict)

    @property
    def own_entities(self) -> Mapping[str, Entity]:
        """The entities of files, without the places that only come with the program."""
        own: Mapping[str, Entity] = getattr(self.entities, "own", self.entities)
        return own

    def entity_named(self, phrase: str) -> tuple[Entity, ...]:
        """The entities of which the phrase is a name in some language, folded alike.

        Of built-in places that share a name only the best known.
        """
        from bot.matching.lookup import likely  # noqa: PLC0415 - it reads vocabularies

        return likely(phrase, self)

    def nearest_entity(self, key: str) -> str | None:
        """The key of an entity that looks most like this one, if any does."""
        from bot.matching.lookup import nearest_entity  # noqa: PLC0415 - it reads vocabularies

        return nearest_entity(key, self)
