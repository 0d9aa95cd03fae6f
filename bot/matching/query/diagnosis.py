"""Why a query does not read: the parser says where, this says what and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

MAX_DEPTH = 50
_OPERATORS = {"_OR": "OR", "_AND": "AND"}


def column(token: Token) -> int:
    """The token's place in the query, code points from 1."""
    return (token.start_pos or 0) + 1


def unclosed_quote(at: int) -> QueryError:
    """The error for a quotation mark that has no partner."""
    return QueryError("this quotation mark is not closed", at, 'a second " at the end of the words')


def check_nesting(tokens: Sequence[Token]) -> None:
    """Refuse what would nest so deeply that reading the tree could exhaust the stack."""
    open_: list[str] = []
    for token in tokens:
        match token.type:
            case "LPAR" | "NOT" | "FIELD":
                open_.append(token.type)
                if len(open_) > MAX_DEPTH:
                    raise QueryError(
                        f"the query nests more than {MAX_DEPTH} levels deep", column(token)
                    )
                continue
            case "RPAR":
                while open_ and open_.pop() != "LPAR":
                    pass
            case _:
                pass
        while open_ and open_[-1] != "LPAR":
            open_.pop()


def explain_syntax(tokens: Sequence[Token], index: int, text: str) -> QueryError:
    """The error for the token at ``index`` (the end where it is past the last) not fitting."""
    before = tokens[index - 1] if index else None
    here = tokens[index] if index < len(tokens) else None
    if not tokens:
        return QueryError("the query is empty" if not text.strip() else "the query has no words", 1)
    if here is not None and here.type == "RPAR":
        if _unclosed(tokens[:index]) is None:
            return QueryError("this parenthesis was never opened", column(here))
        if before is not None and before.type == "LPAR":
            return QueryError("there is nothing between these parentheses", column(before))
    if before is not None and (needs := _wants_more(before)):
        return QueryError(needs, column(before))
    if here is not None and here.type in _OPERATORS:
        return QueryError(f"{_OPERATORS[here.type]} needs something on its left", column(here))
    unclosed = _unclosed(tokens[:index])
    if unclosed is not None:
        return QueryError("this parenthesis is not closed", column(unclosed))
    return QueryError("this does not fit here", column(here) if here is not None else len(text))


def _wants_more(before: Token) -> str | None:
    """What is missing behind a token that cannot be the last."""
    if name := _OPERATORS.get(before.type):
        return f"{name} needs something on its right"
    if before.type == "NOT":
        return f"{before} needs something to exclude after it"
    if before.type == "FIELD":
        return f"{before.strip()} needs a word, a phrase, an entity or a group"
    return None


def _unclosed(tokens: Sequence[Token]) -> Token | None:
    """The innermost parenthesis that is still open."""
    open_: list[Token] = []
    for token in tokens:
        if token.type == "LPAR":
            open_.append(token)
        elif token.type == "RPAR" and open_:
            open_.pop()
    return open_[-1] if open_ else None
