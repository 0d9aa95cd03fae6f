"""Deliveries as an admin looks at them: what became of each, and another try for a refused one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, or_, select, update

from bot.model import DeliveryState, Priority, Severity
from bot.store.paging import pages
from bot.store.schema import chats, deliveries, items, matches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

_PRIORITY = {int(severity): int(Priority.of(severity)) for severity in Severity}
_WAITING = (DeliveryState.POSTPONED, DeliveryState.HELD)
_LONGEST = 120  # code points of what a delivery tells


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One delivery. ``until`` is when a postponed one is tried again, or a held one told; ``what`` begins what it tells.

    ``rule`` is what rang, None where it is no alert. What an answer to a person says is theirs, and
    not here.
    """

    id: int
    chat_id: int
    chat: str
    thread_id: int
    state: DeliveryState
    priority: Priority
    rule: str | None
    what: str
    created: datetime
    until: datetime | None
    settled: datetime | None
    attempts: int
    message_id: int | None
    reason: str | None


def listed(
    conn: Connection,
    *,
    states: Collection[DeliveryState] = (),
    chat_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[DeliveryRecord]:
    """The newest deliveries, in these states or any, newest first; ``before`` an id, to go on."""
    chosen = (
        select(
            deliveries,
            matches.c.rule,
            items.c.title.label("item_title"),
            items.c.text.label("item_text"),
            chats.c.title.label("chat_title"),
        )
        .outerjoin(matches, matches.c.id == deliveries.c.match_id)
        .outerjoin(items, items.c.number == matches.c.item)
        .outerjoin(chats, chats.c.id == deliveries.c.chat_id)
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    if states:
        chosen = chosen.where(deliveries.c.state.in_(list(states)))
    if chat_id is not None:
        chosen = chosen.where(deliveries.c.chat_id == chat_id)
    if before is not None:
        chosen = chosen.where(deliveries.c.id < before)
    return [_record(row) for row in conn.execute(chosen).mappings()]


@dataclass(frozen=True, slots=True)
class SentAlert:
    """An alert as its own chat may see it."""

    title: str
    rule: str
    state: str
    at: datetime


def alerts_of(conn: Connection, chat_id: int, limit: int = 10_000) -> list[SentAlert]:
    """The newest alerts of a chat, newest first."""
    chosen = (
        select(items.c.title, matches.c.rule, deliveries.c.state, deliveries.c.created)
        .join(matches, matches.c.id == deliveries.c.match_id)
        .join(items, items.c.number == matches.c.item)
        .where(deliveries.c.chat_id == chat_id)
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    return [SentAlert(*row) for row in conn.execute(chosen)]


def match_of_message(conn: Connection, chat_id: int, message: int | None) -> int | None:
    """The match that a message of a chat was the alert for; None where it was none."""
    mine = (
        deliveries.c.chat_id == chat_id,
        deliveries.c.message_id == message,
        deliveries.c.match_id.is_not(None),
        deliveries.c.settled.is_not(None),
    )
    found: int | None = conn.scalar(select(deliveries.c.match_id).where(*mine).limit(1))
    return found


def refused_count(conn: Connection) -> int:
    """How many refused deliveries can be tried again."""
    return conn.scalar(select(func.count()).select_from(deliveries).where(*_retriable())) or 0


def retry(conn: Connection, ids: Iterable[int], now: datetime) -> list[int]:
    """Owes refused deliveries anew; the ids of those that could be.

    One whose item or text is gone has nothing left to send. The tries begin from none.
    """
    again: list[int] = []
    for page in pages(ids):
        again += conn.scalars(
            _again(now).where(deliveries.c.id.in_(page)).returning(deliveries.c.id)
        )
    return sorted(again)


def retry_all(conn: Connection, now: datetime, chat_id: int | None = None) -> int:
    """Owes all refused deliveries anew, or those of one chat; how many."""
    chosen = _again(now)
    if chat_id is not None:
        chosen = chosen.where(deliveries.c.chat_id == chat_id)
    return conn.execute(chosen).rowcount


def _retriable() -> tuple[ColumnElement[bool], ...]:
    left = or_(deliveries.c.match_id.is_not(None), deliveries.c.arguments.is_not(None))
    return (deliveries.c.state == DeliveryState.REFUSED, left)


def _again(now: datetime) -> Any:
    severity = (
        select(matches.c.severity).where(matches.c.id == deliveries.c.match_id).scalar_subquery()
    )
    # What was set aside goes back to its place; what is no alert is not pressing any more.
    priority = case(
        (deliveries.c.priority != int(Priority.ASIDE), deliveries.c.priority),
        (deliveries.c.match_id.is_not(None), case(_PRIORITY, value=severity)),
        else_=int(Priority.DIGEST),
    )
    fresh = {"settled": None, "reason": None, "attempts": 0, "failures": 0, "not_before": now}
    return (
        update(deliveries)
        .where(*_retriable())
        .values(state=DeliveryState.PENDING, priority=priority, **fresh)
    )


def _record(row: RowMapping) -> DeliveryRecord:
    state = DeliveryState(row["state"])
    return DeliveryRecord(
        id=row["id"],
        chat_id=row["chat_id"],
        chat=row["chat_title"] or "",
        thread_id=row["thread_id"],
        state=state,
        priority=Priority.DIGEST
        if row["state"] == DeliveryState.HELD
        else Priority(row["priority"]),
        rule=row["rule"],
        what=_what(row),
        created=row["created"],
        until=row["not_before"] if state in _WAITING else None,
        settled=row["settled"],
        attempts=row["attempts"],
        message_id=row["message_id"],
        reason=row["reason"],
    )


def _what(row: RowMapping) -> str:
    if row["rule"] is not None:
        text = row["item_title"] or row["item_text"] or ""
    elif row["priority"] == Priority.ANSWER:
        text = "an answer"
    else:
        arguments = row["arguments"] or {}
        text = arguments.get("text") or arguments.get("caption") or row["method"]
    return " ".join(str(text).split())[:_LONGEST]
