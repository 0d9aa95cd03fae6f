"""Which deliveries leave next: strict priority, fair over chats, in order within a chat.

The open deliveries of one chat and one priority are a lane. Only the head of a lane may leave, so
order within it is kept whatever is postponed, and a chat with a delivery in flight has no other.
Lanes are visited in the order of their chats' ids, from the one after the last that was served:
a chat with a long queue waits for its turn like any other. One step along the lanes is one look
into the index, so a hundred thousand deliveries of one chat cost no more than one.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, bindparam, cast, func, literal, or_, select, union_all

from bot.model import Priority
from bot.store import meta
from bot.store.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select
    from sqlalchemy.sql.expression import FromClause

_SERVED = "outbox.served"
# Below and above every chat's id.
_FIRST, _LAST = -(2**62), 2**62


def next_deliveries(
    conn: Connection, limit: int, now: datetime, busy_chats: Collection[int]
) -> list[int]:
    """The ids of up to ``limit`` deliveries that may leave now, one a chat at most."""
    served: dict[str, int] = meta.get(conn, _SERVED) or {}
    chosen: list[int] = []
    busy = set(busy_chats) | _in_flight(conn, now)
    turns = dict(served)
    for priority in _open_priorities(conn):
        last = served.get(priority.name, _FIRST)
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


def _heads(
    conn: Connection,
    priority: Priority,
    *,
    limit: int,
    now: datetime,
    busy: Collection[int],
    last: int,
) -> list[tuple[int, int]]:
    """Chat and delivery at the head of the lanes that may move, from the one behind ``last``."""
    heads = _select_heads(conn.dialect.name)
    values = {"priority": int(priority), "now": now, "busy": json.dumps(sorted(busy))}
    ahead = values | {"after": last, "upto": _LAST, "limit": limit}
    found = [(row.chat_id, row.id) for row in conn.execute(heads, ahead)]
    if last != _FIRST and len(found) < limit:
        behind = values | {"after": _FIRST, "upto": last, "limit": limit - len(found)}
        found += [(row.chat_id, row.id) for row in conn.execute(heads, behind)]
    return found


def forget(conn: Connection, chat_id: int) -> None:
    """Keeps no word of a chat that wants to be forgotten: its turns begin from the first again."""
    served: dict[str, int] = meta.get(conn, _SERVED) or {}
    if chat_id in served.values():
        meta.put(conn, _SERVED, {name: chat for name, chat in served.items() if chat != chat_id})


def _open_priorities(conn: Connection) -> list[Priority]:
    """The priorities that anything is owed at, the first to leave first."""
    return sorted(Priority(number) for number in conn.scalars(_OPEN_PRIORITIES))


def _select_open_priorities() -> CompoundSelect[int]:
    def owed(priority: Priority) -> Select[int]:
        lane = (deliveries.c.settled.is_(None), deliveries.c.priority == int(priority))
        return select(literal(int(priority))).where(select(deliveries.c.id).where(*lane).exists())

    return union_all(*map(owed, Priority))


@cache
def _select_heads(dialect: str) -> Select[tuple[int, int]]:
    """Composed once: it is run several times for every claim."""
    now = bindparam("now", type_=deliveries.c.not_before.type)
    free = or_(deliveries.c.lease_token.is_(None), deliveries.c.lease_until <= now)

    def in_lanes(table: FromClause) -> tuple[ColumnElement[bool], ...]:
        return table.c.settled.is_(None), table.c.priority == bindparam("priority")

    def chats_of(table: FromClause, behind: ColumnElement[int]) -> Select[tuple[int]]:
        chat = table.c.chat_id
        return select(func.min(chat).label("chat_id")).where(
            *in_lanes(table), chat > behind, chat <= bindparam("upto")
        )

    lane = chats_of(deliveries, bindparam("after", type_=deliveries.c.chat_id.type)).cte(
        "lane", recursive=True
    )
    following = chats_of(deliveries.alias(), lane.c.chat_id).scalar_subquery()
    lane = lane.union_all(select(following).where(lane.c.chat_id.is_not(None)))
    queued = deliveries.alias()
    head = (
        select(func.min(queued.c.id))
        .where(*in_lanes(queued), queued.c.chat_id == lane.c.chat_id)
        .correlate(lane)
        .scalar_subquery()
    )
    # A join would have SQLite walk all lanes before the first row; this way it stops at the limit.
    # Nor is it an EXISTS: PostgreSQL may make a join of that, and give the lanes in another order.
    may_leave = (
        select(deliveries.c.id)
        .where(deliveries.c.id == head, deliveries.c.not_before <= now, free)
        .correlate(lane)
        .scalar_subquery()
        .is_not(None)
    )
    return (
        select(lane.c.chat_id, head.label("id"))
        .where(lane.c.chat_id.not_in(_numbers(dialect)), may_leave)
        .limit(bindparam("limit"))
    )


def _in_flight(conn: Connection, now: datetime) -> set[int]:
    held = (deliveries.c.lease_token.is_not(None), deliveries.c.lease_until > now)
    return set(conn.scalars(select(deliveries.c.chat_id).where(*held)))


def _numbers(dialect: str) -> Select[int]:
    """The busy chats, a JSON list: of thousands of parameters the parser alone takes its time."""
    if dialect == "postgresql":
        listed = func.json_array_elements_text(cast(bindparam("busy"), JSON))
        return select(cast(listed, BigInteger))
    each = func.json_each(bindparam("busy")).table_valued("value")
    return select(each.c.value)


_OPEN_PRIORITIES = _select_open_priorities()
