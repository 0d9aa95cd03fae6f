"""What a stored item must have so that a query can match it: a search index's question.

It is an over-approximation: it lets through too much, never too little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.matching.inflection import forms_anywhere
from bot.matching.names import end_words
from bot.matching.query.tree import (
    And,
    EntityName,
    Exact,
    Field,
    Near,
    Or,
    Phrase,
    Prefix,
    Value,
    Weighted,
    Word,
    WordList,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.matching.query import Query
    from bot.matching.query.tree import Node
    from bot.matching.vocabulary import Vocabulary

    SourcesCalled = Callable[[str], Iterable[str]]
    """The keys of the sources that ``source:`` means."""

_INDEXED = frozenset({"title", "text", "tag"})
# More alternatives than this help no index.
_MOST = 1000


def search_words(query: Query, called: SourcesCalled | None = None) -> list[list[str]] | None:
    """An AND of ORs of folded words; one that ends in ``*`` is a prefix. None: nothing is needed.

    ``lang:fr`` and ``source:KEY`` among the words are the item's language and its source; ``lang:``
    is an item whose language is not known. Sources need ``called``.
    """
    groups = _Needs(query.vocabulary, called).groups(query.tree)
    return [sorted(group) for group in groups if len(group) <= _MOST] or None


class _Needs:
    """What nodes need. ``field`` is the one of an item's own values that is looked at."""

    def __init__(
        self, vocabulary: Vocabulary, called: SourcesCalled | None, field: str | None = None
    ) -> None:
        self._vocabulary = vocabulary
        self._called = called
        self._field = field

    def groups(self, node: Node) -> list[set[str]]:
        """An AND of ORs."""
        match node:
            case Field(name, child) if name in _INDEXED:
                return self.groups(child)
            case Field(("lang" | "source") as name, child):
                return _Needs(self._vocabulary, self._called, name).groups(child)
            case Value(written):
                return self._value(written)
            case And(children):
                return [group for child in children for group in self.groups(child)]
            case Or(children):
                return self._any(children)
            case Weighted(_, terms):
                return self._any([leaf for _, leaf, weight in terms if weight > 0])
            case _:
                return self._leaf(node)

    def _leaf(self, node: Node) -> list[set[str]]:
        match node:
            case Word(_, words):
                return [set(forms_anywhere(word)) for word in words]
            case Phrase(_, words) | Near(_, words) | Exact(_, words):
                return [{word} for word in words]
            case Prefix(_, words):
                return [*({word} for word in words[:-1]), {f"{words[-1]}*"}]
            case EntityName(key):
                return end_words(self._vocabulary.entities[key])
            case WordList(_, words):
                return self._any(words)
            case _:
                return []

    def _any(self, nodes: Iterable[Node]) -> list[set[str]]:
        """One group: for each alternative, the narrowest of what it needs."""
        union: set[str] = set()
        for node in nodes:
            groups = self.groups(node)
            if not groups:
                return []
            union |= min(groups, key=len)
        return [union] if union else []

    def _value(self, written: str) -> list[set[str]]:
        if self._field == "lang":
            return [{f"lang:{written}", "lang:"}]
        if self._field == "source" and self._called is not None:
            return [{f"source:{key}" for key in self._called(written)} or {"source:"}]
        return []
