"""The outbox: what is owed to chats, from the commit that owes it to Telegram's answer on record.

A delivery is pending, in flight under a lease, postponed, and in the end sent or refused. Every
settling names the lease's token and answers False when the lease was lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Boolean, bindparam, case, delete, func, literal, null, or_, select, update

from bot.model import DeliveryState, Priority, Severity
from bot.store.holding import leaving
from bot.store.lanes import next_deliveries
from bot.store.leases import DELIVERIES, Claim, claim_keys
from bot.store.matches import match_id
from bot.store.owed import SAMPLE, OwedDelivery, load_owed
from bot.store.schema import chats, deliveries, items, subscriptions
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, Connection

    from bot.attention import Burst
    from bot.model import Match, Message

__all__ = ["OwedDelivery"]  # the rest is read as ``outbox.…``

_OPEN = deliveries.c.settled.is_(None)
# How often a claim looks for others in the place of those that it had to hold back.
_LOOKS = 8
_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}


def enqueue(
    conn: Connection,
    chat_id: int,
    message: Message,
    *,
    thread_id: int = 0,
    priority: Priority = Priority.ANSWER,
    now: datetime,
) -> int:
    """Owes a message to a chat; the delivery's id."""
    row = {
        "chat_id": chat_id,
        "thread_id": thread_id,
        "priority": int(priority),
        "state": DeliveryState.PENDING,
        "method": message.method,
        "arguments": dict(message.arguments),
        "created": now,
        "not_before": now,
    }
    new = insert(conn, deliveries).values(row).returning(deliveries.c.id)
    delivery_id: int = conn.execute(new).scalar_one()
    return delivery_id


def ring(  # an alert is an item, a match and an address
    conn: Connection,
    item_number: int,
    match: Match,
    chat_id: int,
    thread_id: int,
    severity: Severity,
    now: datetime,
    *,
    sample: bool = False,
) -> bool:
    """Owes one chat an alert of an item; False when it had the story already, or refuses.

    A ``sample`` is part of an answer: it leaves at once, without a sound.
    """
    story = conn.scalar(select(items.c.story_id).where(items.c.number == item_number))
    refuses = conn.scalar(select(chats.c.refuses).where(chats.c.id == chat_id))
    if story is None or refuses is not None:
        return False
    row = {
        "chat_id": chat_id,
        "thread_id": thread_id,
        "priority": int(Priority.ANSWER if sample else Priority.of(severity)),
        "state": DeliveryState.PENDING,
        "arguments": {SAMPLE: True} if sample else None,
        "silent": sample,
        "match_id": match_id(conn, item_number, (match, severity), now),
        "story_id": story,
        "created": now,
        "not_before": now,
    }
    return conn.execute(insert(conn, deliveries).values(row).on_conflict_do_nothing()).rowcount == 1


def claim_deliveries(
    conn: Connection,
    limit: int,
    lease: timedelta,
    now: datetime,
    busy_chats: Collection[int] = (),
    burst: Burst | None = None,
) -> Claim[OwedDelivery]:
    """Takes deliveries that may leave now, one a chat at most; ``lanes.py`` says which.

    ``busy_chats`` are those whose pace, or whose limit, lets nothing leave yet. What a chat's
    quiet hours, its mute or a ``burst`` keep back is held instead of taken, see ``holding.py``.
    """
    keys: list[int] = []
    busy = set(busy_chats)
    for _ in range(_LOOKS):
        heads = next_deliveries(conn, limit - len(keys), now, busy)
        ready = leaving(conn, heads, now, burst)
        keys += [key for key, _ in ready]
        busy.update(chat for _, chat in ready)
        if len(ready) == len(heads):
            break
    taken = claim_keys(conn, DELIVERIES, keys, lease=lease, now=now)
    more = len(ready) < len(heads)
    return Claim(taken.token, load_owed(conn, taken.rows), more)


class Taken(NamedTuple):
    """A delivery that Telegram took: its id, its lease's token and the message's id.

    ``pictured``: the message is a picture with a caption.
    """

    delivery: int
    token: str
    message_id: int | None
    pictured: bool = False


def sent(
    conn: Connection, delivery_id: int, token: str, message_id: int | None, now: datetime
) -> bool:
    """Records that Telegram took a delivery. What an answer said is forgotten at once."""
    return all_sent(conn, [Taken(delivery_id, token, message_id)], now) == 1


def all_sent(conn: Connection, taken: Sequence[Taken], now: datetime) -> int:
    """The same for many at once; how many of them were still ours to record."""
    rows = [
        {"of": each.delivery, "by": each.token, "as": each.message_id, "pictured": each.pictured}
        for each in taken
    ]
    return conn.execute(_SENT, [row | {"now": now} for row in rows]).rowcount if rows else 0


def postpone(
    conn: Connection,
    delivery_id: int,
    token: str,
    until: datetime,
    reason: str,
    now: datetime,
    *,
    blamed: bool = False,
    aside: bool = False,
) -> bool:
    """Has a delivery wait, until now at the least; those behind it in its lane wait too.

    ``blamed`` counts the failure against the message; ``aside`` moves it to a lane of its own,
    where nothing waits for it.
    """
    values: dict[str, Any] = {
        "state": DeliveryState.POSTPONED,
        "not_before": max(until, now),
        "reason": reason,
    }
    if blamed:
        values["failures"] = deliveries.c.failures + 1
    if aside:
        values["priority"] = int(Priority.ASIDE)
    return _settle(conn, delivery_id, token, values)


