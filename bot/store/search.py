"""Which stored items may match a query: the word index, filled behind the items.

The index gives candidates, newest first; whoever asks matches each of them exactly. An item that
is not indexed yet is a candidate for everything. Words come folded, as the matcher folds them; here
they are only made into tokens that the index takes whole. An item's language and its source are
tokens of their own, so that the newest in a language or from a source are found as fast as those
with a word; and so is that it came late, long after it was written: what was written before some day
arrived before it, but for these.

The index itself is the database's, see ``word_index.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select

from bot.store import word_index
from bot.store.columns import Time
from bot.store.items import first_number
from bot.store.rows import StoredItem, stored_item
from bot.store.schema import items, unindexed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

# The index's tokenizer parts words at these; every other character is part of a word.
_PARTING = re.compile(r"[\x00-\x20!-/:-@\[-`{-\x7f§]")
# What tells the tokens of a language or a source from words, which lose this character.
_MARK = "§"
_FACET = re.compile(r"(lang|source|late):(.*)", re.DOTALL)
_LATE = timedelta(days=1)
# Items are sifted by their times so many at a time at the most; each is a page of the file or two.
_SIFTED = 4_000


@dataclass(frozen=True, slots=True)
class Indexable:
    """An item's words, as it was worded when they were read."""

    number: int
    content_hash: str
    words: str


def candidates(
    conn: Connection,
    words: Sequence[Sequence[str]] | None,
    *,
    before: int | None = None,
    first: int | None = None,
    limit: int,
) -> list[StoredItem]:
    """The newest items that may match, newest first; ``before`` a number, to go on from there.

    ``first`` is a number too: older items are none.

    ``words`` is an AND of ORs of folded words; one that ends in ``*`` is a prefix. None: all items.
    """
    wanted = _groups(words or ())
    chosen = select(items).order_by(items.c.number.desc()).limit(limit)
    if wanted:
        numbers = word_index.find(conn, wanted, before=before, first=first, limit=limit)
        numbers |= _not_yet(conn, before, limit)
        chosen = chosen.where(items.c.number.in_(sorted(numbers, reverse=True)[:limit]))
    elif before is not None:
        chosen = chosen.where(items.c.number < before)
    if first is not None:
        chosen = chosen.where(items.c.number >= first)
    return [stored_item(row) for row in conn.execute(chosen).mappings()]


@dataclass(frozen=True, slots=True)
class Times:
    """Bounds of when an item was written, or else arrived: from ``start`` on, before ``end``."""

    start: datetime | None
    end: datetime | None


def sifted(
    conn: Connection,
    words: Sequence[Sequence[str]] | None,
    times: Times,
    *,
    before: int | None = None,
    first: int | None = None,
    limit: int,
) -> tuple[list[StoredItem], int | None]:
    """As :func:`candidates`, those within the times; and the number that it came to, None at the end.

    There may be none before that number, and more behind it: it looks at a bounded number of items.
    """
    words = list(words or ())
    arrived = None if times.end is None else first_number(conn, times.end + _LATE)
    if arrived is not None and (before is None or before > arrived):
        since = arrived if first is None else max(arrived, first)
        late = [*words, ["late:"]]
        found, reached = _sift(conn, late, times, before=before, first=since, limit=limit)
        return found, arrived if reached is None else reached
    return _sift(conn, words, times, before=before, first=first, limit=limit)


def _sift(
    conn: Connection,
    words: Sequence[Sequence[str]],
    times: Times,
    *,
    before: int | None,
    first: int | None,
    limit: int,
) -> tuple[list[StoredItem], int | None]:
    """A page of those within the times, and the number that it came to; None at the end."""
    room = min(20 * limit, _SIFTED)
    numbers = _newest(conn, words, before, first, room)
    moment = func.coalesce(items.c.published, items.c.updated, items.c.first_seen)
    chosen = select(items).where(items.c.number.in_(numbers))
    if times.start is not None:
        chosen = chosen.where(moment >= bindparam("start", times.start, Time))
    if times.end is not None:
        chosen = chosen.where(moment < bindparam("end", times.end, Time))
    rows = conn.execute(chosen.order_by(items.c.number.desc()).limit(limit)).mappings()
    found = [stored_item(row) for row in rows]
    if len(found) == limit:
        return found, found[-1].number
    return found, numbers[-1] if len(numbers) == room else None


