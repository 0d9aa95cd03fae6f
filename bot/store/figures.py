"""The figures of the status page and of ``stats``, counted in one snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.store import inbox, outbox
from bot.store.fan_out import open_fan_outs
from bot.store.schema import (
    chats,
    items,
    matches,
    members,
    sources,
    stories,
    subscriptions,
    unindexed,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection


def figures(conn: Connection) -> dict[str, int]:
    """How much of everything there is, by name; deliveries by state."""
    tables = (items, stories, unindexed, chats, members, subscriptions)
    used = sources.c.origin != "removed"
    counts = {
        str(table.name): conn.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }
    counts["sources"] = conn.scalar(select(func.count()).where(used)) or 0
    counts["sources_failing"] = (
        conn.scalar(select(func.count()).where(used, sources.c.failures > 0)) or 0
    )
    silent = matches.c.silenced.is_not(None)
    counts["matches_silenced"] = conn.scalar(select(func.count()).where(silent)) or 0
    counts["fan_outs_open"] = open_fan_outs(conn)
    counts["updates_open"] = inbox.open_count(conn)
    deliveries = {f"deliveries_{state}": n for state, n in outbox.counts(conn).items()}
    return counts | deliveries
