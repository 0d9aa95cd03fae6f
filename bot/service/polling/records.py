"""What polls leave behind, written many at a time: most of them found nothing new."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from bot.errors import StoreError
from bot.store import polls

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import FeedState
    from bot.store.engine import Store
    from bot.store.polls import Quiet

log = structlog.get_logger(__name__)

# Seconds: a commit for each poll would keep the disk busy with little, and nobody waits for these. A crash
# has the feeds asked once more whose polls were not yet written.
GATHERS = 0.05


class Records:
    """Takes feed states and writes all that have come since the last commit in the next one.

    What cannot be written is dropped: the lease runs out and the feed is polled again.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._quiet: list[Quiet] = []
        self._states: list[tuple[str, FeedState, str]] = []
        self._later: list[tuple[str, datetime, str]] = []
        self._some = asyncio.Event()
        self._all = asyncio.Event()

    def quiet(self, outcome: Quiet) -> None:
        """The outcome of a poll that found nothing new; it ends the lease."""
        self._quiet.append(outcome)
        self._some.set()

    def settle(self, key: str, state: FeedState, token: str) -> None:
        """A poll's outcome; it ends the lease."""
        self._states.append((key, state, token))
        self._some.set()

    def put_off(self, key: str, due: datetime, token: str) -> None:
        """A feed that is not polled now after all; it ends the lease."""
        self._later.append((key, due, token))
        self._some.set()

    def all_in(self) -> None:
        """No poll is under way any more: there is nothing to wait for."""
        self._all.set()

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._some.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHERS):
                    await self._all.wait()
            await self.flush()

    async def flush(self) -> None:
        """Write what there is."""
        self._some.clear()
        self._all.clear()
        quiet, self._quiet = self._quiet, []
        states, self._states = self._states, []
        later, self._later = self._later, []

        def work(conn: Connection) -> None:
            polls.settle_quiet(conn, quiet)
            polls.settle_polls(conn, states)
            polls.put_off(conn, later)

        count = len(quiet) + len(states) + len(later)
        if not count:
            return
        try:
            # Shielded: a stop must not undo what it finds half written. The writer keeps the order.
            await asyncio.shield(self._store.write(work))
        except StoreError as error:
            log.error("polls not stored", polls=count, reason=str(error))
