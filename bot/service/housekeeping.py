"""What is done behind everything else: indexing for search, and forgetting what is old."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.errors import StoreError
from bot.matching.text import fold
from bot.store import (
    broadcasts,
    forgetting,
    inbox,
    items,
    outbox,
    rule_uploads,
    search,
    sightings,
    silences,
    stories,
)
from bot.stories.trace import WINDOW

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Subscription
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

# Small pages: the writer is shared with deliveries, and none of them should wait for these.
INDEX_PAGE = 100
PRUNE_PAGE = 500
CHATS_PAGE = 50
# How long the copies that migrations make of the store are kept: people are in them.
BACKUPS_KEPT = timedelta(days=30)


class Housekeeping:
    """Ticks of the scheduler over one store.

    ``ended`` is told the queries of chats that are forgotten, ``forgotten`` that there were some.
    """

    def __init__(
        self,
        store: Store,
        *,
        ended: Callable[[str], None],
        forgotten: Callable[[], None],
        retention: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._ended = ended
        self._forgotten = forgotten
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
        await self._in_pages(lambda conn: rule_uploads.purge(conn, before))
        await self._in_pages(lambda conn: broadcasts.purge(conn, before))
        await self._forget_chats(before)
        await asyncio.to_thread(self._store.remove_backups, self._clock() - BACKUPS_KEPT)

    async def _forget_chats(self, before: datetime) -> None:
        """Forget the chats that have refused for so long: they were left, or blocked the bot."""

        def work(conn: Connection) -> list[Subscription]:
            gone = forgetting.long_gone(conn, before, CHATS_PAGE)
            return [each for chat in gone for each in forgetting.forget(conn, chat)]

        try:
            ended = await self._store.write(work)
        except StoreError as error:
            log.error("housekeeping put off", reason=str(error))
            return
        for subscription in ended:
            if subscription.query is not None:
                self._ended(subscription.query)
        if ended:
            self._forgotten()

    async def _in_pages(self, work: Callable[[Connection], int]) -> None:
        try:
            while await self._store.write(work):
                pass
        except StoreError as error:
            log.error("housekeeping put off", reason=str(error))
