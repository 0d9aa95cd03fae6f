"""Which feeds are asked when: one tick over due rows, and no more at a host than it bears.

There is no timer per feed. A claim takes what is due under a lease; each host has a queue of its
own, so that a thousand feeds of one host keep nobody else waiting. What a host cannot bear now is
given back and due later.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import structlog

from bot.errors import StoreError
from bot.sources.hosts import host_of, left_alone
from bot.store import leases, polls, resting

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import FeedState, Source
    from bot.polling.poll import Poller, Rest
    from bot.polling.records import Records
    from bot.sources.hosts import Scope
    from bot.store.engine import Store
    from bot.store.leases import Claim

log = structlog.get_logger(__name__)

# Longer than a feed waits in its host's queue and is polled: a lease that runs out means that the
# process which held it is gone.
LEASE = timedelta(minutes=10)
TICK = 1.0  # seconds
# So many times ``concurrency`` are claimed ahead; an eighth of them may wait for one host.
AHEAD = 8


@dataclass(frozen=True, slots=True)
class Due:
    """A feed under a lease."""

    source: Source
    state: FeedState
    token: str

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self.state.location or self.source.address


class Polling:
    """Polls the feeds that are due, at most ``concurrency`` at once and ``per_host`` at a host."""

    def __init__(
        self,
        *,
        store: Store,
        poller: Poller,
        records: Records,
        concurrency: int,
        per_host: int,
        spacing: timedelta,
        scope: Scope,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._poller = poller
        self._records = records
        self._ahead = concurrency * AHEAD
        self._host_queue = max(concurrency, per_host)
        self._per_host = per_host
        self._spacing = spacing
        self._scope = scope
        self._clock = clock
        self._random = Random()  # noqa: S311 - spreads polls over time, guards nothing
        self._running: dict[asyncio.Task[Rest | None], Due] = {}
        self._asked: Counter[str] = Counter()
        self._waiting: dict[str, deque[Due]] = {}
        self._queued = 0
        self._resting: dict[str, datetime] = {}
        self._room = asyncio.Event()

    async def run(self) -> None:
        """Poll until cancelled."""
        writing = asyncio.create_task(self._records.run())
        try:
            while True:
                self._room.clear()
                if not await self.tick():
                    await asyncio.sleep(TICK)
                elif self._held > self._ahead // 2:
                    # More may be due than there was room for: go on as soon as there is some.
                    await self._room.wait()
        finally:
            writing.cancel()
            await self.close()

    async def tick(self) -> bool:
        """Claim what is due, as far as there is room, and start it; whether more may be due."""
        room = self._ahead - self._held
        if room <= 0:
            return True
        now = self._clock()

        def work(
            conn: Connection,
        ) -> tuple[dict[str, datetime], Claim[tuple[Source, FeedState]]]:
            claim = polls.claim_feeds(conn, limit=room, lease=LEASE, now=now)
            return resting.rests(conn, now), claim

        try:
            self._resting, claim = await self._store.write(work)
        except StoreError as error:
            log.error("feeds not polled", reason=str(error))
            return False
        for source, state in claim.rows:
            self._take(Due(source, state, claim.token))
        return len(claim.rows) == room

    async def settled(self) -> None:
        """Returns when nothing is held any more and all of it is on record."""
        while self._running or self._queued:
            await asyncio.wait(self._running)
            await asyncio.sleep(0)  # the callbacks that start what waited
        await self._records.flush()

    async def close(self) -> None:
        """Break off the polls under way and give back what is held."""
        held = [*self._running.values(), *(due for row in self._waiting.values() for due in row)]
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._records.flush()

        def work(conn: Connection) -> None:
            for token in {due.token for due in held}:
                leases.release(conn, leases.FEEDS, token)

        try:
            await self._store.write(work)
        except StoreError as error:
            log.warning("a claim could not be given back", reason=str(error))

    @property
    def _held(self) -> int:
        return len(self._running) + self._queued

    def _take(self, due: Due) -> None:
        host = host_of(due.address)
        queue = self._waiting.get(host)
        if self._is_left_alone(due):
            return
        if self._asked[host] < self._per_host:
            self._start(host, due)
        elif queue is not None and len(queue) >= self._host_queue:
            self._put_off(due, self._patience(len(queue)))
        else:
            self._waiting.setdefault(host, deque()).append(due)
            self._queued += 1

    def _start(self, host: str, due: Due) -> None:
        self._asked[host] += 1
        task = asyncio.create_task(self._poller.poll(due.source, due.state, due.token))
        self._running[task] = due
        task.add_done_callback(lambda task: self._done(host, task))

    def _done(self, host: str, task: asyncio.Task[Rest | None]) -> None:
        del self._running[task]
        self._asked[host] -= 1
        if not task.cancelled():
            if rest := task.result():
                self._resting[rest.name] = rest.until
            self._next_at(host)
        if not self._asked[host]:
            del self._asked[host]
        if self._held <= self._ahead // 2:
            self._room.set()

    def _next_at(self, host: str) -> None:
        queue = self._waiting.get(host)
        while queue and self._asked[host] < self._per_host:
            due = queue.popleft()
            self._queued -= 1
            if not self._is_left_alone(due):
                self._start(host, due)
        if not queue:
            self._waiting.pop(host, None)

    def _is_left_alone(self, due: Due) -> bool:
        """Whether the feed's server asked to be left alone; then it is due when that ends."""
        name = left_alone(due.address, self._scope) if self._resting else None
        until = self._resting.get(name) if name else None
        if until is None or until <= self._clock():
            return False
        self._put_off(due, until - self._clock())
        return True

    def _put_off(self, due: Due, by: timedelta) -> None:
        later = by * (1 + 0.1 * self._random.random())
        self._records.put_off(due.source.key, self._clock() + later, due.token)

    def _patience(self, before: int) -> timedelta:
        """How long so many feeds take at one host."""
        return max(self._spacing, timedelta(milliseconds=50)) * (before / self._per_host)
