"""Works off the fan-outs: items with so many subscribers that they are rung page by page."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import StoreError
from bot.store import fan_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.engine import Store
    from bot.store.fan_out import Page

log = structlog.get_logger(__name__)

# Seconds of the writer's time for a page, its commit apart: others wait for it at most once.
_PAGE_SECONDS: Final = 0.008
_SMALLEST: Final = 50  # subscriptions
_LARGEST: Final = 1000
_FIRST: Final = 200
_IDLE: Final = 60.0  # seconds after which it looks for work that nobody announced
_PAUSE: Final = 5.0  # seconds, when the store refuses


class Fanning:
    """Rings page after page until there is nothing left; ``rung`` is called after each.

    A page is as large as the writer can do in a fraction of what others may be kept waiting;
    ``clock`` measures that, in seconds, ``now`` tells the time of day.
    """

    def __init__(
        self,
        store: Store,
        rung: Callable[[], None],
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._store = store
        self._rung = rung
        self._now = now
        self._clock = clock
        self._size = _FIRST
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """There is an item to fan out. To be called in the loop's thread."""
        self._awake.set()

    async def run(self) -> None:
        """Fan out what an earlier run left, then what comes, until cancelled."""
        while True:
            self._awake.clear()
            try:
                await self.drain()
            except StoreError as error:
                log.error("fan-outs put off", reason=str(error))
                await asyncio.sleep(_PAUSE)
                continue
            # Not wait_for: before Python 3.12 it can swallow the cancellation that ends this loop.
            with suppress(TimeoutError):
                async with asyncio.timeout(_IDLE):
                    await self._awake.wait()

    async def drain(self) -> int:
        """Fan out all that there is; how many deliveries are owed by it."""
        owed = 0
        while (page := await self._store.write(self._page)) is not None:
            owed += page.owed
            self._rung()
            if page.done:
                log.info("item rung for its many subscribers", item=page.item)
        return owed

    def _page(self, conn: Connection) -> Page | None:
        began = self._clock()
        page = fan_out.expand(conn, self._size, self._now())
        taken = self._clock() - began
        if page is not None and not page.done:
            # At most twice as many as before: one quick page says little.
            fitting = self._size * min(_PAGE_SECONDS / max(taken, 1e-6), 2.0)
            self._size = max(_SMALLEST, min(int(fitting), _LARGEST))
        return page
