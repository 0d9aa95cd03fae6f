"""What is held back instead of leaving: through quiet hours, mutes and bursts.

Digests hold alerts back from the moment that they are owed (``fan_out.py``). The other reasons come
and go while an alert waits to leave, so they are looked at when it is about to. A held alert is in
no lane; ``digests.py`` takes it up again when its time has come.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, func, literal_column, or_, select, update

from bot.attention import chat_hold, digest_time
from bot.model import DeliveryState, Held, Priority, Severity
from bot.store.columns import Time
from bot.store.people import chat as chat_by_id
from bot.store.people import subscriptions as subscriptions_of
from bot.store.ringing import HELD_PRIORITY
from bot.store.rows import chat_of
from bot.store.schema import chats, deliveries, matches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from bot.attention import Burst

# Written out: a bound parameter would keep SQLite from the index of what is held.
IS_HELD: Final[ColumnElement[bool]] = deliveries.c.state == literal_column("'held'")
# The alerts of a burst that come within this time are told of at once.
GATHER: Final = timedelta(seconds=5)

_WAITING = (deliveries.c.settled.is_(None), deliveries.c.lease_token.is_(None))


def leaving(
    conn: Connection, keys: Sequence[int], now: datetime, burst: Burst | None
) -> list[tuple[int, int]]:
    """Of the deliveries that are next, id and chat of those that may leave; the others are held.

    An alert that is held takes along those of its chat that wait behind it for the same reason.
    """
    if not keys:
        return []
    rows = conn.execute(
        select(
            deliveries.c.id.label("key"),
            deliveries.c.chat_id,
            deliveries.c.thread_id,
            deliveries.c.priority,
            deliveries.c.match_id,
            matches.c.severity,
            chats,
        )
        .select_from(deliveries)
        .outerjoin(matches, matches.c.id == deliveries.c.match_id)
        .outerjoin(chats, chats.c.id == deliveries.c.chat_id)
        .where(deliveries.c.id.in_(keys))
    ).mappings()
    found = {row["key"]: row for row in rows}
    return [(key, found[key]["chat_id"]) for key in keys if not _held(conn, found[key], now, burst)]


def mute_rule(conn: Connection, chat_id: int, thread_id: int, rule: str, until: datetime) -> None:
    """Holds back until then what a chat is owed for a rule and has not got."""
    of_rule = select(matches.c.id).where(matches.c.rule == rule)
    mine = (
        *_WAITING,
        deliveries.c.chat_id == chat_id,
        deliveries.c.thread_id == thread_id,
        deliveries.c.match_id.in_(of_rule),
        deliveries.c.not_before < until,
    )
    conn.execute(update(deliveries).where(*mine).values(_hold_values(until, Held.MUTE)))


def end_rule(conn: Connection, chat_id: int, thread_id: int, rule: str, now: datetime) -> None:
    """Ends what was held back for a rule that the chat is not subscribed to any more."""
    of_rule = select(matches.c.id).where(matches.c.rule == rule)
    mine = (
        IS_HELD,
        *_WAITING,
        deliveries.c.chat_id == chat_id,
        deliveries.c.thread_id == thread_id,
        deliveries.c.match_id.in_(of_rule),
    )
    ended = {"state": DeliveryState.REFUSED, "settled": now, "reason": "unsubscribed"}
    conn.execute(update(deliveries).where(*mine).values(ended))


def replan(conn: Connection, chat_id: int, now: datetime) -> None:
    """Gives what a chat has held back the time that its settings say now.

    What quiet hours, mutes and bursts held is looked at at once, and held on if that is right.
    """
    chat = chat_by_id(conn, chat_id)
    if chat is None:
        return
    mine = (*_WAITING, deliveries.c.chat_id == chat_id)
    other = deliveries.c.reason.in_([Held.QUIET, Held.MUTE, Held.BURST])
    postponed = deliveries.c.state == DeliveryState.POSTPONED
    conn.execute(
        update(deliveries).where(*mine, or_(IS_HELD, postponed), other).values(_freed(now))
    )
    for subscription in subscriptions_of(conn, chat_id):
        of_rule = select(matches.c.id).where(matches.c.rule == subscription.rule)
        muted = subscription.muted_until
        due = max(digest_time(subscription, chat.timezone, now), muted or now)
        why = Held.MUTE if muted is not None and muted > now else Held.DIGEST
        # At once again: what a digest held is due. Together: all that is held waits for it.
        of_digest = deliveries.c.reason == Held.DIGEST
        conn.execute(
            update(deliveries)
            .where(
                *mine,
                IS_HELD,
                *([of_digest] if due == now else []),
                deliveries.c.thread_id == subscription.thread_id,
                deliveries.c.match_id.in_(of_rule),
            )
            .values(_freed(now) if due == now else _at_the_earliest(due, why))
        )


def _freed(now: datetime) -> dict[str, Any]:
    """What nothing but its topic's hours holds any more."""
    held_on = case((deliveries.c.opens > now, str(Held.SCHEDULE)), else_=deliveries.c.reason)
    return {"not_before": _opened(now), "reason": held_on}


