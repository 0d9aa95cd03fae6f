"""Hubs that push feeds: subscribing, renewing, and taking what they send (WebSub)."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog

from bot.errors import FetchError, ParseError, StoreError
from bot.service.reading import Reading
from bot.sources.websub import Hub, find_hub, is_signed, subscription
from bot.store import pushes
from bot.store import sources as store_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.model import Source
    from bot.service.reading import Taking
    from bot.sources.fetch import Fetched, Fetcher
    from bot.sources.parsed import ParsedFeed
    from bot.sources.pool import ParsePool
    from bot.store.engine import Store
    from bot.store.pushes import Push

log = structlog.get_logger(__name__)

LEASE = timedelta(days=10)
LEASE_MIN, LEASE_MAX = timedelta(minutes=5), timedelta(days=30)
RENEW_AT = 0.8  # of a lease
UNCONFIRMED = timedelta(hours=6)  # a hub that took the request and never called back
REFUSED = timedelta(days=1)
TICK = 30.0  # seconds
_AT_ONCE = 4
_SECONDS = re.compile(r"[0-9]{1,9}")


class Pushing:
    """Subscribes at the hubs that feeds name. ``active`` holds the keys of the feeds they send.

    ``public_url`` is where the web port is reached from outside; a subscription's callback is
    below it, at a path that cannot be guessed. Hubs may call where nobody subscribes:
    ``confirmed`` is called when one has said something of a subscription.
    """

    def __init__(
        self,
        *,
        store: Store,
        fetcher: Fetcher,
        pool: ParsePool,
        intake: Taking,
        public_url: str,
        clock: Callable[[], datetime],
        confirmed: Callable[[], None] = lambda: None,
    ) -> None:
        self._confirmed = confirmed
        self._store = store
        self._fetcher = fetcher
        self._pool = pool
        self._intake = intake
        self._public_url = public_url
        self._clock = clock
        self._known: dict[str, Hub] = {}
        self._wake = asyncio.Event()
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self.active: set[str] = set()

    async def offer(self, source: Source, fetched: Fetched) -> None:
        """A feed was read: where it names a hub, that is to push it."""
        hub = find_hub(fetched.body or b"", fetched.link, fetched.url)
        if hub is None or self._known.get(source.key) == hub:
            return
        self._known[source.key] = hub
        now = self._clock()
        await self._store.write(
            lambda conn: pushes.offer(conn, source.key, hub.url, hub.topic, now)
        )
        self._wake.set()

    def wake(self) -> None:
        """Somebody else has heard of a hub. To be called in the loop's thread."""
        self._wake.set()

    async def run(self) -> None:
        """Subscribe and renew until cancelled."""
        while True:
            self._wake.clear()
            try:
                await self.tick()
            except StoreError as error:
                log.error("hubs not asked", reason=str(error))
            try:
                async with asyncio.timeout(TICK):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def tick(self) -> None:
        """Ask the hubs that are due."""
        known = await self._store.write(pushes.listed)
        now = self._clock()
        self._known = {push.source: Hub(push.hub, push.topic) for push in known}
        self.active.clear()
        self.active.update(push.source for push in known if _is_active(push, now))
        due = [push for push in known if push.renew <= now]
        await asyncio.gather(*map(self._subscribe, due))

    async def _subscribe(self, push: Push) -> None:
        hub = Hub(push.hub, push.topic)
        form = subscription(hub, self._callback(push), push.secret, LEASE)
        # Before the request: the hub may confirm while it still answers.
        await self._store.write(
            lambda conn: pushes.ask_again(conn, push.source, self._clock() + UNCONFIRMED)
        )
        try:
            status, said = await self._fetcher.post(push.hub, form)
            reason = None if status < HTTPStatus.MULTIPLE_CHOICES else f"{status} {said}"[:300]
        except FetchError as error:
            reason = str(error)
        if reason is not None:
            log.info("a hub does not take a subscription", source=push.source, reason=reason)
            again = self._clock() + REFUSED
            await self._store.write(lambda conn: pushes.ask_again(conn, push.source, again, reason))

    def _callback(self, push: Push) -> str:
        return f"{self._public_url}/push/{push.token}"

    async def verify(self, token: str, said: Mapping[str, str]) -> str | None:
        """A hub asks whether we want this (section 5.3): the challenge to echo, None for no."""
        push = await self._store.read(lambda conn: pushes.with_token(conn, token))
        if push is None or said.get("hub.topic") != push.topic:
            return None
        now = self._clock()
        if said.get("hub.mode") == "denied":
            reason = said.get("hub.reason", "denied")[:300]
            await self._store.write(lambda conn: pushes.refuse(conn, token, reason, now + REFUSED))
            self.active.discard(push.source)
            self._confirmed()
            return ""
        challenge = said.get("hub.challenge")
        if said.get("hub.mode") != "subscribe" or not challenge:
            return None  # we never end a subscription by asking: it lapses
        lease = _lease(said.get("hub.lease_seconds", ""))
        await self._store.write(
            lambda conn: pushes.confirm(conn, token, now + lease, now + lease * RENEW_AT)
        )
        self.active.add(push.source)
        self._confirmed()
        log.info("a hub pushes a feed", source=push.source, hub=push.hub)
        return challenge

    async def receive(
        self, token: str, body: bytes, *, signature: str, content_type: str | None
    ) -> HTTPStatus:
        """Something was sent to a callback; the status to answer, after what it brought is kept.

        What is not signed with our secret is acknowledged and dropped, as the standard has it.
        """
        push = await self._store.read(lambda conn: pushes.with_token(conn, token))
        if push is None:
            return HTTPStatus.NOT_FOUND
        if not is_signed(body, signature, push.secret):
            log.warning("a push without our signature", source=push.source)
            return HTTPStatus.ACCEPTED
        async with self._at_once:
            try:
                await self._take(push, body, content_type)
            except StoreError as error:
                log.error("a push was not stored", source=push.source, reason=str(error))
                return HTTPStatus.SERVICE_UNAVAILABLE  # the hub tries again
        return HTTPStatus.OK

    async def _take(self, push: Push, body: bytes, content_type: str | None) -> None:
        now = self._clock()
        known = await self._store.read(lambda conn: store_sources.get_source(conn, push.source))
        if known is None:
            return
        source, state = known
        parsed = None
        if state.first_read is not None:  # else what it holds first is backlog: a poll's business
            parsed = await self._parse(source, push.topic, body, content_type)
        if parsed is None:
            await self._store.write(lambda conn: pushes.poll_now(conn, source.key, now))
            return
        await self._intake.take(
            Reading(
                source,
                parsed.items,
                rings=True,
                now=now,
                settle=lambda conn, _: pushes.pushed(conn, push.token, now),
            )
        )

    async def _parse(
        self, source: Source, url: str, body: bytes, content_type: str | None
    ) -> ParsedFeed | None:
        """What was sent; None for a ping without news, or one that we cannot read."""
        try:
            return await self._pool.parse(
                body, source=source.key, url=url, content_type=content_type, lang=source.lang
            )
        except ParseError as error:
            log.info("a push is looked up in the feed", source=source.key, reason=str(error))
            return None


def _is_active(push: Push, now: datetime) -> bool:
    return push.state == "active" and push.expires is not None and push.expires > now


def _lease(text: str) -> timedelta:
    """What the hub grants; the bounds keep a strange one from being asked all the time."""
    asked = timedelta(seconds=int(text)) if _SECONDS.fullmatch(text) else LEASE
    return min(max(asked, LEASE_MIN), LEASE_MAX)
