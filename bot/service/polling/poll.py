"""One poll: ask, read, match, record; and what its outcome means for the next one."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import structlog

from bot.errors import FetchError, ParseError, SourceError, StoreError
from bot.service.polling import outcomes
from bot.service.polling.seen import Seen
from bot.service.reading import Reading
from bot.sources import schedule
from bot.sources.hosts import left_alone
from bot.store import items as store_items
from bot.store import resting
from bot.store import sources as store_sources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container

    from sqlalchemy import Connection

    from bot.model import FeedState, Source
    from bot.service.polling.records import Records
    from bot.service.reading import Taking
    from bot.sources.fetch import Fetched, Fetcher
    from bot.sources.hosts import Scope
    from bot.sources.parsed import ParsedFeed
    from bot.sources.pool import ParsePool
    from bot.store.engine import Store
    from bot.store.polls import DueFeed, Polled, Quiet

log = structlog.get_logger(__name__)

# An answer of so many items, none of which is known or dated after the last good poll, is a feed
# that was replaced or renumbered, and not news.
MASS = 100
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


async def _nobody(_source: Source, _reason: str) -> None:
    pass


class Rest(NamedTuple):
    """A host or domain that asked to be left alone, and until when."""

    name: str
    until: datetime


class Poller:
    """Polls a feed that has been claimed; every outcome ends on record.

    ``scope`` is what a Retry-After applies to besides the feed. ``given_up`` is told of a feed that will not be asked
    again, with the reason; ``offer`` is given what a good answer says of itself, for hubs; and
    ``pushed`` holds the keys of the feeds that a hub sends.
    """

    def __init__(
        self,
        *,
        store: Store,
        fetcher: Fetcher,
        pool: ParsePool,
        intake: Taking,
        records: Records,
        every: timedelta,
        clock: Callable[[], datetime],
        scope: Scope = "feed",
        given_up: Callable[[Source, str], Awaitable[None]] = _nobody,
        offer: Callable[[Source, Fetched], Awaitable[None]] | None = None,
        pushed: Container[str] = frozenset(),
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._pool = pool
        self._intake = intake
        self._records = records
        self._every = every
        self._every_ms = every // timedelta(milliseconds=1)
        self._clock = clock
        self._scope: Scope = scope
        self._given_up = given_up
        self._offer = offer
        self._pushed = pushed
        self._seen = Seen()
        self._random = Random()  # noqa: S311 - spreads polls over time, guards nothing

    async def poll(self, due: DueFeed) -> Rest | None:
        """Poll it once; who is to be left alone after that. Only a cancellation leaves here."""
        try:
            try:
                await self._read(due)
            except SourceError as error:
                return await self._failed(due, error)
            except StoreError:
                raise
            except Exception as error:
                # A defect that one feed brings out must not keep the others from being read.
                log.exception("a poll failed by a defect", source=due.key)
                defect = ParseError(f"a defect of Tocsin: {type(error).__name__}; see the log")
                return await self._failed(due, defect)
        except StoreError as error:
            # The lease runs out and the feed is polled again: nothing was marked as read.
            log.error("poll not stored", source=due.key, reason=str(error))
        return None

    async def _read(self, due: DueFeed) -> None:
        fetched = await self._fetcher.fetch(
            due.asked_at, etag=due.etag, last_modified=due.last_modified
        )
        digest = _digest(fetched)
        if fetched.body is not None and digest != due.body_hash:
            await self._read_body(due.source(), due.state(), due.token, fetched, digest)
        elif outcomes.is_quiet(due, fetched):
            self._records.quiet(self._quiet(due, fetched))
        else:
            await self._read_nothing(due.source(), due.state(), due.token, fetched)
        if due.failures:
            log.info("feed answers again", source=due.key)

    def _quiet(self, due: DueFeed, fetched: Fetched) -> Quiet:
        every = due.every
        interval, pace = schedule.pause(
            due.interval,
            changed=False,
            wait=schedule.milliseconds(fetched.wait),
            ttl=None,
            every=self._every_ms if every is None else every,
            own=every is not None,
            pushed=due.key in self._pushed,
        )
        after = schedule.until_next(interval, self._random, own=every is not None)
        answers = outcomes.answers(due.answers, fetched.status)
        return due.quiet(self._clock(), after, interval, pace, answers)

    async def _read_nothing(
        self, source: Source, state: FeedState, token: str, fetched: Fetched
    ) -> None:
        """Nothing new, but something else of its state is not what it was."""
        after = self._after(source, outcomes.echo(state, fetched, state.body_hash), fetched)
        if after.moved_polls < schedule.MOVES_MIN:
            self._records.settle(source.key, after, token)
        else:
            await self._store.write(lambda conn: outcomes.settle(conn, source, after, token))

    async def _read_body(
        self, source: Source, state: FeedState, token: str, fetched: Fetched, digest: str | None
    ) -> None:
        """A document that is not the last one: its items are recorded with the feed's state."""
        parsed = await self._pool.parse(
            fetched.body or b"",
            source=source.key,
            url=fetched.url,
            content_type=fetched.content_type,
            lang=source.lang,
            seen=self._seen.of(source.key) if state.first_read else (),
        )
        backlog = await self._is_backlog(source, state, fetched, parsed)
        echo = outcomes.echo(state, fetched, digest)

        def settle(conn: Connection, new: int) -> Polled:
            after = self._after(source, echo, fetched, ttl=parsed.ttl, changed=new > 0)
            return source.key, outcomes.settled_move(conn, source, after), token

        new = await self._intake.take(
            Reading(source, parsed.items, rings=not backlog, now=self._clock(), settle=settle)
        )
        self._seen.put(source.key, parsed.marks)
        if backlog:
            first = state.first_read is None
            event = "new feed: backlog stored, not rung" if first else "feed replaced: not rung"
            log.info(event, source=source.key, items=new)
        if self._offer is not None:
            await self._offer(source, fetched)

    async def _is_backlog(
        self, source: Source, state: FeedState, fetched: Fetched, parsed: ParsedFeed
    ) -> bool:
        """Whether the items are none that just came in.

        That is a feed's first reading. It is also an answer without one known item, where the feed
        has just moved or the answer is a mass of items, none dated after the last good poll.
        """
        last = state.last_success
        if state.first_read is None or last is None:
            return True
        if parsed.skipped:  # these are known
            return False
        items = parsed.items
        moved = fetched.moved_to is not None and fetched.moved_to != state.moved_to
        if not moved and len(items) < MASS:
            return False
        if not moved and any(item.published and item.published > last for item in items):
            return False
        ids = [item.id for item in items]

        def work(conn: Connection) -> bool:
            there = store_items.known(conn, source.key, ids)
            return not there and store_items.has_any(conn, source.key)

        return await self._store.read(work)

    def _after(
        self,
        source: Source,
        state: FeedState,
        fetched: Fetched,
        *,
        ttl: timedelta | None = None,
        changed: bool = False,
    ) -> FeedState:
        return schedule.after_success(
            schedule.after_move(state, fetched.moved_to),
            status=fetched.status,
            changed=changed,
            wait=fetched.wait,
            ttl=ttl,
            every=source.every or self._every,
            own=source.every is not None,
            now=self._clock(),
            random=self._random,
            pushed=source.key in self._pushed,
        )

    async def _failed(self, due: DueFeed, error: SourceError) -> Rest | None:
        source, state, token = due.source(), due.state(), due.token
        now = self._clock()
        after = schedule.after_failure(
            state, error, every=source.every or self._every, now=now, random=self._random
        )
        # One quiet line when a feed begins to fail and one when it is given up: not one a poll.
        if after.disabled:
            log.warning("feed given up", source=source.key, reason=str(error))
        elif not state.failures:
            log.warning("feed not read", source=source.key, reason=str(error))
        if state.location and not after.location:
            log.warning("feed asked at its old address again", source=source.key)
        rest = await self._leave_alone(due.asked_at, error, now)
        if after.disabled:
            await self._store.write(
                lambda conn: store_sources.set_feed_state(conn, source.key, after, token)
            )
            await self._given_up(source, str(error))
        else:
            self._records.settle(source.key, after, token)
        return rest

    async def _leave_alone(self, address: str, error: SourceError, now: datetime) -> Rest | None:
        """What a Retry-After says of one feed holds for its host or domain, where so configured."""
        if not isinstance(error, FetchError) or error.status not in _BUSY or not error.retry_after:
            return None
        name = left_alone(address, self._scope)
        if name is None:
            return None
        rest = Rest(name, now + min(error.retry_after, schedule.DAY))
        log.warning("host left alone", host=name, until=rest.until.isoformat())
        await self._store.write(lambda conn: resting.rest(conn, rest.name, rest.until, now))
        return rest


def _digest(fetched: Fetched) -> str | None:
    return None if fetched.body is None else hashlib.sha256(fetched.body).hexdigest()
