"""Keeps the matcher's queries in step with the subscriptions in the store, whoever changes them.

Who subscribes comes in by number: within the transaction that records items, what is newer than
what is known joins the matcher first. Writers come one after the other, so whatever was committed
before is there. Who is the last to leave a query is told of, and looked up once more before the
query is looked for no longer: somebody may have come meanwhile.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import StoreError
from bot.store import people

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.matching.matcher import Matcher
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

_PAUSE: Final = 5.0  # seconds, where the store refuses


class Following:
    """Follows the subscriptions behind number ``last``."""

    def __init__(self, matcher: Matcher, store: Store, last: int = 0) -> None:
        self._matcher = matcher
        self._store = store
        self._last = last
        self._ended: set[str] = set()
        self._awake = asyncio.Event()

    def advance(self, conn: Connection) -> None:
        """Have joined what is committed by now, over a connection that only reads."""
        last = self.follow(conn)
        if last is not None:
            self._last = last

    def follow(self, conn: Connection) -> int | None:
        """Have joined what this transaction sees; the number of the last that is new.

        It may see what is not committed in the end, with a number that will be another's. So it
        is looked for again until it was seen by :meth:`advance`.
        """
        newer = people.queries_after(conn, self._last)
        if not newer:
            return None
        unreadable = self._matcher.join(query for _, query in newer)
        if unreadable:  # what they ask for is theirs, and not for a log
            log.warning("subscriptions' queries do not read", queries=len(unreadable))
        return newer[-1][0]

    def ended(self, query: str) -> None:
        """A query has a subscriber less; with none named, any may. In the loop's thread."""
        self._ended.add(query)
        self._awake.set()

    async def run(self) -> None:
        """Drop what nobody subscribes to any more, until cancelled."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            ended, self._ended = self._ended, set()
            try:
                await self._drop(ended)
            except StoreError as error:
                log.error("queries nobody subscribes to stay for now", reason=str(error))
                self._ended |= ended
                self._awake.set()
                await asyncio.sleep(_PAUSE)

    async def _drop(self, ended: Collection[str]) -> None:
        if "" in ended:
            there = await self._store.read(people.watched_queries)
            ended = [query for query in self._matcher.queries() if query not in there]
        if not ended:
            return

        def work(conn: Connection) -> None:
            """Nobody writes meanwhile, and who comes later has a number that is not known yet."""
            for query in set(ended) - people.subscribed_queries(conn, ended):
                self._matcher.unwatch(query)

        await self._store.write(work)
