"""A query as a tree. Trees that mean the same are equal: the spelling of a word does not count.

A leaf looks for something in an item's texts; ``term`` is how it is named in spans, in the
spelling of the query. A branch combines leaves, in the order of the query. ``normal.py`` sees to
it that queries which differ in order, grouping and repetition have equal trees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word, which inflects; or, where a hyphen parts it, the phrase of its parts.

    ``words`` are folded.
    """

    written: str = field(compare=False)
    words: tuple[str, ...]

    @property
    def term(self) -> str:
        """As the query writes it."""
        return self.written


@dataclass(frozen=True, slots=True)
class Phrase:
    """``"…"``: these words, folded, in this order, uninflected."""

    written: str = field(compare=False)
    words: tuple[str, ...]

    @property
    def term(self) -> str:
        """The words without the quotes."""
        return self.written


@dataclass(frozen=True, slots=True)
class Near:
    """``"…"~N``: these words, in any order, positions at most ``distance`` apart.

    ``words`` are folded and sorted: their order means nothing.
    """

    written: str = field(compare=False)
    words: tuple[str, ...]
    distance: int

    @property
    def term(self) -> str:
        """As the query writes it."""
        return f'"{self.written}"~{self.distance}'


@dataclass(frozen=True, slots=True)
class Prefix:
    """``négoc*``: a word that begins so; the words before the last, if any, stand before it."""

    written: str = field(compare=False)
    words: tuple[str, ...]

    @property
    def term(self) -> str:
        """As the query writes it."""
        return f"{self.written}*"


@dataclass(frozen=True, slots=True)
class Exact:
    """``=Poutine``: these words in this spelling; ``words`` are folded, ``surfaces`` are not."""

    written: str = field(compare=False)
    words: tuple[str, ...]
    surfaces: tuple[str, ...]

    @property
    def term(self) -> str:
        """As the query writes it."""
        return f'="{self.written}"' if " " in self.written else f"={self.written}"


@dataclass(frozen=True, slots=True)
class EntityName:
    """``@putin``: the entity by any of its names."""

    key: str

    @property
    def term(self) -> str:
        """As the query writes it."""
        return f"@{self.key}"


@dataclass(frozen=True, slots=True)
class WordList:
    """``$conflict``: any of the list's words, each a leaf."""

    name: str
    words: tuple[Leaf, ...]

    @property
    def term(self) -> str:
        """As the query writes it."""
        return f"${self.name}"


@dataclass(frozen=True, slots=True)
class Regex:
    """``/…/``: a regular expression over the NFC text of one field."""

    pattern: str

    @property
    def term(self) -> str:
        """As the query writes it."""
        return f"/{self.pattern}/"


@dataclass(frozen=True, slots=True)
class Value:
    """What ``lang:`` or ``source:`` is to be, as written."""

    written: str

    @property
    def term(self) -> str:
        """As the query writes it."""
        return self.written


@dataclass(frozen=True, slots=True)
class Time:
    """``since:`` (``start`` true) or ``before:``, at a moment or so long before now."""

    start: bool
    written: str = field(compare=False)
    moment: datetime | None = None
    ago: timedelta | None = None

    def at(self, now: datetime) -> datetime:
        """The moment meant, for someone who asks ``now``."""
        if self.moment is not None:
            return self.moment
        return now - self.ago if self.ago is not None else now


@dataclass(frozen=True, slots=True)
class Field:
    """``title:…`` and its kin: the child, looked for in that field only."""

    name: str
    child: Node


@dataclass(frozen=True, slots=True)
class Not:
    """Items without the child."""

    child: Node


@dataclass(frozen=True, slots=True, eq=False)
class _Branch:
    """Two children or more, in the order in which they were written; it does not count."""

    children: tuple[Node, ...]

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and set(other.children) == set(self.children)

    def __hash__(self) -> int:
        return hash((type(self), frozenset(self.children)))


class And(_Branch):
    """All of its children."""

    __slots__ = ()


class Or(_Branch):
    """Any of its children."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Weighted:
    """Weights instead of a query: the sum of those whose term is found reaches the threshold."""

    threshold: float
    terms: tuple[tuple[str, Leaf, float], ...]


Leaf: TypeAlias = Word | Phrase | Near | Prefix | Exact | EntityName | WordList | Regex
Node: TypeAlias = Leaf | Value | Time | Field | Not | And | Or | Weighted


def leaves(node: Node) -> Iterator[Leaf | Value | Time]:
    """Every leaf of the tree in order, those behind NOT and in lists too."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Not(child) | Field(_, child):
            yield from leaves(child)
        case Weighted(_, terms):
            for _, leaf, _ in terms:
                yield from leaves(leaf)
        case WordList(_, words):
            yield node
            for word in words:
                yield from leaves(word)
        case _:
            yield node
