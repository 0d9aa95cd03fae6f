"""The query language in tokens: what a word, an operator and a quotation are.

The grammar above the tokens is three lines (``parse.py`` reads them)::

    either: both (OR both)*
    both:   single (AND? single)*
    single: NOT single | "(" either ")" | FIELD single | leaf
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.errors import QueryError
from bot.wording import Wording


class Token(NamedTuple):
    """A piece of a query: its kind (a name of the table below), its text, where it starts."""

    kind: str
    text: str
    start: int

    @property
    def column(self) -> int:
        """Its place in the query, code points from 1."""
        return self.start + 1


LEAVES = frozenset({"WORD", "PREFIX", "PHRASE", "NEAR", "EXACT", "ENTITY", "LIST", "REGEX"})
STARTS = LEAVES | {"NOT", "LPAR", "FIELD"}
QUOTES = '"“”„‟«»'
FIELDS = ("title", "text", "tag", "source", "lang", "agency", "author", "since", "before")

_BREAK = r"""\s()"“”„‟«»|"""
_END = rf"(?=[{_BREAK}]|$)"

# Tried in this order; at most one group of a match is set.
_TOKEN = re.compile(
    rf"""
    (?P<SPACE>       \s+)
    # An operator is in capitals and stands by itself: “or” is gold, and “NATO-OR” is a word.
    | (?P<OR>        OR{_END} | \|+)
    | (?P<AND>       AND{_END} | &&)
    | (?P<NOT>       NOT{_END} | [-−](?=[^\s)|−-]))
    | (?P<REGEX>     /(?![\s/])(?:\\.|[^\\/\n])+/{_END})
    # Punctuation between spaces says nothing: « Kremlin : appel » is two words.
    | (?P<PUNCTUATION> [^\w{_BREAK}@$=*~]+(?=\s|$))
    # Whatever quotes are typed, one opens and the next one closes.
    | (?P<NEAR>      [{QUOTES}][^{QUOTES}]*[{QUOTES}]~\d*)
    | (?P<PHRASE>    [{QUOTES}][^{QUOTES}]*[{QUOTES}])
    | (?P<EXACT>     =(?:[{QUOTES}][^{QUOTES}]*[{QUOTES}] | [^{_BREAK}]*))
    | (?P<FIELD>     (?i:{"|".join(FIELDS)}):\s*(?=\S)
                   | [^\W\d_]+:(?=[^\s:/]))
    | (?P<ENTITY>    @[^{_BREAK}]*)
    | (?P<LIST>      \$[^{_BREAK}]*)
    | (?P<PREFIX>    [^{_BREAK}*]+\*(?=[\s()|]|$))
    | (?P<WORD>      [^{_BREAK}]+)
    | (?P<LPAR>      \()
    | (?P<RPAR>      \))
    """,
    re.VERBOSE,
)


def lex(query: str) -> list[Token]:
    """The tokens of a query; QueryError at a quotation mark that has no partner."""
    found: list[Token] = []
    at, end = 0, len(query)
    while at < end:
        token = _TOKEN.match(query, at)
        if token is None:
            raise QueryError(
                "this quotation mark is not closed",
                at + 1,
                Wording('a second " at the end of the words'),
            )
        kind = token.lastgroup or ""
        if kind not in {"SPACE", "PUNCTUATION"}:
            found.append(Token(kind, token.group(), at))
        at = token.end()
    return found
