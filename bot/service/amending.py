"""Has alerts edited when more have reported their story: a tick over due times in the store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import StoreError
from bot.store import amending

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.store.engine import Store

log = structlog.get_logger(__name__)

_PAGE: Final = 200  # alerts that are looked at in one transaction


class Amending:
    """A tick of the scheduler; ``owed`` is called when edits are to be sent."""

    def __init__(
        self, store: Store, owed: Callable[[], None], *, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._owed = owed
        self._clock = clock

    async def tick(self) -> None:
        """Owe all edits that are due. What fails is due still, and the next tick tries again."""
        now = self._clock()
        work = partial(amending.expand, limit=_PAGE, now=now)
        try:
            due = await self._store.read(amending.next_due)
            while due is not None and due <= now:
                page = await self._store.write(work)
                if page is None:
                    return
                if page.owed:
                    self._owed()
        except StoreError as error:
            log.error("edits put off", reason=str(error))
