"""From the text of a query to a :class:`Query`, or to a QueryError that points at the place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.errors import QueryError
from bot.matching.query.build import LeafReader, read_leaf, read_time_bound, read_value
from bot.matching.query.diagnosis import explain_syntax
from bot.matching.query.lexing import FIELDS, LEAVES, STARTS, Token, lex
from bot.matching.query.normal import all_of, any_of, asks_for_something, in_field, none_of
from bot.matching.query.printing import print_tree
from bot.matching.query.tree import Weighted
from bot.toml import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.matching.query.tree import Node
    from bot.matching.vocabulary import Vocabulary

MAX_LENGTH = 8_192
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Query:
    """A query that has been understood. ``str()`` is its canonical form; equal trees are equal.

    ``text`` is what was written; ``vocabulary`` is where its entities and lists come from.
    """

    tree: Node
    text: str = field(compare=False)
    vocabulary: Vocabulary = field(compare=False, repr=False)

    def __str__(self) -> str:
        return print_tree(self.tree)


def parse_query(text: str, vocabulary: Vocabulary) -> Query:
    """Understand a query; QueryError says what is wrong with it, where, and what to write."""
    if len(text) > MAX_LENGTH:
        raise QueryError(
            "the query is {length} characters long; the most is {most}",
            MAX_LENGTH,
            length=len(text),
            most=MAX_LENGTH,
        )
    tree = _Reader(text, vocabulary).read()
    if not asks_for_something(tree):
        raise QueryError(
            "the query only excludes, so it would match nearly everything: "
            "each side of it needs a word to look for"
        )
    return Query(tree, text, vocabulary)


def parse_weights(threshold: float, words: Mapping[str, float], vocabulary: Vocabulary) -> Query:
    """The query of a topic with weights: each term found counts once, the sum must be reached.

    A term is words, ``@entity``, ``$list``, ``prefix*`` or ``=exact``. In an error the message
    names the term; the column is within the term.
    """
    if threshold <= 0:
        raise QueryError("the threshold must be more than 0")
    if sum(weight for weight in words.values() if weight > 0) < threshold:
        raise QueryError("nothing can match: all weights together do not reach the threshold")
    terms = tuple((term, read_leaf(term, vocabulary), weight) for term, weight in words.items())
    tree = Weighted(threshold, terms)
    return Query(tree, print_tree(tree), vocabulary)


class _Reader:
    """Reads one query, each rule of the grammar (``lexing.py``) by a method of its name."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._tokens = lex(text)
        self._next = 0
        self._depth = 0
        self._leaves = LeafReader(vocabulary)

    def read(self) -> Node:
        """The whole query's tree."""
        tree = self._either(None)
        if self._next < len(self._tokens):
            raise self._misfit()
        return tree

    def _kind(self) -> str:
        """The kind of the next token; empty at the end."""
        return self._tokens[self._next].kind if self._next < len(self._tokens) else ""

    def _misfit(self) -> QueryError:
        return explain_syntax(self._tokens, self._next, self._text)

    def _either(self, field: str | None) -> Node:
        start = self._next
        options = [self._both(field)]
        while self._kind() == "OR":
            self._next += 1
            options.append(self._both(field))
        return options[0] if len(options) == 1 else any_of(options, self._tokens[start].column)

    def _both(self, field: str | None) -> Node:
        start = self._next
        parts = [self._single(field)]
        while (kind := self._kind()) in STARTS or kind == "AND":
            self._next += kind == "AND"
            parts.append(self._single(field))
        return parts[0] if len(parts) == 1 else all_of(parts, self._tokens[start].column)

    def _single(self, field: str | None) -> Node:
        kind = self._kind()
        if kind not in STARTS:
            raise self._misfit()
        token = self._tokens[self._next]
        self._next += 1
        if kind in LEAVES:
            if field in {"lang", "source"}:
                return read_value(token, field)
            return self._leaves.read(token)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(
                "the query nests more than {most} levels deep", token.column, most=MAX_DEPTH
            )
        if kind == "NOT":
            node = none_of(self._single(field))
        elif kind == "FIELD":
            node = self._field(token, field)
        else:
            node = self._either(field)
            if self._kind() != "RPAR":
                raise self._misfit()
            self._next += 1
        self._depth -= 1
        return node

    def _field(self, token: Token, outer: str | None) -> Node:
        name, at = token.text.rstrip().removesuffix(":").lower(), token.column
        if name not in FIELDS:
            hint = nearest(name, FIELDS)
            raise QueryError(
                "there is no field “{name}” (put the words in quotes if none is meant)",
                at,
                f"{hint}:" if hint else None,
                name=name,
            )
        if outer is not None:
            raise QueryError(
                "{inner} cannot stand within {outer}", at, inner=f"{name}:", outer=f"{outer}:"
            )
        if name in {"since", "before"}:
            if self._kind() not in STARTS:
                raise self._misfit()
            self._next += 1
            return read_time_bound(name, self._tokens[self._next - 1], at)
        if self._kind() == "NOT":
            raise QueryError("the minus goes before the field: {right}", at, right=f"-{name}:…")
        return in_field(name, self._single(name), at)
