"""One field of an item, split into words once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from bot.matching.composing import compose
from bot.matching.language import language_of
from bot.matching.text import Token, surface, tokens

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.matching.composing import Composed
    from bot.matching.index.scanning import Scanned
    from bot.model import Item, Source

FieldName = Literal["title", "text", "tags", "agency", "author"]


class Tongue:
    """The language of an item, found when it is first asked for: that may need its text."""

    __slots__ = ("_found", "_item", "_source")

    def __init__(self, item: Item, source: Source | None) -> None:
        self._item, self._source = item, source
        # Not a cached_property: before Python 3.12 that takes a lock, for each item matched.
        self._found: tuple[str | None] | None = None

    @property
    def lang(self) -> str | None:
        """An ISO 639-1 code; None where it is not known."""
        if self._found is None:
            self._found = (language_of(self._item, self._source),)
        return self._found[0]


@dataclass(eq=False)
class FieldText:
    """One field of an item; each tag is a field of its own, told apart by ``index``."""

    name: FieldName
    text: str
    tongue: Tongue
    index: int | None = None
    scanned: tuple[Scanned, int] | None = None

    @property
    def lang(self) -> str | None:
        """The item's language: in English a “Nice” is not always the city."""
        return self.tongue.lang

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """Its words in order."""
        if self.scanned is not None:
            scanned, index = self.scanned
            return scanned.tokens(index)
        return tokens(self.text)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each folded word stands, as positions in :attr:`tokens`."""
        if self.scanned is not None:
            scanned, index = self.scanned
            return scanned.places(index)
        places: dict[str, list[int]] = {}
        for token in self.tokens:
            places.setdefault(token.text, []).append(token.position)
        return places

    @cached_property
    def is_all_capitals(self) -> bool:
        """Whether it has capitals and no small letter, as some titles do."""
        return self.text.isupper()

    @cached_property
    def composed(self) -> Composed:
        """The text in NFC, for regular expressions."""
        return compose(self.text)

    def surface(self, position: int) -> str:
        """The word at a position as it is written."""
        token = self.tokens[position]
        return surface(self.text[token.start : token.end])

    def positions(self, words: Iterable[str]) -> list[int]:
        """Where any of these folded words stands, in order."""
        wanted: Collection[str] = words if isinstance(words, frozenset) else set(words)
        if len(wanted) > len(self.places):  # all forms of a word, and a title
            wanted = [word for word in self.places if word in wanted]
        return sorted(place for word in wanted for place in self.places.get(word, ()))
