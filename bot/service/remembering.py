"""The subscribers' queries from the store into the matcher, by way of the last run's snapshot."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

import structlog

from bot.store import forgetting, items, people

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.matching.matcher import Matcher
    from bot.store.engine import Store

logger = structlog.get_logger(__name__)

# So many of the newest items tell how common words are.
_ITEMS = 300


class Remembering:
    """Fills a matcher at the start, and writes down what it has made of very many queries.

    ``snapshot`` stands beside the store; without it a start takes longer and nothing is lost.
    """

    def __init__(self, matcher: Matcher, store: Store, snapshot: Path) -> None:
        self._matcher = matcher
        self._store = store
        self._snapshot = snapshot
        self._saved = -1
        self._forgetful = False

    async def restore(self, now: datetime) -> int:
        """Watch all queries that somebody subscribed to; the number of the newest subscription."""
        for stored in await self._store.read(lambda conn: items.newest(conn, limit=_ITEMS)):
            self._matcher.observe(stored.item, now)
        queries, last = await self._store.read(
            lambda conn: (people.watched_queries(conn), people.last_subscription(conn))
        )
        # This machine may have been away when somebody was forgotten.
        if await self._store.read(forgetting.last_scrubbed) >= self._written():
            self._snapshot.unlink(missing_ok=True)
        unreadable = await asyncio.to_thread(self._matcher.restore, queries, self._snapshot)
        if unreadable:  # what they ask for is theirs, and not for a log
            logger.warning("subscriptions' queries do not read", queries=len(unreadable))
        self._saved = self._matcher.version
        return last

    async def save(self) -> None:
        """Write the snapshot, if something has joined since the last."""
        if self._forgetful or self._matcher.version == self._saved:
            return
        self._saved = self._matcher.version
        try:
            await asyncio.to_thread(self._matcher.save, self._snapshot)
        except OSError as error:
            logger.warning("the snapshot of the queries is not written", reason=str(error))

    def _written(self) -> float:
        try:
            return self._snapshot.stat().st_mtime
        except FileNotFoundError:
            return math.inf

    def forget(self) -> None:
        """Take the snapshot away, for good in this run: it may hold words of who was forgotten.

        The matcher keeps some of the words of queries that are gone until the next start.
        """
        self._forgetful = True
        self._snapshot.unlink(missing_ok=True)
