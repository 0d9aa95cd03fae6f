"""Working on a store that may refuse for a while: a full disk, a lock."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

import structlog

from bot.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy import Connection

    from bot.store.engine import Store

logger = structlog.get_logger(__name__)

T = TypeVar("T")

_WAIT: Final = 1.0  # seconds between two tries


class Patience:
    """A store whose refusals are waited out; said once when they begin and once when they end."""

    def __init__(self, store: Store, *, wait: float = _WAIT) -> None:
        self._store = store
        self._wait = wait
        self._refused = False

    async def read(self, work: Callable[[Connection], T]) -> T:
        """``store.read``, however long it takes."""
        return await self._insist(lambda: self._store.read(work))

    async def write(self, work: Callable[[Connection], T]) -> T:
        """``store.write``, however long it takes."""
        return await self._insist(lambda: self._store.write(work))

    async def _insist(self, work: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                result = await work()
            except StoreError as error:
                if not self._refused:
                    logger.warning("the store refuses, deliveries wait", why=str(error))
                self._refused = True
                await asyncio.sleep(self._wait)
            else:
                if self._refused:
                    logger.info("the store works again, deliveries go on")
                self._refused = False
                return result
