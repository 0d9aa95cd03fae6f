"""What was read from sources and waits to be matched, where another process does that.

A row is there from the transaction that records the reading to the one that records what came of
it. An item that is read again meanwhile stands in its place with its new content, and rings or
does not as the first reading had it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, delete, select, update

from bot.store.given import as_given, pairs_given
from bot.store.items import known
from bot.store.paging import pages
from bot.store.rows import item_of_json, item_to_json
from bot.store.schema import arrivals
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Item


class Waiting(NamedTuple):
    """An item that waits. ``revision`` grows when it is read again."""

    number: int
    revision: int
    item: Item
    rings: bool
    waiting: bool
    arrived: datetime


def put(
    conn: Connection, brought: Sequence[Item], *, rings: bool, waiting: bool, now: datetime
) -> int:
    """Has the items of one source wait; how many are new. See ``Arrival`` for the rest."""
    if not brought:
        return 0
    ids = [item.id for item in brought]
    there = known(conn, brought[0].source, ids) | pending(conn, brought[0].source, ids)
    rows = [
        {
            "source": item.source,
            "id": item.id,
            "item": item_to_json(item),
            "rings": rings,
            "waiting": waiting,
            "arrived": now,
        }
        for item in {item.id: item for item in reversed(brought)}.values()
    ]
    row = insert(conn, arrivals)
    again = {"item": row.excluded.item, "revision": arrivals.c.revision + 1, "error": None}
    row = row.on_conflict_do_update(index_elements=["source", "id"], set_=again)
    for page in pages(rows[::-1]):
        conn.execute(row, list(page))
    return len(set(ids) - there)


def pending(conn: Connection, source: str, ids: Collection[str]) -> set[str]:
    """Which of a source's items wait."""
    given, of, id_ = pairs_given(conn.dialect.name)
    mine = and_(arrivals.c.source == of, arrivals.c.id == id_)
    chosen = select(arrivals.c.id).select_from(given).join(arrivals, mine)
    return set(conn.scalars(chosen, as_given([(source, id_) for id_ in ids])))


def oldest(conn: Connection, limit: int) -> list[Waiting]:
    """What has waited longest, in the order in which it was read."""
    chosen = select(arrivals).where(arrivals.c.error.is_(None))
    rows = conn.execute(chosen.order_by(arrivals.c.number).limit(limit)).mappings()
    return [
        Waiting(
            row["number"],
            row["revision"],
            item_of_json(row["item"]),
            row["rings"],
            row["waiting"],
            row["arrived"],
        )
        for row in rows
    ]


def any_left(conn: Connection) -> bool:
    """Whether anything waits that can be matched."""
    chosen = select(arrivals.c.number).where(arrivals.c.error.is_(None)).limit(1)
    return conn.scalar(chosen) is not None


def done(conn: Connection, matched: Sequence[Waiting]) -> None:
    """Takes out what is on record; what was read again meanwhile stays."""
    for each in matched:
        mine = (arrivals.c.number == each.number, arrivals.c.revision == each.revision)
        conn.execute(delete(arrivals).where(*mine))


def set_aside(conn: Connection, one: Waiting, error: str) -> None:
    """Notes that an item cannot be recorded; it holds up no other, and is tried at the next start."""
    mine = arrivals.c.number == one.number
    conn.execute(update(arrivals).where(mine).values(error=error))


def retry(conn: Connection) -> None:
    """Has what was set aside tried again."""
    conn.execute(update(arrivals).where(arrivals.c.error.is_not(None)).values(error=None))
