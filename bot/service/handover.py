"""From reading to matching: handed over in memory where one process does both, else by the store.

Handing over in memory is quicker, and must not overtake what waits in the store: so it is looked
at within the transaction that records, and where something waits, what came waits behind it.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import RoleLost, StoreError
from bot.model import Source, SourceKind
from bot.service.reading import Reading
from bot.store import arrivals, polls
from bot.store.sources import get_source

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from sqlalchemy import Connection

    from bot.service.reading import Taking
    from bot.store.arrivals import Waiting
    from bot.store.engine import Store
    from bot.store.polls import Polled

log = structlog.get_logger(__name__)

_PAGE: Final = 500  # items
_IDLE: Final = 2.0  # seconds after which the loop looks for what nobody announced
_PAUSE: Final = 1.0  # seconds, where the store refuses


class _Behind(Exception):
    """Something waits that came before."""


class Handover:
    """Takes what sources bring; ``waits`` is called when some of it waits in the store."""

    def __init__(self, store: Store, waits: Callable[[], None]) -> None:
        self._store = store
        self._waits = waits
        self._direct: Taking | None = None
        # Whether nothing waits; where others put something there as well, that is never known.
        self._clear = False

    @contextmanager
    def directly(self, intake: Taking) -> Iterator[None]:
        """Meanwhile matching is done here."""
        self._direct = intake
        try:
            yield
        finally:
            self._direct = None

    async def take(self, reading: Reading) -> int:
        """Put the items on record, or among those that wait to be; how many were new."""

        def in_turn(conn: Connection, new: int) -> Polled | None:
            if not self._clear and arrivals.any_left(conn):
                raise _Behind
            self._clear = not self._store.shared
            return reading.settle(conn, new)

        if self._direct is not None:
            with suppress(_Behind, RoleLost):
                return await self._direct.take(replace(reading, settle=in_turn))

        self._clear = False

        def work(conn: Connection) -> int:
            self._clear = False
            new = arrivals.put(
                conn, reading.items, rings=reading.rings, waiting=reading.waiting, now=reading.now
            )
            polled = reading.settle(conn, new)
            if polled is not None:
                polls.settle_polls(conn, [polled])
            return new

        new = await self._store.write(work)
        if reading.items:
            self._waits()
        return new


class Matching:
    """Works off what waits in the store, in the order in which it was read."""

    def __init__(self, store: Store, intake: Taking) -> None:
        self._store = store
        self._intake = intake
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Something waits. To be called in the loop's thread."""
        self._awake.set()

    async def run(self) -> None:
        """Match what an earlier run left, then what comes, until cancelled."""
        await self._again(lambda: self._store.write(arrivals.retry))
        while True:
            self._awake.clear()
            await self._again(self.drain)
            # Not wait_for: before Python 3.12 it can swallow the cancellation that ends this loop.
            with suppress(TimeoutError):
                async with asyncio.timeout(_IDLE):
                    await self._awake.wait()

    async def drain(self) -> None:
        """Match all that waits. Raises StoreError; what is not on record by then waits still."""
        while page := await self._store.read(lambda conn: arrivals.oldest(conn, _PAGE)):
            sources = await self._store.read(partial(_sources, waiting=page))
            together = groupby(
                page, lambda one: (one.item.source, one.arrived, one.rings, one.waiting)
            )
            readings = [(sources[source], list(some)) for (source, *_), some in together]
            await asyncio.gather(*(self._take(source, some) for source, some in readings))

    async def _take(self, source: Source, some: Sequence[Waiting], *, again: bool = True) -> None:
        try:
            await self._intake.take(
                Reading(
                    source,
                    [each.item for each in some],
                    rings=some[0].rings,
                    waiting=some[0].waiting,
                    now=some[-1].arrived,
                    settle=lambda conn, _new: arrivals.done(conn, some),
                )
            )
        except RoleLost:
            raise
        except Exception as error:
            # The boundary of one item: what is wrong with it must not hold up the others.
            if isinstance(error, StoreError):
                await self._store.write(lambda _conn: None)  # the same, if it is the store
            if again:
                for each in some:
                    await self._take(source, [each], again=False)
                return
            log.exception("an item could not be recorded", item=some[0].item.id, source=source.key)
            reason = f"{type(error).__name__}: {error}"
            await self._store.write(lambda conn: arrivals.set_aside(conn, some[0], reason))

    @staticmethod
    async def _again(work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except StoreError as error:
                log.error("items wait to be matched", reason=str(error))
                await asyncio.sleep(_PAUSE)
            else:
                return


def _sources(conn: Connection, waiting: Sequence[Waiting]) -> dict[str, Source]:
    """The sources of what waits; of one that is nowhere any more, its key."""
    found = {}
    for key in {each.item.source for each in waiting}:
        known = get_source(conn, key)
        found[key] = known[0] if known else Source(key, SourceKind.FEED, "")
    return found
