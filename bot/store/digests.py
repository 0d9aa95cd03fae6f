"""What was held back and is due becomes one message: each chat's and thread's in one transaction.

The alerts that a message tells of are folded: they name the delivery that does, and its state is
theirs. So each is told of once, whatever crashes when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, update

from bot.attention import chat_hold
from bot.model import DeliveryState, Held, Message, Priority, Severity
from bot.store import outbox
from bot.store.holding import IS_HELD
from bot.store.people import chat as chat_by_id
from bot.store.rows import occasion_of
from bot.store.schema import deliveries, items, matches

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from bot.attention import Burst
    from bot.model import Chat, Occasion

# Alerts that are folded in one transaction, some 30 ms of the writer's time; what is more follows.
MOST: Final = 500
_BEGINNING: Final = 300  # code points of a text, for an item that has no title
_WHILE_SENDING: Final = timedelta(seconds=2)

Place = tuple[int, int]  # a chat and a thread


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert that is told of together with others. ``text`` is the beginning of the item's.

    ``occasion`` is the pattern in time that it tells of.
    """

    delivery: int
    rule: str
    severity: Severity
    source: str
    title: str
    text: str
    url: str | None
    lang: str | None
    when: datetime
    occasion: Occasion | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """What is to be told to a chat in one message; ``reasons`` are those it was held back for."""

    chat: Chat
    entries: tuple[Entry, ...]
    reasons: frozenset[Held]
    silent: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A message, and the deliveries whose alerts it tells of."""

    message: Message
    deliveries: tuple[int, ...]


def due(conn: Connection, now: datetime, limit: int) -> list[Place]:
    """Chats and threads for which something that was held back is due."""
    chosen = (
        select(deliveries.c.chat_id, deliveries.c.thread_id)
        .where(IS_HELD, deliveries.c.not_before <= now)
        .order_by(deliveries.c.not_before)
        # Rows, not chats: the oldest few of the index, however many there are.
        .limit(limit)
    )
    return list(dict.fromkeys((row.chat_id, row.thread_id) for row in conn.execute(chosen)))


def next_due(conn: Connection) -> datetime | None:
    """When the first of what is held back becomes due; None where nothing is."""
    found: datetime | None = conn.scalar(select(func.min(deliveries.c.not_before)).where(IS_HELD))
    return found


def fold(
    conn: Connection,
    place: Place,
    now: datetime,
    render: Callable[[Digest, datetime], Sequence[Part]],
    burst: Burst,
) -> int:
    """Owes a chat one message, or as many as it takes, for what is due; how many are owed.

    Held on where the chat is quiet or muted now. One alert alone that quiet hours or a mute held
    goes out as the alert it is.
    """
    chat = chat_by_id(conn, place[0])
    rows = _due_of(conn, place, now)
    gone = [row["id"] for row in rows if row["number"] is None]
    rows = [row for row in rows if row["number"] is not None]
    if gone or chat is None:
        ended = {"state": DeliveryState.REFUSED, "settled": now, "reason": "the item is gone"}
        _set(conn, gone if chat else [*gone, *(row["id"] for row in rows)], ended)
    if not rows or chat is None:
        return 0
    hold = chat_hold(chat, Severity.LOW, now)
    if hold is not None:
        _set(conn, [row["id"] for row in rows], {"not_before": hold.until})
        return 0
    reasons = frozenset(Held(row["reason"]) for row in rows)
    if len(rows) == 1 and not reasons & {Held.DIGEST, Held.BURST}:
        _release(conn, rows[0], now)
        return 1
    told = {_told_once(row): row for row in reversed(rows)}
    again = [row["id"] for row in rows if told[_told_once(row)] is not row]
    digest = Digest(
        chat=chat,
        entries=tuple(_entry(row) for row in rows if told[_told_once(row)] is row),
        reasons=reasons,
        silent=reasons == {Held.MUTE} or all(row["silent"] for row in rows),
    )
    if reasons == {Held.BURST}:
        grown = _grow(conn, place, digest, again, now, render, burst)
        if grown is not None:
            return grown
    parts = render(digest, now)
    for number, part in enumerate(parts):
        numbers = [*part.deliveries, *(again if number == 0 else ())]
        _fold_into(conn, _owe(conn, place, part.message, now), numbers, now)
    return len(parts)


def _due_of(conn: Connection, place: Place, now: datetime) -> Sequence[RowMapping]:
    mine = (
        deliveries.c.chat_id == place[0],
        deliveries.c.thread_id == place[1],
        # Of the open ones in no lane: the index of the lanes finds them.
        deliveries.c.settled.is_(None),
        IS_HELD,
        deliveries.c.not_before <= now,
    )
    return _rows(conn, *mine)


def _rows(conn: Connection, *chosen: Any) -> Sequence[RowMapping]:
    return (
        conn.execute(
            select(
                deliveries.c.id,
                deliveries.c.reason,
                deliveries.c.silent,
                deliveries.c.created,
                matches.c.rule,
                matches.c.severity,
                matches.c.pattern,
                items.c.number,
                items.c.story_id,
                items.c.source,
                items.c.title,
                func.substr(items.c.text, 1, _BEGINNING).label("text"),
                items.c.url,
                items.c.lang,
                items.c.published,
            )
            .select_from(deliveries)
            .outerjoin(matches, matches.c.id == deliveries.c.match_id)
            .outerjoin(items, items.c.number == matches.c.item)
            .where(*chosen)
            .order_by(deliveries.c.id)
            .limit(MOST)
        )
        .mappings()
        .all()
    )


def _entry(row: RowMapping) -> Entry:
    return Entry(
        delivery=row["id"],
        rule=row["rule"],
        severity=Severity(row["severity"]),
        source=row["source"],
        title=row["title"],
        text=row["text"],
        url=row["url"],
        lang=row["lang"],
        when=row["published"] or row["created"],
        occasion=occasion_of(row["pattern"]),
    )


def _told_once(row: RowMapping) -> tuple[str, int]:
    """A story is told of once, by its first alert; a pattern in time for itself."""
    if row["pattern"] is not None:
        return ("pattern", row["id"])
    return ("story", row["story_id"])


def _grow(
    conn: Connection,
    place: Place,
    digest: Digest,
    again: Sequence[int],
    now: datetime,
    render: Callable[[Digest, datetime], Sequence[Part]],
    burst: Burst,
) -> int | None:
    """Adds to the list of this burst that the chat has already; None where it has none, or it is full.

    The list is edited in place, which makes no sound. While it is on its way, what is to be added
    waits for it.
    """
    shown = _list_of_burst(conn, place, now - burst.window)
    if shown is None:
        return None
    new = [each.delivery for each in digest.entries] + list(again)
    if shown["settled"] is None or _changes_pending(conn, place):
        _set(conn, new, {"not_before": now + _WHILE_SENDING})
        return 0
    if shown["state"] != DeliveryState.SENT or shown["message_id"] is None:
        return None
    before = [
        _entry(row) for row in _rows(conn, deliveries.c.digest == shown["id"]) if row["number"]
    ]
    whole = Digest(digest.chat, (*before, *digest.entries), digest.reasons, digest.silent)
    parts = render(whole, now)
    if len(parts) != 1:
        return None
    arguments = {"message_id": shown["message_id"], **parts[0].message.arguments}
    arguments.pop("disable_notification", None)
    _owe(conn, place, Message("editMessageText", arguments), now)
    _fold_into(conn, shown["id"], new, now)
    return 1


def _list_of_burst(conn: Connection, place: Place, since: datetime) -> RowMapping | None:
    """The message that told of a burst last, if that began since then."""
    last = (
        select(deliveries.c.digest)
        .where(
            deliveries.c.chat_id == place[0],
            deliveries.c.thread_id == place[1],
            deliveries.c.settled > since,
            deliveries.c.state == DeliveryState.FOLDED,
            deliveries.c.reason == Held.BURST,
        )
        .order_by(deliveries.c.digest.desc())
        .limit(1)
    )
    found = conn.scalar(last)
    mine = (deliveries.c.id == found, deliveries.c.created > since)
    return conn.execute(select(deliveries).where(*mine)).mappings().one_or_none()


def _changes_pending(conn: Connection, place: Place) -> bool:
    mine = (
        deliveries.c.settled.is_(None),
        deliveries.c.priority == Priority.DIGEST,
        deliveries.c.chat_id == place[0],
    )
    return conn.scalar(select(deliveries.c.id).where(*mine).limit(1)) is not None


def _release(conn: Connection, row: RowMapping, now: datetime) -> None:
    """An alert leaves after all, as itself; without a sound if it was muted."""
    values: dict[str, Any] = {
        "state": DeliveryState.PENDING,
        "priority": int(Priority.of(Severity(row["severity"]))),
        "not_before": now,
        "reason": None,
        "silent": row["silent"] or row["reason"] == Held.MUTE,
    }
    _set(conn, [row["id"]], values)


def _owe(conn: Connection, place: Place, message: Message, now: datetime) -> int:
    chat_id, thread_id = place
    return outbox.enqueue(
        conn, chat_id, message, thread_id=thread_id, priority=Priority.DIGEST, now=now
    )


def _fold_into(conn: Connection, digest: int, numbers: Sequence[int], now: datetime) -> None:
    _set(conn, numbers, {"state": DeliveryState.FOLDED, "settled": now, "digest": digest})


def _set(conn: Connection, numbers: Sequence[int], values: dict[str, Any]) -> None:
    if numbers:
        conn.execute(update(deliveries).where(deliveries.c.id.in_(numbers)).values(values))
