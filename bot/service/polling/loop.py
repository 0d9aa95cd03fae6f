"""Which feeds are asked when: one tick over due rows, and no more at a host than it bears.

There is no timer per feed. A claim takes what is due under a lease; each host has a queue of its
own, so that a thousand feeds of one host keep nobody else waiting. What a host cannot bear now is
given back and due later.
"""

from __future__ import annotations

import asyncio
from collections import deque
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

    from bot.service.polling.poll import Poller
    from bot.service.polling.records import Records
    from bot.sources.hosts import Scope
    from bot.store.engine import Store
    from bot.store.leases import Claim
    from bot.store.polls import DueFeed

log = structlog.get_logger(__name__)

# Longer than a feed waits in its host's queue and is polled: a lease that runs out means that the
# process which held it is gone.
LEASE = timedelta(minutes=10)
TICK = 1.0  # seconds
# So many times ``concurrency`` are claimed ahead, a sixteenth of which may wait for one host: a claim costs
# about a millisecond whatever it brings.
AHEAD = 16
FIRST = 4  # times ``concurrency``, where nothing is claimed yet: so asking begins at once


class _Host:
    """What waits for a host, and by how many it is being worked off."""

    __slots__ = ("queue", "served")

    def __init__(self) -> None:
        self.queue: deque[DueFeed] = deque()
        self.served = 0


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
        self._first = concurrency * FIRST
        self._host_queue = max(concurrency, per_host)
        self._per_host = per_host
        self._spacing = spacing
        self._scope = scope
        self._clock = clock
        self._random = Random()  # noqa: S311 - spreads polls over time, guards nothing
        self._hosts: dict[str, _Host] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._held: dict[str, DueFeed] = {}
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
                elif len(self._held) > self._ahead // 2:
                    # More may be due than there was room for: go on as soon as there is some.
                    await self._room.wait()
        finally:
            writing.cancel()
            await self.close()

    async def tick(self) -> bool:
        """Claim what is due, as far as there is room, and start it; whether more may be due."""
        held = len(self._held)
        room = self._ahead - held if held else self._first
        if room <= 0:
            return True
        now = self._clock()

        def work(conn: Connection) -> tuple[dict[str, datetime], Claim[DueFeed]]:
            claim = polls.claim_feeds(conn, limit=room, lease=LEASE, now=now)
            return resting.rests(conn, now), claim

        try:
            self._resting, claim = await self._store.write(work)
        except StoreError as error:
            log.error("feeds not polled", reason=str(error))
            return False
        for due in claim.rows:
            self._take(due)
        return len(claim.rows) == room

    async def settled(self) -> None:
        """Returns when nothing is held any more and all of it is on record."""
        while self._serving:
            await asyncio.wait(self._serving)
        await self._records.flush()

    async def close(self) -> None:
        """Break off the polls under way and give back what is held."""
        held = tuple(self._held.values())
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._records.flush()

        def work(conn: Connection) -> None:
            for token in {due.token for due in held}:
                leases.release(conn, leases.FEEDS, token)

        try:
            await self._store.write(work)
        except StoreError as error:
            log.warning("a claim could not be given back", reason=str(error))

    def _take(self, due: DueFeed) -> None:
        name = host_of(due.asked_at)
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host()
        if len(host.queue) >= self._host_queue:
            self._put_off(due, self._patience(len(host.queue)))
            return
        host.queue.append(due)
        self._held[due.key] = due
        if host.served < self._per_host:
            host.served += 1
            task = asyncio.create_task(self._serve(name, host))
            self._serving.add(task)
            task.add_done_callback(self._served)

    async def _serve(self, name: str, host: _Host) -> None:
        """Poll what waits for a host, one after the other."""
        try:
            while host.queue:
                due = host.queue.popleft()
                if not self._is_left_alone(due):
                    rest = await self._poller.poll(due)
                    if rest is not None:
                        self._resting[rest.name] = rest.until
                del self._held[due.key]
                if len(self._held) <= self._ahead // 2:
                    self._room.set()
                    if not self._held:
                        self._records.all_in()
        finally:
            host.served -= 1
            if not host.served and not host.queue:
                self._hosts.pop(name, None)

    def _served(self, task: asyncio.Task[None]) -> None:
        self._serving.discard(task)
        if not task.cancelled():
            task.result()  # nothing but a cancellation comes out; were it otherwise, it is logged

    def _is_left_alone(self, due: DueFeed) -> bool:
        """Whether the feed's server asked to be left alone; then it is due when that ends."""
        name = left_alone(due.asked_at, self._scope) if self._resting else None
        until = self._resting.get(name) if name else None
        if until is None or until <= self._clock():
            return False
        self._put_off(due, until - self._clock())
        return True

    def _put_off(self, due: DueFeed, by: timedelta) -> None:
        later = by * (1 + 0.1 * self._random.random())
        self._records.put_off(due.key, self._clock() + later, due.token)

    def _patience(self, before: int) -> timedelta:
        """How long so many feeds take at one host."""
        return max(self._spacing, timedelta(milliseconds=50)) * (before / self._per_host)
