"""What is old is deleted, in pages, so that no other writer waits for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.store import search
from bot.store.schema import deliveries, items, matches, pruned
from bot.store.stories import drop_empty
from bot.store.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def prune(conn: Connection, before: datetime, limit: int = 500) -> int:
    """Deletes up to ``limit`` items first seen before, and settled deliveries as old; how many.

    Repeat it until it answers 0. An item that is still owed to somebody stays. Of the others their
    ids stay: a feed may list an item for years, and it must not come back as news.
    """
    owed = (
        select(deliveries.c.id)
        .join(matches, matches.c.id == deliveries.c.match_id)
        .where(matches.c.item == items.c.number, deliveries.c.settled.is_(None))
        .exists()
    )
    chosen = select(items.c.number, items.c.source, items.c.id, items.c.story_id)
    page = chosen.where(items.c.first_seen < before, ~owed).order_by(items.c.first_seen)
    rows = conn.execute(page.limit(limit)).all()
    if rows:
        gone = [{"source": row.source, "id": row.id} for row in rows]
        conn.execute(insert(conn, pruned).on_conflict_do_nothing(), gone)
        numbers = [row.number for row in rows]
        search.remove(conn, numbers)
        conn.execute(delete(items).where(items.c.number.in_(numbers)))
        drop_empty(conn, list({row.story_id for row in rows}))
    return len(rows) + _prune_deliveries(conn, before, limit)


def _prune_deliveries(conn: Connection, before: datetime, limit: int) -> int:
    """Deletes settled deliveries, but for those whose story could still come again."""
    page = (
        select(deliveries.c.id)
        .where(deliveries.c.settled < before, deliveries.c.story_id.is_(None))
        .limit(limit)
    )
    return conn.execute(delete(deliveries).where(deliveries.c.id.in_(page))).rowcount
