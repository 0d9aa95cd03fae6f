"""Which roles this process has at the moment, and running a role's work for as long as it does."""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import RoleLost, StoreError
from bot.service.wakes import Concern
from bot.store.roles import is_held

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from sqlalchemy import Connection

    from bot.service.wakes import Wakes
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

WEB: Final = "web"
"""The role that everybody may have at once."""
UPKEEP: Final = "upkeep"
"""Housekeeping: a lease like those of roles, for whoever comes first."""

LEASE: Final = timedelta(seconds=10)
_TICK: Final = 1.0  # seconds between two looks


class Roster:
    """The roles that a process was given, and which of them it holds.

    Where the store is shared they are held under leases, and a role that another process has is
    waited for. Where it is not, all of them are held from the beginning.
    """

    def __init__(
        self,
        store: Store,
        given: Collection[str],
        wakes: Wakes,
        *,
        lease: timedelta = LEASE,
        tick: float = _TICK,
    ) -> None:
        self.given = frozenset(given)
        self._store = store
        self._wakes = wakes
        self._wanted = self.given - {WEB} | {UPKEEP}
        self._token = secrets.token_hex(16)
        self._lease = lease.total_seconds()
        self._tick = tick
        self._leases = store.leases(self._token, lease)
        self._held = frozenset[str]() if self._leases else self._wanted
        self._renewed = time.monotonic()
        self._changed = asyncio.Condition()
        self._look = asyncio.Event()
        self._unready: dict[str, str] = {}

    def has(self, role: str) -> bool:
        """Whether this process holds a role."""
        return role in self._held or (role == WEB and WEB in self.given)

    def __str__(self) -> str:
        """What it has, and what it waits for, for a person."""
        has = sorted(role for role in self.given if self.has(role))
        waits = sorted(self.given - set(has))
        standby = f", and stands by for {', '.join(waits)}" if waits else ""
        return f"{', '.join(has) or 'nothing yet'}{standby}"

    def say(self, role: str, unready: str | None) -> None:
        """Why this process cannot do a role's work yet; None when it can."""
        self._unready[role] = unready or ""

    @property
    def unready(self) -> str | None:
        """What the roles that are held here lack."""
        return next((why for role, why in self._unready.items() if why and self.has(role)), None)

    def guarded(self, role: str) -> Store:
        """The store, for a role's work: who lost the role writes nothing any more."""
        if self._leases is None:
            return self._store
        return self._store.guarded(lambda conn: self._check(conn, role))

    async def begin(self) -> None:
        """Take what is free at the start. Raises StoreError."""
        await self._renew()

    async def run(self) -> None:
        """Renew what is held, and take what gets free, until cancelled."""
        if self._leases is None:
            return
        with self._wakes.hearing({Concern.ROLES: lambda _: self._look.set()}):
            while True:
                self._look.clear()
                # Not wait_for: before Python 3.12 it can swallow the cancellation.
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._tick):
                        await self._look.wait()
                with suppress(StoreError):
                    await self._renew()
                if time.monotonic() - self._renewed > self._lease:
                    await self._hold(frozenset())  # by now others may have them

    async def work(self, role: str, job: Callable[[], Awaitable[None]]) -> None:
        """Do a role's work whenever it is held, until cancelled. What the work raises is raised."""
        while True:
            await self._until(role, held=True)
            working = asyncio.ensure_future(job())
            lost = asyncio.create_task(self._until(role, held=False))
            try:
                await asyncio.wait({working, lost}, return_when=asyncio.FIRST_COMPLETED)
                if working.done() and not await self._begins_again(role, working):
                    working.result()
                    return
            finally:
                lost.cancel()
                working.cancel()
                await asyncio.gather(working, lost, return_exceptions=True)

    async def end(self) -> None:
        """Free what is held, for those who stand by: the work has ended."""
        if self._leases is None:
            return
        self._wanted = frozenset()
        with suppress(StoreError):
            await asyncio.to_thread(self._leases.give_up)
        self._leases.close()

    async def _begins_again(self, role: str, ended: asyncio.Future[None]) -> bool:
        """Whether work that ended only did so because the role is gone, or the store was.

        Where there is one process, it ends with what it cannot begin, and is started again.
        """
        error = None if ended.cancelled() else ended.exception()
        if self._leases is None or error is None:
            return False
        with suppress(StoreError):
            await self._renew()
        if self.has(role) and not _is_of_store(error):
            return False
        log.warning("the work of a role ended", role=role, why=str(error))
        await asyncio.sleep(self._tick)
        return True

    async def _renew(self) -> None:
        if self._leases is None or not self._wanted:
            return
        began = time.monotonic()
        said = {role: why for role, why in self._unready.items() if why}
        held = await asyncio.to_thread(self._leases.hold, self._wanted, said)
        self._renewed = began
        await self._hold(held)

    async def _hold(self, held: frozenset[str]) -> None:
        for role in sorted(held - self._held):
            log.info("role taken", role=role)
        for role in sorted(self._held - held):
            log.warning("role lost", role=role)
        async with self._changed:
            self._held = held
            self._changed.notify_all()

    async def _until(self, role: str, *, held: bool) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.has(role) is held)

    def _check(self, conn: Connection, role: str) -> None:
        if not is_held(conn, role, self._token):
            raise RoleLost(f"another process does the part of the work that is called {role}")


def _is_of_store(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(map(_is_of_store, error.exceptions))
    return isinstance(error, StoreError)