def refuse(conn: Connection, delivery_id: int, token: str, reason: str, now: datetime) -> bool:
    """Records that a delivery is refused for good."""
    return _settle(conn, delivery_id, token, _refusal(reason, now))


def chat_refuses(conn: Connection, chat_id: int, reason: str, now: datetime) -> int:
    """Records that a chat takes nothing: all that it is owed ends refused. How many that were."""
    refused = {"refuses": reason, "refuses_since": func.coalesce(chats.c.refuses_since, _at(now))}
    conn.execute(update(chats).where(chats.c.id == chat_id).values(refused))
    values = _refusal(reason, now) | _NO_LEASE
    return conn.execute(
        update(deliveries).where(_OPEN, deliveries.c.chat_id == chat_id).values(**values)
    ).rowcount


def thread_refuses(
    conn: Connection, chat_id: int, thread_id: int, reason: str, now: datetime
) -> int:
    """Records that a topic of a forum takes nothing; the chat's others go on."""
    there = (subscriptions.c.chat_id == chat_id, subscriptions.c.thread_id == thread_id)
    conn.execute(update(subscriptions).where(*there).values(thread_refuses=reason))
    mine = (_OPEN, deliveries.c.chat_id == chat_id, deliveries.c.thread_id == thread_id)
    values = _refusal(reason, now) | _NO_LEASE
    return conn.execute(update(deliveries).where(*mine).values(**values)).rowcount


def recent_sends(
    conn: Connection, since: datetime, groups_since: datetime | None = None
) -> list[tuple[int, datetime]]:
    """Chat and time of what was sent since, in order of time: what pacing must remember.

    Groups have a longer window, so theirs are remembered since ``groups_since``, where given.
    """
    lately = or_(deliveries.c.settled >= since, deliveries.c.chat_id < 0)
    rows = conn.execute(
        select(deliveries.c.chat_id, deliveries.c.settled)
        .where(deliveries.c.state == DeliveryState.SENT)
        .where(deliveries.c.settled >= (groups_since or since), lately)
        .order_by(deliveries.c.settled)
    )
    return [(row.chat_id, row.settled) for row in rows]


def interrupted(conn: Connection) -> list[int]:
    """The chats with a delivery that is, or was when the program died, with Telegram."""
    held = select(deliveries.c.chat_id).where(_OPEN, deliveries.c.lease_token.is_not(None))
    return list(conn.scalars(held))


def counts(conn: Connection) -> dict[DeliveryState, int]:
    """How many deliveries are in each state."""
    rows = conn.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
    return dict.fromkeys(DeliveryState, 0) | {DeliveryState(state): n for state, n in rows}


def next_due(conn: Connection) -> datetime | None:
    """When the first of the postponed deliveries becomes due; None where none is postponed."""
    postponed = deliveries.c.state == DeliveryState.POSTPONED
    due: datetime | None = conn.scalar(
        select(func.min(deliveries.c.not_before)).where(_OPEN, postponed)
    )
    return due


def purge_settled(conn: Connection, before: datetime, limit: int = 500) -> int:
    """Deletes up to ``limit`` deliveries that were settled before; how many.

    An alert stays for as long as its story: it is what stops the story from ringing again.
    """
    old = select(deliveries.c.id).where(
        deliveries.c.state.in_([DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.FOLDED]),
        deliveries.c.settled < before,
        deliveries.c.story_id.is_(None),
    )
    page = deliveries.c.id.in_(old.limit(limit))
    return conn.execute(delete(deliveries).where(page)).rowcount


def _at(now: datetime) -> ColumnElement[datetime]:
    return literal(now, chats.c.refuses_since.type)


def _refusal(reason: str, now: datetime) -> dict[str, Any]:
    # What an answer says is for one person, and of no use later.
    kept = case((deliveries.c.priority == Priority.ANSWER, null()), else_=deliveries.c.arguments)
    return {
        "state": DeliveryState.REFUSED,
        "settled": now,
        "reason": reason,
        "arguments": kept,
    }


def _settle(conn: Connection, delivery_id: int, token: str, values: Mapping[str, Any]) -> bool:
    mine = (deliveries.c.id == delivery_id, deliveries.c.lease_token == token, _OPEN)
    return conn.execute(update(deliveries).where(*mine).values(**values, **_NO_LEASE)).rowcount == 1


# Composed once: it is run for every message that Telegram takes.
_SENT = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("of"), deliveries.c.lease_token == bindparam("by"), _OPEN)
    .values(
        state=DeliveryState.SENT,
        settled=bindparam("now"),
        message_id=bindparam("as"),
        # Which of the two methods edits the message, if it is to be edited.
        method=case((bindparam("pictured", type_=Boolean), "sendPhoto"), else_=deliveries.c.method),
        arguments=null(),
        reason=null(),
        **_NO_LEASE,
    )
)
