"""Why a query does not read: the parser says where, this says what and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.query.lexing import Token

_OPERATORS = frozenset({"OR", "AND"})


def explain_syntax(tokens: Sequence[Token], index: int, text: str) -> QueryError:
    """The error for the token at ``index`` (the end where it is past the last) not fitting."""
    before = tokens[index - 1] if index else None
    here = tokens[index] if index < len(tokens) else None
    if not tokens:
        return (
            QueryError("the query has no words")
            if text.strip()
            else QueryError("the query is empty")
        )
    if here is not None and here.kind == "RPAR":
        if _unclosed(tokens[:index]) is None:
            return QueryError("this parenthesis was never opened", here.column)
        if before is not None and before.kind == "LPAR":
            return QueryError("there is nothing between these parentheses", before.column)
    if before is not None and (error := _wants_more(before)):
        return error
    if here is not None and here.kind in _OPERATORS:
        return QueryError("{operator} needs something on its left", here.column, operator=here.kind)
    unclosed = _unclosed(tokens[:index])
    if unclosed is not None:
        return QueryError("this parenthesis is not closed", unclosed.column)
    return QueryError("this does not fit here", here.column if here is not None else len(text))


def _wants_more(before: Token) -> QueryError | None:
    """What is missing behind a token that cannot be the last."""
    if before.kind in _OPERATORS:
        return QueryError(
            "{operator} needs something on its right", before.column, operator=before.kind
        )
    if before.kind == "NOT":
        return QueryError(
            "{operator} needs something to exclude after it", before.column, operator=before.text
        )
    if before.kind == "FIELD":
        return QueryError(
            "{field} needs a word, a phrase, an entity or a group",
            before.column,
            field=before.text.strip(),
        )
    return None


def _unclosed(tokens: Sequence[Token]) -> Token | None:
    """The innermost parenthesis that is still open."""
    open_: list[Token] = []
    for token in tokens:
        if token.kind == "LPAR":
            open_.append(token)
        elif token.kind == "RPAR" and open_:
            open_.pop()
    return open_[-1] if open_ else None
