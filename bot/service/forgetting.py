"""Behind the tables: who is forgotten leaves the files of the store too, at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import StoreError
from bot.store import forgetting

if TYPE_CHECKING:
    from bot.service.remembering import Remembering
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

_PAUSE: Final = timedelta(seconds=2)
# Everybody may have themselves forgotten again and again: the files are written anew once a minute.
_APART: Final = timedelta(minutes=1)


class Forgetting:
    """Scrubs the store's files each time that it is woken, again and again until that is done.

    Several who go at about the same time are one scrubbing.
    """

    def __init__(
        self,
        store: Store,
        remembering: Remembering | None = None,
        *,
        pause: timedelta = _PAUSE,
        apart: timedelta = _APART,
    ) -> None:
        self._store = store
        self._apart = apart.total_seconds()
        self._remembering = remembering
        self._pause = pause.total_seconds()
        self._asked = asyncio.Event()

    def wake(self) -> None:
        """Somebody was forgotten, and that is committed. To be called in the loop's thread."""
        self._asked.set()

    async def run(self) -> None:
        """Scrub what an earlier run was killed over, then whenever it is asked for."""
        if await self._store.read(forgetting.scrub_is_due):
            self._asked.set()
        while True:
            await self._asked.wait()
            self._asked.clear()
            if self._remembering is not None:
                self._remembering.forget()
            if await self._scrub():
                await asyncio.sleep(self._apart)
            else:
                self._asked.set()
                await asyncio.sleep(self._pause)

    async def _scrub(self) -> bool:
        """Leave nothing of what was deleted in the store's files; False where that must wait."""
        try:
            clean = await self._store.scrub()
            if clean:
                await self._store.write(forgetting.scrubbed)
        except StoreError as error:
            log.warning("the store's files are not scrubbed yet", reason=str(error))
            return False
        return clean
