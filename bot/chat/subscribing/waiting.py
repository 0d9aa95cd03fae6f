"""Rings for a newcomer what was there before them: the seed items that wait for a subscriber."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.search import search_words
from bot.model import Match, Severity
from bot.silencing import silenced
from bot.store.outbox import ring
from bot.store.search import candidates
from bot.store.silences import active
from bot.store.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.chat.meaning.wishes import Wish
    from bot.chat.turns.turn import Turn
    from bot.model import Item, Source
    from bot.store.rows import StoredItem

# This runs in the writer's transaction: some 100 items of several milliseconds each at the very most.
_LOOK_AT: Final = 100
_PAGE: Final = 200
_MOST_PAGES: Final = 10
_RING: Final = 5


def ring_waiting(turn: Turn, wish: Wish) -> int:
    """Ring the newest waiting items that match, a few at most; none whose story the chat has.

    How many it rang.
    """
    if wish.topic is not None and wish.topic.when is not None:
        return 0  # one item is no pattern
    severity = wish.topic.severity if wish.topic is not None else Severity.NORMAL
    in_force = active(turn.conn, turn.now)
    vocabulary = turn.house.matcher.rules.vocabulary
    rung = 0
    for stored in islice(_waiting(turn.conn, wish), _LOOK_AT):
        item = stored.item
        source = sources_of(turn.conn, [item.source]).get(item.source)
        match = found_in(turn, wish, item, source)
        if match is None or silenced(
            in_force, [match.rule], item, source, vocabulary=vocabulary, now=turn.now
        ):
            continue
        chat, thread = turn.chat.id, turn.thread_id
        rung += ring(turn.conn, stored.number, match, chat, thread, severity, turn.now)
        if rung == _RING:
            break
    return rung


def ring_sample(turn: Turn, wish: Wish, stored: StoredItem) -> None:
    """Show what an alert looks like, behind the answer, with an item that was there."""
    item = stored.item
    source = sources_of(turn.conn, [item.source]).get(item.source)
    match = found_in(turn, wish, item, source)
    if match is None:
        return
    chat, thread, now = turn.chat.id, turn.thread_id, turn.now
    severity = wish.topic.severity if wish.topic is not None else Severity.NORMAL
    turn.behind.append(
        lambda conn: ring(conn, stored.number, match, chat, thread, severity, now, sample=True)
    )


def _waiting(conn: Connection, wish: Wish) -> Iterator[StoredItem]:
    """The newest items that wait and have the words, as the search index knows them."""
    words = search_words(wish.about) if wish.about is not None else None
    before = None
    for _ in range(_MOST_PAGES):
        page = candidates(conn, words, before=before, limit=_PAGE)
        yield from (stored for stored in page if stored.waiting)
        if len(page) < _PAGE:
            return
        before = page[-1].number


def found_in(turn: Turn, wish: Wish, item: Item, source: Source | None) -> Match | None:
    """What the wish finds in an item, as the matcher would say it; None where it does not ring."""
    found = evaluate(wish.about, Document.of(item, source, turn.now)) if wish.about else None
    if found is None:
        return None
    if wish.topic is None:
        return Match(None, wish.rule.removeprefix("query:"), found.score, found.spans)
    # Whether the topic's languages, its sources and the filters let it ring, the matcher knows.
    rung = turn.house.matcher.match(item, source, turn.now)
    return next((match for match in rung if match.rule == wish.rule), None)
