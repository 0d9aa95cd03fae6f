"""Has what was held back leave when its time has come: a tick over due times in the store."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import StoreError
from bot.store import digests

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.attention import Burst
    from bot.rendering import Rendering
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

# Rows that are looked at for one round of folding …
_PAGE: Final = 1000
# … and chats that are folded together: they share a commit, and none should hold the writer long.
_AT_ONCE: Final = 8


class Digesting:
    """A tick of the scheduler; ``owed`` is called when messages are to be sent."""

    def __init__(
        self,
        store: Store,
        rendering: Rendering,
        owed: Callable[[], None],
        *,
        burst: Burst,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._rendering = rendering
        self._owed = owed
        self._burst = burst
        self._clock = clock

    async def tick(self) -> None:
        """Fold all that is due. What fails is due still, and the next tick tries again."""
        now = self._clock()
        try:
            while places := await self._store.read(lambda conn: digests.due(conn, now, _PAGE)):
                for at in range(0, len(places), _AT_ONCE):
                    await self._fold(places[at : at + _AT_ONCE], now)
        except StoreError as error:
            log.error("digests put off", reason=str(error))

    async def _fold(self, places: list[digests.Place], now: datetime) -> None:
        works = [
            partial(
                digests.fold, place=place, now=now, render=self._rendering.digest, burst=self._burst
            )
            for place in places
        ]
        if sum(await asyncio.gather(*map(self._store.write, works))):
            self._owed()
