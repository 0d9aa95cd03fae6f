"""A group that became a supergroup has another id: all that it had goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, literal, select, update

from bot.model import DeliveryState
from bot.store.schema import chats, deliveries, subscriptions, wrong_matches
from bot.store.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def move_chat(conn: Connection, old: int, new: int, reason: str, now: datetime) -> None:
    """Moves settings, subscriptions and deliveries to the chat's new id; safe to repeat.

    What the new chat has already stays as it is there; what it is owed twice ends refused, with
    ``reason``.
    """
    if old == new:
        return
    kept = (
        *("title", "language", "timezone", "created"),
        *("quiet_start", "quiet_end", "urgent_rings", "muted_until"),
    )
    copied = select(literal(new), literal("supergroup"), *(chats.c[name] for name in kept)).where(
        chats.c.id == old
    )
    row = insert(conn, chats).from_select(["id", "kind", *kept], copied)
    conn.execute(row.on_conflict_do_nothing())
    _move_subscriptions(conn, old, new)
    _move_deliveries(conn, old, new, reason, now)
    conn.execute(update(wrong_matches).where(wrong_matches.c.chat_id == old).values(chat_id=new))
    conn.execute(delete(chats).where(chats.c.id == old))


def _move_subscriptions(conn: Connection, old: int, new: int) -> None:
    there = subscriptions.alias()
    doubled = exists().where(
        there.c.chat_id == new,
        there.c.thread_id == subscriptions.c.thread_id,
        there.c.rule == subscriptions.c.rule,
    )
    mine = subscriptions.c.chat_id == old
    conn.execute(update(subscriptions).where(mine, ~doubled).values(chat_id=new))
    conn.execute(delete(subscriptions).where(mine))


def _move_deliveries(conn: Connection, old: int, new: int, reason: str, now: datetime) -> None:
    """The settled ones too: they say which stories the chat has had."""
    there = deliveries.alias()
    doubled = exists().where(
        there.c.chat_id == new,
        there.c.thread_id == deliveries.c.thread_id,
        there.c.story_id == deliveries.c.story_id,
    )
    told_again = exists().where(
        there.c.chat_id == new,
        there.c.thread_id == deliveries.c.thread_id,
        there.c.again == deliveries.c.again,
        there.c.occasion == deliveries.c.occasion,
    )
    mine = deliveries.c.chat_id == old
    # The numbers of messages are those of the old group: there is nothing to edit or to reply to.
    moved = {"chat_id": new, "message_id": None}
    conn.execute(update(deliveries).where(mine, ~doubled, ~told_again).values(moved))
    left = {"state": DeliveryState.REFUSED, "settled": now, "reason": reason}
    conn.execute(
        update(deliveries)
        .where(mine, deliveries.c.settled.is_(None))
        .values(**left, lease_token=None, lease_until=None)
    )
