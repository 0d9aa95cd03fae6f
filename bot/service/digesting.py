"""Has what was held back leave when its time has come: a tick over due times in the store."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import StoreError
from bot.model import Priority
from bot.store import digests, outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.attention import Burst
    from bot.model import Message
    from bot.service.rendering import Rendering
    from bot.store.engine import Store
    from bot.weekly_charts import WeeklyCharts

log = structlog.get_logger(__name__)

# Rows that are looked at for one round of folding …
_PAGE: Final = 1000
# … and chats that are folded together: they share a commit, and none should hold the writer long.
_AT_ONCE: Final = 8
# Charts of one tick, about a second each; the digests behind them go without, and in time.
_MOST_CHARTS: Final = 60


class Digesting:
    """A tick of the scheduler; ``owed`` is called when messages are to be sent."""

    def __init__(
        self,
        store: Store,
        rendering: Rendering,
        charts: WeeklyCharts,
        owed: Callable[[], None],
        *,
        burst: Burst,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._rendering = rendering
        self._charts = charts
        self._owed = owed
        self._burst = burst
        self._clock = clock

    async def tick(self) -> None:
        """Fold all that is due. What fails is due still, and the next tick tries again."""
        now = self._clock()
        drawn: set[digests.Place] = set()
        try:
            while places := await self._store.read(lambda conn: digests.due(conn, now, _PAGE)):
                for at in range(0, len(places), _AT_ONCE):
                    some = places[at : at + _AT_ONCE]
                    await self._fold(some, await self._draw(some, drawn, now), now)
        except StoreError as error:
            log.error("digests put off", reason=str(error))

    async def _draw(
        self, places: Sequence[digests.Place], drawn: set[digests.Place], now: datetime
    ) -> dict[digests.Place, Message]:
        """The charts that these digests come with; each chat has one a tick, which ``drawn`` notes."""
        charts = {}
        for place in places:
            if place in drawn or len(drawn) >= _MOST_CHARTS:
                continue
            chart = await self._charts.draw(place, now)
            if chart is not None:
                charts[place] = chart
                drawn.add(place)
        return charts

    async def _fold(
        self,
        places: Sequence[digests.Place],
        charts: Mapping[digests.Place, Message],
        now: datetime,
    ) -> None:
        works = [
            partial(self._owe, place=place, chart=charts.get(place), now=now) for place in places
        ]
        if sum(await asyncio.gather(*map(self._store.write, works))):
            self._owed()

    def _owe(
        self, conn: Connection, *, place: digests.Place, chart: Message | None, now: datetime
    ) -> int:
        """The digest and its chart, in one transaction; how many messages are owed for the first."""
        told = digests.fold(conn, place, now, self._rendering.digest, self._burst)
        if told and chart is not None:
            chat, thread = place
            outbox.enqueue(conn, chat, chart, thread_id=thread, priority=Priority.DIGEST, now=now)
        return told
