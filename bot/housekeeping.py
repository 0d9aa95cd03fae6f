"""What is done behind everything else: indexing for search, and forgetting what is old."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.errors import StoreError
from bot.matching.text import fold
from bot.store import inbox, items, outbox, search, sightings, silences, stories
from bot.stories.trace import WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from sqlalchemy import Connection

    from bot.store.engine import Store

log = structlog.get_logger(__name__)

# Small pages: the writer is shared with deliveries, and none of them should wait for these.
INDEX_PAGE = 100
PRUNE_PAGE = 500


class Housekeeping:
    """Ticks of the scheduler over one store."""

    def __init__(
        self, store: Store, *, retention: timedelta, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._retention = retention
        self._clock = clock

    async def index(self) -> None:
        """Put new items into the search index; their words are folded beside the writer."""
        try:
            while words := await self._store.read(
                lambda conn: search.prepare(conn, fold, INDEX_PAGE)
            ):
                await self._store.write(partial(search.index, prepared=words))
        except StoreError as error:
            log.error("indexing put off", reason=str(error))

    async def prune(self) -> None:
        """Forget items, deliveries and updates older than the retention."""
        before = self._clock() - self._retention
        still_looked_for = self._clock() - WINDOW
        await self._in_pages(lambda conn: items.prune(conn, before, PRUNE_PAGE))
        # A short retention forgets a text, but not within this time that it was told.
        ended = min(before, still_looked_for)
        await self._in_pages(lambda conn: stories.drop_empty(conn, ended, PRUNE_PAGE))
        await self._in_pages(lambda conn: sightings.prune(conn, still_looked_for, PRUNE_PAGE))
        await self._in_pages(lambda conn: outbox.purge_settled(conn, before, PRUNE_PAGE))
        await self._in_pages(lambda conn: inbox.purge_done(conn, before))
        await self._in_pages(lambda conn: silences.purge(conn, before))

    async def _in_pages(self, work: Callable[[Connection], int]) -> None:
        try:
            while await self._store.write(work):
                pass
        except StoreError as error:
            log.error("housekeeping put off", reason=str(error))
