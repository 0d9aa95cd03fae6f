"""The figures of the status page, counted in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.store import inbox, outbox
from bot.store.schema import chats, items, members, sources, stories, subscriptions, unindexed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from bot.model import DeliveryState


@dataclass(frozen=True, slots=True)
class Figures:
    """How much of everything there is."""

    items: int
    stories: int
    unindexed: int
    sources: int
    failing: int
    last_item: datetime | None
    chats: int
    members: int
    subscriptions: int
    updates_open: int
    deliveries: Mapping[DeliveryState, int]


def figures(conn: Connection) -> Figures:
    """Counts everything."""
    used = sources.c.origin != "removed"
    failing = select(func.count()).where(used, sources.c.failures > 0)
    return Figures(
        items=_count(conn, items),
        stories=_count(conn, stories),
        unindexed=_count(conn, unindexed),
        sources=conn.scalar(select(func.count()).where(used)) or 0,
        failing=conn.scalar(failing) or 0,
        last_item=conn.scalar(select(func.max(items.c.first_seen))),
        chats=_count(conn, chats),
        members=_count(conn, members),
        subscriptions=_count(conn, subscriptions),
        updates_open=inbox.open_count(conn),
        deliveries=outbox.counts(conn),
    )


def _count(conn: Connection, table: Table) -> int:
    return conn.scalar(select(func.count()).select_from(table)) or 0
