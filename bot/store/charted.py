"""Which of the digests that are due come with a chart, and of what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.model import Cadence, Held
from bot.store.holding import IS_HELD
from bot.store.people import chat as chat_by_id
from bot.store.schema import deliveries, matches, subscriptions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Chat


@dataclass(frozen=True, slots=True)
class Charted:
    """A chat, and the rules that it wants drawn, in the order in which it subscribed."""

    chat: Chat
    rules: tuple[str, ...]


def charted(conn: Connection, place: tuple[int, int], now: datetime) -> Charted | None:
    """What to draw with the weekly digest of a chat and thread; None where that is nothing."""
    mine = (subscriptions.c.chat_id == place[0], subscriptions.c.thread_id == place[1])
    wanted = select(subscriptions.c.rule).where(
        *mine, subscriptions.c.chart, subscriptions.c.cadence == Cadence.WEEKLY
    )
    rules = list(conn.scalars(wanted.order_by(subscriptions.c.id)))
    chat = chat_by_id(conn, place[0]) if rules else None
    if chat is None:
        return None
    due = (
        select(matches.c.rule)
        .join(deliveries, deliveries.c.match_id == matches.c.id)
        .where(
            deliveries.c.chat_id == place[0],
            deliveries.c.thread_id == place[1],
            deliveries.c.settled.is_(None),
            IS_HELD,
            deliveries.c.reason == Held.DIGEST,
            deliveries.c.not_before <= now,
            matches.c.rule.in_(rules),
        )
        .distinct()
    )
    told = set(conn.scalars(due))
    return Charted(chat, tuple(rule for rule in rules if rule in told)) if told else None
