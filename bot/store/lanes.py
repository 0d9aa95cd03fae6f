"""Which deliveries leave next: strict priority, fair over chats, in order within a chat.

The open deliveries of one chat and one priority are a lane. Only the head of a lane may leave, so
order within it is kept whatever is postponed, and a chat with a delivery in flight has no other.
Lanes are visited in the order of their chats' ids, from the one after the last that was served:
a chat with a long queue waits for its turn like any other. One step along the lanes is one look
into the index, so a hundred thousand deliveries of one chat cost no more than one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.model import Priority
from bot.store import meta
from bot.store.leases import free
from bot.store.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select
    from sqlalchemy.sql.expression import FromClause

_SERVED = "outbox.served"


def next_deliveries(
    conn: Connection, limit: int, now: datetime, busy_chats: Collection[int]
) -> list[int]:
    """The ids of up to ``limit`` deliveries that may leave now, one a chat at most."""
    served: dict[str, int] = meta.get(conn, _SERVED) or {}
    chosen: list[int] = []
    busy = set(busy_chats) | _in_flight(conn, now)
    turns = dict(served)
    for priority in Priority:
        last = served.get(priority.name)
        found = _heads(conn, priority, limit=limit - len(chosen), now=now, busy=busy, last=last)
        for chat, delivery in found:
            busy.add(chat)
            chosen.append(delivery)
            turns[priority.name] = chat
        if len(chosen) == limit:
            break
    if turns != served:
        meta.put(conn, _SERVED, turns)
    return chosen


def heads(
    priority: Priority, now: datetime, busy: Collection[int], *, after: int | None, upto: int | None
) -> Select[tuple[int, int]]:
    """Chat and delivery at the head of the lanes that may move, in the order of the chats' ids."""

    def in_lanes(table: FromClause) -> list[ColumnElement[bool]]:
        kept = [table.c.settled.is_(None), table.c.priority == priority]
        return kept if upto is None else [*kept, table.c.chat_id <= upto]

    first = select(func.min(deliveries.c.chat_id).label("chat_id")).where(*in_lanes(deliveries))
    if after is not None:
        first = first.where(deliveries.c.chat_id > after)
    lane = first.cte("lane", recursive=True)
    there = deliveries.alias()
    following = select(func.min(there.c.chat_id)).where(
        *in_lanes(there), there.c.chat_id > lane.c.chat_id
    )
    lane = lane.union_all(select(following.scalar_subquery()).where(lane.c.chat_id.is_not(None)))
    queued = deliveries.alias()
    head = (
        select(func.min(queued.c.id))
        .where(*in_lanes(queued), queued.c.chat_id == lane.c.chat_id)
        .correlate(lane)
        .scalar_subquery()
    )
    # A join would have SQLite walk all lanes before the first row; this way it stops at the limit.
    may_leave = (
        select(deliveries.c.id)
        .where(deliveries.c.id == head, deliveries.c.not_before <= now, free(deliveries, now))
        .correlate(lane)
        .exists()
    )
    return select(lane.c.chat_id, head.label("id")).where(
        lane.c.chat_id.not_in(sorted(busy)), may_leave
    )


def _heads(
    conn: Connection,
    priority: Priority,
    *,
    limit: int,
    now: datetime,
    busy: Collection[int],
    last: int | None,
) -> list[tuple[int, int]]:
    ahead = heads(priority, now, busy, after=last, upto=None).limit(limit)
    found = [(row.chat_id, row.id) for row in conn.execute(ahead)]
    if last is not None and len(found) < limit:
        behind = heads(priority, now, busy, after=None, upto=last).limit(limit - len(found))
        found += [(row.chat_id, row.id) for row in conn.execute(behind)]
    return found


def _in_flight(conn: Connection, now: datetime) -> set[int]:
    held = (deliveries.c.lease_token.is_not(None), deliveries.c.lease_until > now)
    return set(conn.scalars(select(deliveries.c.chat_id).where(*held)))
