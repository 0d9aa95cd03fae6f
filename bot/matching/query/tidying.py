"""A query with its blanks in order, for ``fmt --queries``: the same tokens, and so the same query."""

from __future__ import annotations

from bot.errors import QueryError
from bot.matching.query.lexing import Token, lex


def tidy_query(text: str) -> str:
    """One blank between words, none within parentheses, OR and AND as words.

    A query that cannot be read is left as it is, for ``check`` to speak about.
    """
    try:
        tokens = lex(text)
        tidy = _written(tokens)
        same = _meant(lex(tidy)) == _meant(tokens)
    except QueryError:
        return text
    return tidy if same else text


def _written(tokens: list[Token]) -> str:
    out = ""
    glued = True  # nothing stands before, or what stands there sticks to what follows
    for token in tokens:
        if not glued and token.kind != "RPAR":
            out += " "
        out += _word(token)
        glued = token.kind in {"LPAR", "FIELD"} or (token.kind == "NOT" and token.text != "NOT")
    return out


def _word(token: Token) -> str:
    match token.kind:
        case "OR" | "AND":
            return token.kind
        case "FIELD":
            return token.text.rstrip()
        case _:
            return token.text


def _meant(tokens: list[Token]) -> list[tuple[str, str]]:
    return [(token.kind, _word(token)) for token in tokens]