def _newest(
    conn: Connection,
    words: Sequence[Sequence[str]],
    before: int | None,
    first: int | None,
    limit: int,
) -> list[int]:
    """The numbers of the newest candidates, newest first."""
    wanted = _groups(words)
    if wanted:
        found = word_index.find(conn, wanted, before=before, first=first, limit=limit)
        found |= {each for each in _not_yet(conn, before, limit) if first is None or each >= first}
        return sorted(found, reverse=True)[:limit]
    chosen = select(items.c.number).order_by(items.c.number.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(items.c.number < before)
    if first is not None:
        chosen = chosen.where(items.c.number >= first)
    return list(conn.scalars(chosen))


def candidate_numbers(conn: Connection, words: Sequence[Sequence[str]] | None) -> set[int] | None:
    """The numbers of all items that may match, see :func:`candidates`; None where all may."""
    wanted = _groups(words or ())
    if not wanted:
        return None
    return word_index.find(conn, wanted) | _not_yet(conn, None, None)


def newest_numbers(
    conn: Connection, words: Sequence[Sequence[str]] | None, *, first: int, limit: int
) -> list[int] | None:
    """The numbers of the newest that may match from ``first`` on, newest first; None: all may."""
    wanted = _groups(words or ())
    if not wanted:
        return None
    found = word_index.find(conn, wanted, first=first, limit=limit) | _not_yet(conn, None, limit)
    return sorted((number for number in found if number >= first), reverse=True)[:limit]


def index_pending(conn: Connection, fold: Callable[[str], str], limit: int = 200) -> int:
    """Indexes up to ``limit`` items that are not yet, newest first; how many it did."""
    return index(conn, prepare(conn, fold, limit))


def prepare(conn: Connection, fold: Callable[[str], str], limit: int = 200) -> list[Indexable]:
    """The words of items that are not indexed yet, newest first.

    It only reads: folding takes long, and should keep no writer waiting. Then :func:`index`.
    """
    pending = (select(items).join(unindexed, unindexed.c.item == items.c.number)).order_by(
        items.c.number.desc()
    )
    return [
        Indexable(
            row["number"],
            row["content_hash"],
            f"{_tokens(fold(_text(row)))} {_facets_of(row)}",
        )
        for row in conn.execute(pending.limit(limit)).mappings()
    ]


def index(conn: Connection, prepared: Sequence[Indexable]) -> int:
    """Puts words into the index, but for items that changed or went meanwhile; how many."""
    numbers = [each.number for each in prepared]
    rows = conn.execute(
        select(items.c.number, items.c.content_hash).where(items.c.number.in_(numbers))
    )
    current = {(row.number, row.content_hash) for row in rows}
    good = [each for each in prepared if (each.number, each.content_hash) in current]
    if good:
        word_index.remove(conn, [each.number for each in good])
        word_index.put(conn, [(each.number, each.words) for each in good])
        done = unindexed.c.item.in_([each.number for each in good])
        conn.execute(delete(unindexed).where(done))
    return len(good)


def _not_yet(conn: Connection, before: int | None, limit: int | None) -> set[int]:
    chosen = select(unindexed.c.item).order_by(unindexed.c.item.desc()).limit(limit)
    return set(conn.scalars(chosen if before is None else chosen.where(unindexed.c.item < before)))


def _groups(words: Sequence[Sequence[str]]) -> list[list[word_index.Term]]:
    """The words as the index has them, but for the groups that exclude nothing."""
    groups = [[_term(word) for word in group] for group in words]
    return [group for group in groups if group and all(term.parts for term in group)]


def _term(word: str) -> word_index.Term:
    if (facet := _FACET.fullmatch(word)) is not None:
        return word_index.Term((_facet(facet[1], facet[2]),))
    parts = tuple(part for part in _tokens(word.removesuffix("*")).split(" ") if part)
    return word_index.Term(parts, prefix=word.endswith("*"))


def facets(lang: str | None, source: str, *, late: bool = False) -> str:
    """The tokens of an item's language, of its source, and of its having come late."""
    found = [_facet("lang", lang or ""), _facet("source", source)]
    return " ".join([*found, _facet("late", "")] if late else found)


def _facets_of(row: RowMapping) -> str:
    written = row["published"] or row["updated"] or row["first_seen"]
    return facets(row["spoken"], row["source"], late=written < row["first_seen"] - _LATE)


def _text(row: RowMapping) -> str:
    return "\n".join([row["title"], row["text"], *row["tags"]])


def _facet(kind: str, value: str) -> str:
    return _MARK + _PARTING.sub("_", f"{kind}:{value}")


def _tokens(folded: str) -> str:
    return " ".join(_PARTING.sub("_", word) for word in folded.split())
