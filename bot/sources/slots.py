"""How many requests are out at once, in all and at one host, and how long a host then rests."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.sources.hosts import host_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import timedelta

_PAUSE_MAX = 10.0  # seconds


class Slots:
    """At most ``concurrency`` requests in all and ``per_host`` at one host.

    ``spacing`` is the pause behind each answer of a host before the next may take its place. A
    slow answer makes it longer: a server that labours is left alone for as long as it took.
    """

    def __init__(self, concurrency: int, per_host: int, spacing: timedelta) -> None:
        self._all = asyncio.Semaphore(concurrency)
        self._per_host = per_host
        self._spacing = spacing.total_seconds()
        self._hosts: dict[str, _Host] = {}

    def __len__(self) -> int:
        """How many hosts are asked, rest, or are waited for."""
        return len(self._hosts)

    @asynccontextmanager
    async def at(self, url: str) -> AsyncIterator[None]:
        """Waits for the host first, so that a busy host holds no slot that others could use."""
        name = host_of(url)
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(self._per_host)
        host.users += 1
        try:
            await host.semaphore.acquire()
        except BaseException:
            self._leave(name, host)
            raise
        began = None
        try:
            async with self._all:
                began = time.monotonic()
                yield
        finally:
            # What was cancelled before it asked leaves nothing to rest from.
            pause = 0.0 if began is None else self._pause(time.monotonic() - began)
            if pause:
                asyncio.get_running_loop().call_later(pause, self._free, name, host)
            else:
                self._free(name, host)

    def _pause(self, took: float) -> float:
        """How long the slot rests, in seconds; not at all where no spacing is asked for."""
        least = self._spacing
        return min(max(least, took), max(least, _PAUSE_MAX)) if least else 0.0

    def _free(self, name: str, host: _Host) -> None:
        host.semaphore.release()
        self._leave(name, host)

    def _leave(self, name: str, host: _Host) -> None:
        host.users -= 1
        if not host.users:
            self._hosts.pop(name, None)


class _Host:
    """How many ask a host now, rest from it, or wait to."""

    __slots__ = ("semaphore", "users")

    def __init__(self, limit: int) -> None:
        self.semaphore = asyncio.Semaphore(limit)
        self.users = 0
