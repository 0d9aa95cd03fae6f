"""Feeds: one tick asks the store which are due; each is fetched, parsed, matched and recorded."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import structlog

from bot.errors import FetchError, ParseError, StoreError
from bot.sources import schedule
from bot.store import leases
from bot.store import sources as store_sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.intake import Intake
    from bot.model import FeedState, Source
    from bot.sources.fetch import Fetched, Fetcher
    from bot.sources.pool import ParsePool
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

# Longer than the longest poll (the fetch's timeout, the parser's 10 s, a slow disk): a lease that
# runs out means that the process which held it is gone.
LEASE = timedelta(minutes=3)


class Polling:
    """Polls the feeds that are due, at most ``concurrency`` at once."""

    def __init__(
        self,
        *,
        store: Store,
        fetcher: Fetcher,
        pool: ParsePool,
        intake: Intake,
        every: timedelta,
        concurrency: int,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._pool = pool
        self._intake = intake
        self._every = every
        self._concurrency = concurrency
        self._clock = clock
        self._random = Random()  # noqa: S311 - spreads polls over time, guards nothing
        self._running: set[asyncio.Task[None]] = set()

    async def tick(self) -> None:
        """Claim what is due, as far as there is room, and start its polls."""
        room = self._concurrency - len(self._running)
        if room <= 0:
            return
        now = self._clock()
        try:
            claim = await self._store.write(
                lambda conn: leases.claim(conn, leases.FEEDS, limit=room, lease=LEASE, now=now)
            )
        except StoreError as error:
            log.error("feeds not polled", reason=str(error))
            return
        for row in claim.rows:
            source, state = store_sources.from_row(row)
            task = asyncio.create_task(self._poll(source, state, claim.token))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Break off the polls under way; their leases run out or are given back."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _poll(self, source: Source, state: FeedState, token: str) -> None:
        try:
            try:
                await self._read(source, state, token)
            except (FetchError, ParseError) as error:
                await self._failed(source, state, token, error)
        except StoreError as error:
            # The lease runs out and the feed is polled again: nothing was marked as read.
            log.error("poll not stored", source=source.key, reason=str(error))
        except asyncio.CancelledError:
            await self._store.write(
                lambda conn: leases.release(conn, leases.FEEDS, token, [source.key])
            )
            raise

    async def _read(self, source: Source, state: FeedState, token: str) -> None:
        fetched = await self._fetcher.fetch(
            source.address, etag=state.etag, last_modified=state.last_modified
        )
        now = self._clock()
        digest = _digest(fetched)
        if fetched.body is None or digest == state.body_hash:
            after = self._after(source, _echo(state, fetched, state.body_hash), fetched, now)
            await self._store.write(
                lambda conn: store_sources.set_feed_state(conn, source.key, after, token)
            )
            return
        parsed = await self._pool.parse(
            fetched.body,
            source=source.key,
            url=fetched.url,
            content_type=fetched.content_type,
            lang=source.lang,
        )
        first = state.first_read is None
        after = self._after(
            source, _echo(state, fetched, digest), fetched, now, ttl=parsed.ttl, changed=True
        )
        after = replace(after, first_read=state.first_read or now)
        recorded = await self._intake.take(
            source,
            parsed.items,
            rings=not first,
            now=now,
            settle=lambda conn: store_sources.set_feed_state(conn, source.key, after, token),
        )
        if first:
            log.info("new feed: backlog stored, not rung", source=source.key, items=recorded.new)
        if state.failures:
            log.info("feed answers again", source=source.key)

    def _after(
        self,
        source: Source,
        state: FeedState,
        fetched: Fetched,
        now: datetime,
        *,
        ttl: timedelta | None = None,
        changed: bool = False,
    ) -> FeedState:
        return schedule.after_success(
            state,
            changed=changed,
            wait=fetched.wait,
            ttl=ttl,
            every=source.every or self._every,
            own=source.every is not None,
            now=now,
            random=self._random,
        )

    async def _failed(
        self, source: Source, state: FeedState, token: str, error: FetchError | ParseError
    ) -> None:
        now = self._clock()
        after = schedule.after_failure(
            state, error, every=source.every or self._every, now=now, random=self._random
        )
        # One quiet line when a feed begins to fail and one when it is given up: not one a poll.
        if after.disabled:
            log.warning("feed given up", source=source.key, reason=str(error))
        elif not state.failures:
            log.warning("feed not read", source=source.key, reason=str(error))
        await self._store.write(
            lambda conn: store_sources.set_feed_state(conn, source.key, after, token)
        )


def _echo(state: FeedState, fetched: Fetched, digest: str | None) -> FeedState:
    """The validators to send next time: byte for byte what the server sent last."""
    if fetched.body is None:  # a 304 may renew them, and may leave them out
        return replace(
            state,
            etag=fetched.etag or state.etag,
            last_modified=fetched.last_modified or state.last_modified,
        )
    return replace(state, etag=fetched.etag, last_modified=fetched.last_modified, body_hash=digest)


def _digest(fetched: Fetched) -> str | None:
    return None if fetched.body is None else hashlib.sha256(fetched.body).hexdigest()
