"""The index of words itself, ``items_fts``: FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL.

The two differ in the signs of an expression and in how a row is written, and nowhere else. Neither
is given a text to read: a token goes in and is found as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, cast, column, delete, func, insert, select, table
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSQUERY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Select

_FTS = table("items_fts", column("rowid"), column("words"))
# PostgreSQL's limits are 2046 bytes a token and 1 MiB for those of a row (its manual, "Limitations"
# of text search); characters have up to four bytes.
_LONGEST: Final = 500
_MOST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that must all be there; of the last, with ``prefix``, the beginning is enough."""

    parts: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class _Signs:
    """How an expression is written."""

    both: str
    either: str
    quote: str
    beginning: str

    def expression(self, groups: Iterable[Iterable[Term]]) -> str:
        joined = (self.either.join(map(self.term, group)) for group in groups)
        return self.both.join(f"({group})" for group in joined)

    def term(self, term: Term) -> str:
        parts = [f"{self.quote}{part}{self.quote}" for part in term.parts]
        if term.prefix:
            parts[-1] += self.beginning
        return parts[0] if len(parts) == 1 else f"({self.both.join(parts)})"


_FTS5: Final = _Signs(" AND ", " OR ", '"', "*")
_TSQUERY: Final = _Signs(" & ", " | ", "'", ":*")


def find(
    conn: Connection,
    groups: Sequence[Sequence[Term]],
    *,
    before: int | None = None,
    first: int | None = None,
    limit: int | None = None,
) -> set[int]:
    """The newest rows that have one term of each group; with their numbers in ``[first, before)``."""
    hits = _hits_of_tsvector(groups) if _is_postgres(conn) else _hits_of_fts5(groups)
    (number,) = hits.selected_columns
    found = hits.order_by(number.desc()).limit(limit)
    if before is not None:
        found = found.where(number < before)
    if first is not None:
        found = found.where(number >= first)
    return set(conn.scalars(found))


def put(conn: Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Adds rows: a number, and tokens that are parted by single spaces."""
    if not _is_postgres(conn):
        conn.execute(insert(_FTS), [{"rowid": number, "words": words} for number, words in rows])
        return
    array = func.string_to_array(bindparam("tokens"), " ")
    row = insert(_FTS).values(rowid=bindparam("number"), words=func.array_to_tsvector(array))
    conn.execute(row, [{"number": number, "tokens": _capped(words)} for number, words in rows])


def remove(conn: Connection, numbers: Iterable[int]) -> None:
    """Takes rows out."""
    rows = [{"number": number} for number in numbers]
    if rows:
        conn.execute(delete(_FTS).where(_FTS.c.rowid == bindparam("number")), rows)


def _hits_of_fts5(groups: Sequence[Sequence[Term]]) -> Select[int]:
    wanted = sql("items_fts MATCH :wanted").bindparams(wanted=_FTS5.expression(groups))
    return select(_FTS.c.rowid).where(wanted)


def _hits_of_tsvector(groups: Sequence[Sequence[Term]]) -> Select[int]:
    short = [
        [Term(tuple(map(_cut, term.parts)), term.prefix) for term in group] for group in groups
    ]
    wanted = cast(bindparam("wanted", _TSQUERY.expression(short)), TSQUERY)
    hits = select(_FTS.c.rowid).where(_FTS.c.words.op("@@")(wanted)).cte("hits")
    # Otherwise the planner may walk back through all rows to find the newest few of a rare word.
    hits = hits.prefix_with("MATERIALIZED", dialect="postgresql")
    return select(hits.c.rowid)


def _capped(words: str) -> str:
    """The distinct tokens, as many and as much of each as a tsvector holds."""
    kept, room = [], _MOST_BYTES
    for token in dict.fromkeys(map(_cut, words.split())):
        room -= len(token.encode())
        if room < 0:
            break
        kept.append(token)
    return " ".join(kept)


def _cut(token: str) -> str:
    return token[:_LONGEST]


def _is_postgres(conn: Connection) -> bool:
    return conn.dialect.name == "postgresql"
