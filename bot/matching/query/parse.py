"""From the text of a query to a :class:`Query`, or to a QueryError that points at the place."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from bot.errors import QueryError
from bot.matching.query.build import Builder, read_leaf
from bot.matching.query.checks import asks_for_something
from bot.matching.query.diagnosis import check_nesting, explain_syntax, unclosed_quote
from bot.matching.query.printing import print_tree
from bot.matching.query.tree import Weighted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lark import Token, Tree

    from bot.matching.query.tree import Node
    from bot.matching.vocabulary import Vocabulary

MAX_LENGTH = 8_192


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
            f"the query is {len(text):,} characters long; the most is {MAX_LENGTH:,}", MAX_LENGTH
        )
    tree = Builder(vocabulary).build(_syntax_tree(text))
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


def _syntax_tree(text: str) -> Tree[Token]:
    grammar = _grammar()
    try:
        tokens = list(grammar.lex(text))
    except UnexpectedCharacters as error:
        raise unclosed_quote(len(text[: error.pos_in_stream]) + 1) from None
    check_nesting(tokens)
    parser = grammar.parse_interactive(text)
    for index, token in enumerate(tokens):
        try:
            parser.feed_token(token)
        except UnexpectedToken:
            raise explain_syntax(tokens, index, text) from None
    try:
        end = tokens[-1] if tokens else None
        tree: Tree[Token] = parser.feed_eof(end)  # type: ignore[no-untyped-call]  # lark's stub
    except UnexpectedToken:
        raise explain_syntax(tokens, len(tokens), text) from None
    return tree


@cache
def _grammar() -> Lark:
    return Lark.open_from_package(
        "bot.matching.query", "grammar.lark", parser="lalr", lexer="basic", propagate_positions=True
    )
