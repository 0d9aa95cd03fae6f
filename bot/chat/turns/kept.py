"""Texts that buttons carry: short ones in the button itself, long ones in the store.

A button holds 64 bytes and must still work after a restart. A text that does not fit is kept
under its hash for the chat that has the button, and goes when the chat is forgotten.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from bot.store import meta
from bot.store.forgetting import KEPT
from bot.store.schema import meta as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.chat.turns.turn import Turn

INLINE_LIMIT: Final = 40  # bytes; leaves room for the verb and two numbers
MOST: Final = 100  # texts of a chat; the buttons of older ones say that they are too old
_INLINE, _STORED = "=", "#"


def keep(turn: Turn, text: str) -> str:
    """What a button carries for this text; stored, where it must be, as the turn commits."""
    if len(text.encode()) <= INLINE_LIMIT:
        return _INLINE + text
    digest = sha256(text.encode()).hexdigest()[:24]
    chat, now = turn.chat.id, turn.now
    turn.on_commit(lambda conn: _store(conn, chat, digest, text, now))
    return _STORED + digest


def kept(conn: Connection, chat_id: int, token: str) -> str | None:
    """The text again, or None where it is not there any more."""
    if token.startswith(_INLINE):
        return token.removeprefix(_INLINE)
    value = meta.get(conn, _key(chat_id, token.removeprefix(_STORED)))
    return None if value is None else str(value["text"])


def forget(conn: Connection, chat_id: int) -> None:
    """Erase what was kept for a chat's buttons."""
    conn.execute(delete(table).where(table.c.key.startswith(KEPT.format(chat=chat_id))))


def _store(conn: Connection, chat_id: int, digest: str, text: str, now: datetime) -> None:
    """Keep a text, and of all the chat's the newest: nobody can fill the disk with questions."""
    meta.put(conn, _key(chat_id, digest), {"text": text, "asked": now.timestamp()})
    mine = select(table.c.key, table.c.value).where(table.c.key.startswith(_key(chat_id, "")))
    rows = sorted(conn.execute(mine), key=lambda row: row[1]["asked"])
    for key, _ in rows[:-MOST]:
        meta.put(conn, key, None)


def _key(chat_id: int, digest: str) -> str:
    return KEPT.format(chat=chat_id) + digest
