"""Outcomes on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.delivery.outcomes import ChatMoved, ChatRefuses, Outcome, Postponed, Refused, Sent
from bot.store import outbox
from bot.store.leases import DELIVERIES, release
from bot.store.moves import move_chat

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.outbox import OwedDelivery

NAMES: dict[type[Outcome], str] = {
    Sent: "sent",
    Postponed: "postponed",
    Refused: "refused",
    ChatRefuses: "chat refuses",
    ChatMoved: "chat moved",
}


def settle(
    conn: Connection, owed: OwedDelivery, token: str, outcome: Outcome, now: datetime
) -> bool:
    """Records what came of a delivery; False when its lease was lost."""
    match outcome:
        case Sent(message_id):
            return outbox.sent(conn, owed.id, token, message_id, now)
        case Postponed(wait, reason):
            return outbox.postpone(conn, owed.id, token, now + wait, reason, now)
        case Refused(reason):
            return outbox.refuse(conn, owed.id, token, reason, now)
        case ChatRefuses(reason):
            return outbox.chat_refuses(conn, owed.chat_id, reason, now) > 0
        case ChatMoved(chat_id, reason):
            release(conn, DELIVERIES, token, [owed.id])
            move_chat(conn, owed.chat_id, chat_id, reason, now)
            return True
