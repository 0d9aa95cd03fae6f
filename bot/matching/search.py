"""What a stored item must have in words so that a query can match it: a search index's question.

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
    Weighted,
    Word,
    WordList,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.matching.query import Query
    from bot.matching.query.tree import Node
    from bot.matching.vocabulary import Vocabulary

_INDEXED = frozenset({"title", "text", "tag"})
# More alternatives than this help no index.
_MOST = 1000


def search_words(query: Query) -> list[list[str]] | None:
    """An AND of ORs of folded words; one that ends in ``*`` is a prefix. None: nothing is needed."""
    groups = _groups(query.tree, query.vocabulary)
    return [sorted(group) for group in groups if len(group) <= _MOST] or None


def _groups(node: Node, vocabulary: Vocabulary) -> list[set[str]]:
    match node:
        case Word(_, words):
            return [set(forms_anywhere(word)) for word in words]
        case Phrase(_, words) | Near(_, words) | Exact(_, words):
            return [{word} for word in words]
        case Prefix(_, words):
            return [*({word} for word in words[:-1]), {f"{words[-1]}*"}]
        case EntityName(key):
            return end_words(vocabulary.entities[key])
        case WordList(_, words):
            return _any(words, vocabulary)
        case Field(name, child) if name in _INDEXED:
            return _groups(child, vocabulary)
        case And(children):
            return [group for child in children for group in _groups(child, vocabulary)]
        case Or(children):
            return _any(children, vocabulary)
        case Weighted(_, terms):
            return _any([leaf for _, leaf, weight in terms if weight > 0], vocabulary)
        case _:
            return []


def _any(nodes: Iterable[Node], vocabulary: Vocabulary) -> list[set[str]]:
    """One group: for each alternative, the narrowest of what it needs."""
    union: set[str] = set()
    for node in nodes:
        groups = _groups(node, vocabulary)
        if not groups:
            return []
        union |= min(groups, key=len)
    return [union] if union else []
