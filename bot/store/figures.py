"""The figures of the status page and of ``stats``, counted in one snapshot."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.model import DeliveryState
from bot.store import inbox, outbox
from bot.store.fan_out import open_fan_outs
from bot.store.schema import (
    arrivals,
    chats,
    deliveries,
    items,
    matches,
    members,
    sources,
    stories,
    subscriptions,
    unindexed,
)

if TYPE_CHECKING:
    from datetime import date, datetime

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
    counts["arrivals"] = conn.scalar(select(func.count()).select_from(arrivals)) or 0
    counts["fan_outs_open"] = open_fan_outs(conn)
    counts["updates_open"] = inbox.open_count(conn)
    return counts | {f"deliveries_{state}": n for state, n in outbox.counts(conn).items()}


def alerts_by_day(conn: Connection, now: datetime, days: int) -> list[tuple[date, int]]:
    """How many alerts were sent on each of the last days in UTC, today being the last."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = []
    for back in range(days - 1, -1, -1):
        start = midnight - timedelta(days=back)
        sent = select(func.count()).where(
            deliveries.c.state == DeliveryState.SENT,
            deliveries.c.settled >= start,
            deliveries.c.settled < start + timedelta(days=1),
            deliveries.c.match_id.is_not(None),
        )
        counted.append((start.date(), conn.scalar(sent) or 0))
    return counted


def popular_topics(conn: Connection, limit: int) -> list[tuple[str, int]]:
    """The topics with most subscribers, by key."""
    subscribers = func.count().label("subscribers")
    rows = conn.execute(
        select(subscriptions.c.rule, subscribers)
        .where(subscriptions.c.rule.startswith("topic:"))
        .group_by(subscriptions.c.rule)
        .order_by(subscribers.desc())
        .limit(limit)
    )
    return [(rule.removeprefix("topic:"), count) for rule, count in rows]


def different_queries(conn: Connection) -> int:
    """How many different queries of their own people subscribe to."""
    mine = subscriptions.c.rule.startswith("query:")
    return conn.scalar(select(func.count(subscriptions.c.rule.distinct())).where(mine)) or 0


def own_queries(conn: Connection) -> int:
    """How many subscriptions are to queries of people's own."""
    mine = subscriptions.c.rule.startswith("query:")
    return conn.scalar(select(func.count()).where(mine)) or 0
