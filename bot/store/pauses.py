"""How long Telegram asked to be left alone, by one chat or by everyone; a restart must not forget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from bot.store.schema import pauses
from bot.store.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

EVERYONE: Final = 0
"""No chat has this id: a pause of the whole bot."""


def pause(conn: Connection, chat_id: int, until: datetime, reason: str) -> None:
    """Keeps a chat's pause, or :data:`EVERYONE`'s; one that ends later already stays."""
    row = insert(conn, pauses).values(chat_id=chat_id, until=until, reason=reason)
    conn.execute(
        row.on_conflict_do_update(
            index_elements=["chat_id"],
            set_={"until": until, "reason": reason},
            where=pauses.c.until < until,
        )
    )


def pauses_at(conn: Connection, now: datetime) -> dict[int, datetime]:
    """The pauses that last, by chat, each with its end."""
    rows = conn.execute(select(pauses.c.chat_id, pauses.c.until).where(pauses.c.until > now))
    return {row.chat_id: row.until for row in rows}


def end_pauses(conn: Connection, now: datetime) -> None:
    """Forgets those that are over."""
    conn.execute(delete(pauses).where(pauses.c.until <= now))
