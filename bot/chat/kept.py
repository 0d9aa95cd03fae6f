"""Texts that buttons carry: short ones in the button itself, long ones in the store.

A button holds 64 bytes and must still work after a restart. A text that does not fit is kept
under its hash for the chat that has the button, and goes when the chat is forgotten.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete

from bot.store import meta, schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.chat.turn import Turn

INLINE_LIMIT: Final = 40  # bytes; leaves room for the verb and two numbers
_INLINE, _STORED = "=", "#"


def keep(turn: Turn, text: str) -> str:
    """What a button carries for this text; stored, where it must be, as the turn commits."""
    if len(text.encode()) <= INLINE_LIMIT:
        return _INLINE + text
    digest = sha256(text.encode()).hexdigest()[:24]
    key = _key(turn.chat.id, digest)
    turn.on_commit(lambda conn: meta.put(conn, key, text))
    return _STORED + digest


def kept(conn: Connection, chat_id: int, token: str) -> str | None:
    """The text again, or None where it is not there any more."""
    if token.startswith(_INLINE):
        return token.removeprefix(_INLINE)
    text = meta.get(conn, _key(chat_id, token.removeprefix(_STORED)))
    return text if isinstance(text, str) else None


def forget(conn: Connection, chat_id: int) -> None:
    """Erase what was kept for a chat's buttons."""
    conn.execute(delete(schema.meta).where(schema.meta.c.key.startswith(_key(chat_id, ""))))


def _key(chat_id: int, digest: str) -> str:
    return f"kept:{chat_id}:{digest}"
