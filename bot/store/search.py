"""Which stored items may match a query: the word index, filled behind the items.

The index gives candidates, newest first; whoever asks matches each of them exactly. An item that
is not indexed yet is a candidate for everything. Words come folded, as the matcher folds them; here
they are only made into tokens that the index takes whole.

The index itself is the database's, see ``word_index.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.store import word_index
from bot.store.rows import StoredItem, stored_item
from bot.store.schema import items, unindexed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

# The index's tokenizer parts words at these; every other character is part of a word.
_PARTING = re.compile(r"[\x00-\x20!-/:-@\[-`{-\x7f]")


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
            _tokens(fold("\n".join([row["title"], row["text"], *row["tags"]]))),
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
    parts = tuple(part for part in _tokens(word.removesuffix("*")).split(" ") if part)
    return word_index.Term(parts, prefix=word.endswith("*"))


def _tokens(folded: str) -> str:
    return " ".join(_PARTING.sub("_", word) for word in folded.split())
