"""Updates from people: kept before Telegram forgets them, handled once, then emptied.

An update is confirmed to Telegram after it is here. Whoever handles it commits its effects, the
answers and ``done`` in one transaction, so a crash at any point repeats the handling and not the
effects. What people wrote is erased as soon as it is handled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from bot.store.schema import inbox
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

# A defect in a handler must not block its chat for ever.
MAX_ATTEMPTS = 3
_HANDLED: dict[str, Any] = {
    "payload": {},
    "chat_id": None,
    "user_id": None,
    "error": None,
    "lease_token": None,
    "lease_until": None,
}


def receive(conn: Connection, updates: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Keeps updates as the Bot API gave them; those that are here already stay as they are."""
    if not updates:
        return
    rows = [_row(each, now) for each in updates]
    conn.execute(insert(conn, inbox).on_conflict_do_nothing(), rows)


def last_update_id(conn: Connection) -> int | None:
    """The newest update that was ever received; polling goes on behind it."""
    newest: int | None = conn.scalar(select(func.max(inbox.c.update_id)))
    return newest


def done(conn: Connection, update_id: int, token: str, now: datetime) -> bool:
    """Records that an update was handled; False when the lease was lost: roll back then."""
    return _settle(conn, update_id, token, _HANDLED | {"done": now})


def failed(conn: Connection, update_id: int, token: str, error: str, now: datetime) -> bool:
    """Records that handling failed: it is tried again, and given up after the third time.

    An update that was given up keeps its payload, for whoever looks for the defect, until it is
    purged.
    """
    attempts = conn.scalar(select(inbox.c.attempts).where(inbox.c.update_id == update_id)) or 0
    given_up = now if attempts >= MAX_ATTEMPTS else None
    values = {"error": error, "done": given_up, "lease_token": None, "lease_until": None}
    return _settle(conn, update_id, token, values)


def open_count(conn: Connection) -> int:
    """How many updates wait to be handled."""
    return conn.scalar(select(func.count()).where(inbox.c.done.is_(None))) or 0


def purge_done(conn: Connection, before: datetime) -> int:
    """Deletes what was done before; the newest update stays, polling goes on from it."""
    newest = select(func.max(inbox.c.update_id)).scalar_subquery()
    return conn.execute(
        delete(inbox).where(inbox.c.done < before, inbox.c.update_id < newest)
    ).rowcount


def _settle(conn: Connection, update_id: int, token: str, values: Mapping[str, Any]) -> bool:
    mine = (inbox.c.update_id == update_id, inbox.c.lease_token == token, inbox.c.done.is_(None))
    return conn.execute(update(inbox).where(*mine).values(**values)).rowcount == 1


def _row(received: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    chat, user = _origin(received)
    return {
        "update_id": received["update_id"],
        "chat_id": chat,
        "user_id": user,
        "payload": dict(received),
        "received": now,
    }


def _origin(received: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The chat and the person that an update is from, whatever kind it is.

    Every kind is one object beside ``update_id``; that of a pressed button names its chat in its
    message. What names no chat (an inline query) is ordered by its person.
    """
    for body in received.values():
        if isinstance(body, dict):
            user = _id(body.get("from"))
            chat = _id(body.get("chat")) or _id((body.get("message") or {}).get("chat")) or user
            return chat, user
    return None, None


def _id(body: Mapping[str, Any] | None) -> int | None:
    return body.get("id") if body else None
