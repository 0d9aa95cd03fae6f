"""Behind the tables: who is forgotten leaves the files of the store too, at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import StoreError
from bot.store import forgetting

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.engine import Store

log = structlog.get_logger(__name__)

_PAUSE: Final = timedelta(seconds=2)
# Everybody may have themselves forgotten again and again: the files are written anew once a minute.
_APART: Final = timedelta(minutes=1)
_IDLE: Final = 60.0  # seconds after which it looks whether somebody was forgotten without a word


class Forgetting:
    """Scrubs the store's files each time that it is woken, again and again until that is done.

    Several who go at about the same time are one scrubbing. ``begins`` is called before each.
    """

    def __init__(
        self,
        store: Store,
        begins: Callable[[], None] = lambda: None,
        *,
        pause: timedelta = _PAUSE,
        apart: timedelta = _APART,
    ) -> None:
        self._store = store
        self._apart = apart.total_seconds()
        self._begins = begins
        self._pause = pause.total_seconds()
        self._asked = asyncio.Event()

    def wake(self) -> None:
        """Somebody was forgotten, and that is committed. To be called in the loop's thread."""
        self._asked.set()

    async def run(self) -> None:
        """Scrub what an earlier run was killed over, then whenever it is asked for."""
        while True:
            if not await self._is_due():
                # Not wait_for: before Python 3.12 it can swallow a cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(_IDLE):
                        await self._asked.wait()
                continue
            self._asked.clear()
            self._begins()
            if await self._scrub():
                await asyncio.sleep(self._apart)
            else:
                self._asked.set()
                await asyncio.sleep(self._pause)

    async def _is_due(self) -> bool:
        if self._asked.is_set():
            return True
        try:
            return await self._store.read(forgetting.scrub_is_due)
        except StoreError:
            return False  # looked at again

    async def _scrub(self) -> bool:
        """Leave nothing of what was deleted in the store's files; False where that must wait."""
        try:
            clean = await self._store.scrub()
            if clean:
                now = datetime.now(UTC)
                await self._store.write(lambda conn: forgetting.scrubbed(conn, now))
        except StoreError as error:
            log.warning("the store's files are not scrubbed yet", reason=str(error))
            return False
        return clean
