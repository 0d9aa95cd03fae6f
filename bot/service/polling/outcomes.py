"""What an answer leaves of a feed's state, besides the time of the next poll."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog

from bot.sources import schedule
from bot.store import sources as store_sources
from bot.store.columns import joined, numbers

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.model import FeedState, Source
    from bot.sources.fetch import Fetched
    from bot.store.polls import DueFeed

log = structlog.get_logger(__name__)


def settle(conn: Connection, source: Source, state: FeedState, token: str) -> None:
    """Records the state, with a move of the feed, and ends its lease."""
    state = settled_move(conn, source, state)
    store_sources.set_feed_state(conn, source.key, state, token)


def settled_move(conn: Connection, source: Source, state: FeedState) -> FeedState:
    """The state, with a move that has shown itself stable kept; not onto another feed."""
    if state.moved_polls < schedule.MOVES_MIN or state.moved_to is None:
        return state
    if store_sources.is_asked(conn, state.moved_to, but=source.key):
        if state.moved_polls == schedule.MOVES_MIN:
            log.warning("feed has moved onto another one", source=source.key, to=state.moved_to)
        return state
    log.info("feed has moved for good", source=source.key, to=state.moved_to)
    return replace(state, location=state.moved_to, moved_to=None, moved_polls=0)


@lru_cache(maxsize=4096)  # feeds answer alike: few of these differ
def answers(before: str, status: int) -> str:
    """The statuses of the last answers as they are kept, with that of one more."""
    return joined(schedule.answered(numbers(before), status))


def is_quiet(due: DueFeed, fetched: Fetched) -> bool:
    """Whether an answer without news leaves all as it was but the times."""
    return (
        due.first_read is not None
        and not due.failures
        and not due.moved_polls
        and (fetched.moved_to is None or fetched.moved_to == due.location)
        and fetched.etag == due.etag
        and fetched.last_modified == due.last_modified
    )


def echo(state: FeedState, fetched: Fetched, digest: str | None) -> FeedState:
    """The validators to send next time: byte for byte what the server sent last."""
    if fetched.body is None:  # a 304 may renew them, and may leave them out
        return replace(
            state,
            etag=fetched.etag or state.etag,
            last_modified=fetched.last_modified or state.last_modified,
        )
    return replace(state, etag=fetched.etag, last_modified=fetched.last_modified, body_hash=digest)
