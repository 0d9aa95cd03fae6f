"""Rings for a newcomer what was there before them: the seed items that wait for a subscriber."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.finding import Finder
from bot.model import Match, Severity
from bot.store.items import waiting_items
from bot.store.outbox import ring

if TYPE_CHECKING:
    from bot.chat.turn import Turn
    from bot.chat.wishes import Wish

_LOOK_AT: Final = 500  # items
_RING: Final = 5


def ring_waiting(turn: Turn, wish: Wish) -> None:
    """Ring the newest waiting items that match, a few at most; none whose story the chat has."""
    finder = Finder(turn.conn, wish, turn.now)
    topic = wish.topic
    rung = 0
    for stored in waiting_items(turn.conn, limit=_LOOK_AT):
        hit = finder.hit(stored)
        if hit is None:
            continue
        match = Match(
            topic.key if topic else None, None if topic else str(wish.query), hit.score, hit.spans
        )
        severity = topic.severity if topic else Severity.NORMAL
        rung += ring(
            turn.conn, stored.number, match, turn.chat.id, turn.thread_id, severity, turn.now
        )
        if rung == _RING:
            return
