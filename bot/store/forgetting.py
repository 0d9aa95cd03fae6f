"""A chat or a person is forgotten: nothing about them stays in any table.

What is deleted leaves the file itself, and its log, with :meth:`bot.store.engine.Store.scrub`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, or_, select, update

from bot.store import lanes, people
from bot.store import meta as meta_of
from bot.store.schema import (
    broadcasts,
    chats,
    deliveries,
    fan_outs,
    inbox,
    matches,
    members,
    meta,
    pauses,
    silences,
    wrong_matches,
)
from bot.store.schema import subscriptions as subscribed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Subscription

# Texts that a chat's buttons carry, see ``bot/chat/kept.py``, by the beginning of their keys.
KEPT: Final = "kept:{chat}:"
_SCRUB_DUE: Final = "scrub.due"
_SCRUBBED: Final = "scrub.done"
_BEHIND_ALL_THREADS: Final = 2**62


def forget(
    conn: Connection, chat_id: int, user_id: int | None = None, name: str = ""
) -> list[Subscription]:
    """Erases everything about a chat, and about the person whose private chat it is.

    ``name`` is what the person is called where they acted as an admin. Answers with what the chat
    was subscribed to: its queries are no longer to be looked for. The update that asked for it is
    still open, and is emptied when it is handled. Enqueue a farewell after this: what was owed
    before is erased too.
    """
    gone = people.subscriptions(conn, chat_id)
    own = {each.rule for each in gone if each.query is not None}
    own.update(_rules_rung(conn, chat_id))
    for table in (deliveries, wrong_matches, pauses, subscribed):
        conn.execute(delete(table).where(table.c.chat_id == chat_id))
    _forget_queries(conn, own)
    lanes.forget(conn, chat_id)
    conn.execute(delete(meta).where(meta.c.key.startswith(KEPT.format(chat=chat_id))))
    # A fan-out that stands at the chat goes on behind it.
    behind = {"chat_id": chat_id - 1, "thread_id": _BEHIND_ALL_THREADS}
    conn.execute(update(fan_outs).where(fan_outs.c.chat_id == chat_id).values(behind))
    behind = {"after": chat_id - 1}
    conn.execute(update(broadcasts).where(broadcasts.c.after == chat_id).values(behind))
    conn.execute(delete(broadcasts).where(broadcasts.c.admin == chat_id))
    silent = {"speaks_for": None}
    conn.execute(update(chats).where(chats.c.speaks_for == chat_id).values(silent))
    conn.execute(delete(chats).where(chats.c.id == chat_id))
    _forget_person(conn, chat_id, user_id, name)
    meta_of.put(conn, _SCRUB_DUE, value=True)
    return gone


def scrub_is_due(conn: Connection) -> bool:
    """Whether somebody was forgotten, and the files were not scrubbed since."""
    return bool(meta_of.get(conn, _SCRUB_DUE))


def scrubbed(conn: Connection, now: datetime) -> None:
    """Records that the files were scrubbed."""
    meta_of.put(conn, _SCRUB_DUE, None)
    meta_of.put(conn, _SCRUBBED, now.timestamp())


def last_scrubbed(conn: Connection) -> float:
    """When the files were scrubbed last, in seconds since 1970; 0 where they never were."""
    return float(meta_of.get(conn, _SCRUBBED) or 0.0)


def long_gone(conn: Connection, before: datetime, limit: int) -> list[int]:
    """Some of the chats that have taken no message since before then."""
    chosen = select(chats.c.id).where(chats.c.refuses_since < before).limit(limit)
    return list(conn.scalars(chosen))


def _rules_rung(conn: Connection, chat_id: int) -> Iterable[str]:
    """The queries of its own that ever rang the chat, those that it ended included."""
    rung = select(matches.c.rule).where(
        matches.c.id.in_(select(deliveries.c.match_id).where(deliveries.c.chat_id == chat_id)),
        matches.c.rule.startswith("query:"),
    )
    return conn.scalars(rung.distinct())


def _forget_queries(conn: Connection, rules: Iterable[str]) -> None:
    """Erases what was found for queries that nobody else subscribes to."""
    for rule in rules:
        others = select(subscribed.c.id).where(subscribed.c.rule == rule).limit(1)
        if conn.scalar(others) is None:
            conn.execute(delete(matches).where(matches.c.rule == rule))


def _forget_person(conn: Connection, chat_id: int, user_id: int | None, name: str) -> None:
    conn.execute(delete(members).where(members.c.user_id == user_id))
    if name and user_id is not None:
        conn.execute(update(silences).where(silences.c.who == name).values(who=""))
    theirs = or_(inbox.c.chat_id == chat_id, inbox.c.user_id == user_id)
    emptied: dict[str, Any] = {"payload": {}, "chat_id": None, "user_id": None, "error": None}
    conn.execute(update(inbox).where(inbox.c.done.is_not(None), theirs).values(**emptied))