def _at_the_earliest(due: datetime, why: Held) -> dict[str, Any]:
    return {"not_before": _opened(due), "reason": why}


def _opened(moment: datetime) -> ColumnElement[datetime]:
    """The moment, or when the topic's hours begin, if that is later."""
    later = deliveries.c.opens > moment
    return case((later, deliveries.c.opens), else_=bindparam(None, moment, Time))


def _held(conn: Connection, row: RowMapping, now: datetime, burst: Burst | None) -> bool:
    """Whether a delivery must not leave now; then it is held back, with its like."""
    if row["priority"] == Priority.ANSWER or row["id"] is None:
        return False
    alert = row["match_id"] is not None
    if not alert and row["priority"] != Priority.DIGEST:
        return False  # a word from the bot itself
    severity = Severity(row["severity"]) if alert else Severity.LOW
    hold = chat_hold(chat_of(row), severity, now)
    if hold is not None and not alert:
        later = {"state": DeliveryState.POSTPONED, "not_before": hold.until, "reason": hold.why}
        conn.execute(update(deliveries).where(deliveries.c.id == row["key"]).values(later))
        return True
    if hold is not None:
        spared = hold.why is Held.QUIET and row["urgent_rings"]
        least = Priority.HIGH if spared else Priority.URGENT
        _hold_alerts(conn, row["chat_id"], least, _hold_values(hold.until, hold.why))
        return True
    if not alert or severity is Severity.URGENT or not _is_burst(conn, row, now, burst):
        return False
    values = _hold_values(now + GATHER, Held.BURST)
    of_thread = deliveries.c.thread_id == row["thread_id"]
    _hold_alerts(conn, row["chat_id"], Priority.HIGH, values, of_thread)
    return True


def _is_burst(conn: Connection, row: RowMapping, now: datetime, burst: Burst | None) -> bool:
    if burst is None or not burst.alerts:
        return False
    lately = (
        select(deliveries.c.id)
        .where(
            deliveries.c.chat_id == row["chat_id"],
            deliveries.c.thread_id == row["thread_id"],
            deliveries.c.settled > now - burst.window,
            deliveries.c.state == DeliveryState.SENT,
            deliveries.c.match_id.is_not(None),
        )
        .limit(burst.alerts)
        .subquery()
    )
    return (conn.scalar(select(func.count()).select_from(lately)) or 0) >= burst.alerts


def _hold_alerts(
    conn: Connection,
    chat_id: int,
    least: Priority,
    values: dict[str, Any],
    *chosen: ColumnElement[bool],
) -> None:
    mine = (
        *_WAITING,
        deliveries.c.chat_id == chat_id,
        deliveries.c.priority.between(int(least), int(Priority.NORMAL)),
        deliveries.c.match_id.is_not(None),
        *chosen,
    )
    conn.execute(update(deliveries).where(*mine).values(values))


def _hold_values(until: datetime, why: Held) -> dict[str, Any]:
    return {
        "state": DeliveryState.HELD,
        "priority": HELD_PRIORITY,
        "not_before": until,
        "reason": why,
    }
