"""Queues in tables: claim some work for a while, settle it, or have it come back.

A claim writes a token and a time into the rows it takes. Whoever settles a row names the token; if
the lease ran out and another took the row meanwhile, the token no longer fits and nothing happens.
So work is done at least once, and recorded once. The same statements serve several processes on
PostgreSQL, where the locked rows of another claim are skipped.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Column, Connection, RowMapping, Table, and_, or_, select, update

from bot.model import DeliveryState, SourceKind
from bot.store.schema import deliveries, inbox, sources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, ScalarSelect, Select

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Claim(Generic[R]):
    """Work taken under a lease; an empty one has no rows, and its token fits nothing.

    ``more`` says that there is other work which this claim did not come to.
    """

    token: str
    rows: tuple[R, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """A table whose rows are work. ``due`` tells which rows are; ``order`` is the order to take."""

    table: Table
    key: Column[Any]
    due: Callable[[datetime], ColumnElement[bool]]
    order: tuple[Column[Any], ...]
    # What else a claim, and giving a row back, write into it.
    on_claim: dict[str, Any]
    on_release: dict[str, Any]


def free(table: Table, now: datetime) -> ColumnElement[bool]:
    """Nobody holds the row, or no longer."""
    return or_(table.c.lease_token.is_(None), table.c.lease_until <= now)


def claim(
    conn: Connection, queue: Queue, *, limit: int, lease: timedelta, now: datetime
) -> Claim[RowMapping]:
    """Takes up to ``limit`` rows that are due, in the queue's order, until ``now + lease``."""
    due = (
        select(queue.key).where(queue.due(now)).order_by(*queue.order).limit(limit)
    ).with_for_update(skip_locked=True)
    return claim_keys(conn, queue, _keys(conn, due), lease=lease, now=now)


def claim_keys(
    conn: Connection, queue: Queue, keys: Sequence[Any], *, lease: timedelta, now: datetime
) -> Claim[RowMapping]:
    """Takes these rows; the caller has seen in this transaction that they are due."""
    token = secrets.token_hex(16)
    if not keys:
        return Claim(token, ())
    chosen = queue.key.in_(keys)
    conn.execute(
        update(queue.table)
        .where(chosen)
        .values(lease_token=token, lease_until=now + lease, **queue.on_claim)
    )
    rows = conn.execute(select(queue.table).where(chosen)).mappings()
    by_key = {row[queue.key]: row for row in rows}
    return Claim(token, tuple(by_key[key] for key in keys))


def release(conn: Connection, queue: Queue, token: str, keys: Sequence[Any] | None = None) -> None:
    """Gives back what a claim took and did not settle: all of it, or these rows."""
    held = queue.table.c.lease_token == token
    conn.execute(
        update(queue.table)
        .where(held if keys is None else and_(queue.key.in_(keys), held))
        .values(lease_token=None, lease_until=None, **queue.on_release)
    )


def expire(conn: Connection, queue: Queue, now: datetime) -> None:
    """Ends all leases: for a process that has the queue to itself, at its start."""
    held, until = queue.table.c.lease_token.is_not(None), queue.table.c.lease_until
    conn.execute(update(queue.table).where(held, until > now).values(lease_until=now))


def _keys(conn: Connection, due: Select[Any]) -> list[Any]:
    return list(conn.scalars(due))


def _feed_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        sources.c.next_poll <= now,
        sources.c.kind == SourceKind.FEED,
        sources.c.disabled.is_(False),
        free(sources, now),
    )


def _update_due(now: datetime) -> ColumnElement[bool]:
    """The oldest open update of its chat; those of one chat are handled one after the other."""
    return and_(
        inbox.c.done.is_(None),
        free(inbox, now),
        or_(inbox.c.chat_id.is_(None), inbox.c.update_id == _oldest_of_chat()),
    )


def _oldest_of_chat() -> ScalarSelect[int]:
    other = inbox.alias()
    return (
        select(other.c.update_id)
        .where(other.c.done.is_(None), other.c.chat_id == inbox.c.chat_id)
        .order_by(other.c.update_id)
        .limit(1)
        .scalar_subquery()
    )


def _delivery_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        deliveries.c.settled.is_(None), deliveries.c.not_before <= now, free(deliveries, now)
    )


FEEDS = Queue(sources, sources.c.key, _feed_due, (sources.c.next_poll,), {}, {})
INBOX = Queue(
    inbox,
    inbox.c.update_id,
    _update_due,
    (inbox.c.update_id,),
    {"attempts": inbox.c.attempts + 1},
    {"attempts": inbox.c.attempts - 1},
)
# ``outbox.claim_deliveries`` chooses the rows: it is fair over chats, which an order is not.
DELIVERIES = Queue(
    deliveries,
    deliveries.c.id,
    _delivery_due,
    (deliveries.c.priority, deliveries.c.id),
    {"attempts": deliveries.c.attempts + 1, "state": DeliveryState.IN_FLIGHT},
    {"attempts": deliveries.c.attempts - 1, "state": DeliveryState.PENDING},
)
