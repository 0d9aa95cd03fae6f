"""Rings for a newcomer what was there before them: the seed items that wait for a subscriber."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.model import Match, Severity
from bot.store.items import waiting_items
from bot.store.outbox import ring
from bot.store.sources import all_sources

if TYPE_CHECKING:
    from bot.chat.turn import Turn
    from bot.chat.wishes import Wish
    from bot.model import Item, Source

_LOOK_AT: Final = 500  # items
_RING: Final = 5


def ring_waiting(turn: Turn, wish: Wish) -> None:
    """Ring the newest waiting items that match, a few at most; none whose story the chat has."""
    sources = all_sources(turn.conn)
    severity = wish.topic.severity if wish.topic is not None else Severity.NORMAL
    rung = 0
    for stored in waiting_items(turn.conn, limit=_LOOK_AT):
        match = _match(turn, wish, stored.item, sources.get(stored.item.source))
        if match is None:
            continue
        chat, thread = turn.chat.id, turn.thread_id
        rung += ring(turn.conn, stored.number, match, chat, thread, severity, turn.now)
        if rung == _RING:
            return


def _match(turn: Turn, wish: Wish, item: Item, source: Source | None) -> Match | None:
    found = evaluate(wish.query, Document.of(item, source, turn.now))
    if found is None:
        return None
    if wish.topic is None:
        return Match(None, str(wish.query), found.score, found.spans)
    # Whether the topic's languages, its sources and the filters let it ring, the matcher knows.
    rung = turn.house.matcher.match(item, source, turn.now)
    return next((match for match in rung if match.rule == wish.rule), None)
