"""A word of the admins to all chats: owed page by page, each delivery naming its broadcast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from sqlalchemy import delete, func, select, update

from bot.model import DeliveryState, Message, Priority
from bot.store.schema import broadcasts, chats, deliveries
from bot.store.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

State = Literal["draft", "sending", "owed", "cancelled", "closed"]
_OPEN: tuple[State, ...] = ("sending", "owed", "cancelled")
_FIRST = -(2**62)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """``text`` is HTML; ``admin`` the private chat that is told how it goes, by ``last_delivery``."""

    id: int
    admin: int
    text: str
    state: State
    last_delivery: int | None
    told: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many chats have it, do not take it, and are still owed it."""

    sent: int
    refused: int
    owed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.sent + self.refused + self.owed


def draft(conn: Connection, admin: int, text: str, now: datetime) -> int:
    """Keeps a text until it is confirmed; its number."""
    row = {"admin": admin, "text": text, "state": "draft", "created": now}
    new = insert(conn, broadcasts).values(row).returning(broadcasts.c.id)
    return int(conn.execute(new).scalar_one())


def get(conn: Connection, number: int) -> Broadcast | None:
    """A broadcast by its number."""
    chosen = select(broadcasts).where(broadcasts.c.id == number)
    row = conn.execute(chosen).mappings().one_or_none()
    return None if row is None else _broadcast(row)


def audience(conn: Connection) -> int:
    """How many chats take messages."""
    return conn.scalar(select(func.count()).where(chats.c.refuses.is_(None))) or 0


def start(conn: Connection, number: int) -> bool:
    """Has a draft sent; False where it is none any more."""
    mine = (broadcasts.c.id == number, broadcasts.c.state == "draft")
    return conn.execute(update(broadcasts).where(*mine).values(state="sending")).rowcount == 1


def cancel(conn: Connection, number: int, reason: str, now: datetime) -> int:
    """Ends a broadcast; what is not on its way yet ends refused. How many chats that spares."""
    open_ones = (broadcasts.c.id == number, broadcasts.c.state.in_(["draft", "sending", "owed"]))
    found = conn.scalar(select(broadcasts.c.state).where(*open_ones))
    if found is None:
        return 0
    state: State = "closed" if found == "draft" else "cancelled"
    conn.execute(update(broadcasts).where(*open_ones).values(state=state))
    waiting = (
        deliveries.c.broadcast == number,
        deliveries.c.settled.is_(None),
        deliveries.c.lease_token.is_(None),
    )
    left = {"state": DeliveryState.REFUSED, "settled": now, "reason": reason, "arguments": None}
    return conn.execute(update(deliveries).where(*waiting).values(left)).rowcount


def expand(conn: Connection, limit: int, now: datetime) -> int | None:
    """Owes the broadcast that was confirmed first to some chats more; how many, None if none is."""
    chosen = select(broadcasts).where(broadcasts.c.state == "sending").order_by(broadcasts.c.id)
    row = conn.execute(chosen.limit(1)).mappings().one_or_none()
    if row is None:
        return None
    after = _FIRST if row["after"] is None else row["after"]
    following = (
        select(chats.c.id)
        .where(chats.c.id > after, chats.c.refuses.is_(None))
        .order_by(chats.c.id)
        .limit(limit)
    )
    page = list(conn.scalars(following))
    arguments = {
        "text": row["text"],
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    message = Message("sendMessage", arguments)
    rows = [
        {
            "chat_id": chat,
            "thread_id": 0,
            "priority": int(Priority.DIGEST),
            "state": DeliveryState.PENDING,
            "method": message.method,
            "arguments": dict(message.arguments),
            "created": now,
            "not_before": now,
            "broadcast": row["id"],
        }
        for chat in page
    ]
    if rows:
        conn.execute(insert(conn, deliveries), rows)
    done = len(page) < limit
    values = {"after": page[-1] if page else after, "state": "owed" if done else "sending"}
    conn.execute(update(broadcasts).where(broadcasts.c.id == row["id"]).values(values))
    return len(page)


def open_ones(conn: Connection) -> list[Broadcast]:
    """Those that are on their way, or whose end nobody was told yet."""
    chosen = select(broadcasts).where(broadcasts.c.state.in_(_OPEN)).order_by(broadcasts.c.id)
    return [_broadcast(row) for row in conn.execute(chosen).mappings()]


def progress(conn: Connection, number: int) -> Progress:
    """How far it has come."""
    counted = select(deliveries.c.state, func.count()).where(deliveries.c.broadcast == number)
    rows = conn.execute(counted.group_by(deliveries.c.state))
    counts: dict[str, int] = {str(row[0]): int(row[1]) for row in rows}
    sent, refused = counts.pop(DeliveryState.SENT, 0), counts.pop(DeliveryState.REFUSED, 0)
    return Progress(sent, refused, sum(counts.values()))


def message_of(conn: Connection, delivery: int) -> int | None:
    """The message by which the admin was told, once Telegram has it."""
    found: int | None = conn.scalar(
        select(deliveries.c.message_id).where(deliveries.c.id == delivery)
    )
    return found


def set_told(conn: Connection, number: int, told: str, delivery: int, *, closed: bool) -> None:
    """Keeps what the admin was told of it last, and by which delivery."""
    values: dict[str, object] = {"told": told, "last_delivery": delivery}
    if closed:
        values["state"] = "closed"
    conn.execute(update(broadcasts).where(broadcasts.c.id == number).values(values))


def purge(conn: Connection, before: datetime) -> int:
    """Forgets the older ones that are done, or never were sent; how many."""
    over = (broadcasts.c.state.in_(["draft", "closed"]), broadcasts.c.created < before)
    return conn.execute(delete(broadcasts).where(*over)).rowcount


def _broadcast(row: RowMapping) -> Broadcast:
    state = cast("State", row["state"])
    return Broadcast(row["id"], row["admin"], row["text"], state, row["last_delivery"], row["told"])
