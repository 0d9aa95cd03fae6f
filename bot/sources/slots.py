"""How many requests are out at once, in all and at one host, and how long a host then rests."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta

_PAUSE_MAX = 10.0  # seconds


class Slots:
    """At most ``concurrency`` requests in all and ``per_host`` at one host.

    ``spacing`` is the pause behind each answer of a host before the next may take its place. A
    slow answer makes it longer: a server that labours is left alone for as long as it took.
    """

    def __init__(self, concurrency: int, per_host: int, spacing: timedelta) -> None:
        self._all = _Gate(concurrency)
        self._per_host = per_host
        self._spacing = spacing.total_seconds()
        self._hosts: dict[str, _Host] = {}

    def __len__(self) -> int:
        """How many hosts are asked, rest, or are waited for."""
        return len(self._hosts)

    async def take(self, name: str) -> Slot:
        """Waits for the host of that name first: a busy one holds no slot that others could use.

        Whoever has the slot gives it back with ``release()``, whatever happens.
        """
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(self._per_host)
        host.users += 1
        try:
            if not host.gate.enter_now():
                await host.gate.enter()
            try:
                if not self._all.enter_now():
                    await self._all.enter()
            except BaseException:
                host.gate.leave()
                raise
        except BaseException:
            self._leave(name, host)
            raise
        return Slot(self, name, host)

    def give_back(self, slot: Slot) -> None:
        """Frees the slot's place at once for others, and its host's after the pause."""
        self._all.leave()
        pause = self._pause(time.monotonic() - slot.began) if self._spacing else 0.0
        if pause:
            loop = asyncio.get_running_loop()
            loop.call_later(pause, self._free, slot.name, slot.host)
        else:
            self._free(slot.name, slot.host)

    def _pause(self, took: float) -> float:
        """How long the slot rests, in seconds."""
        return min(max(self._spacing, took), max(self._spacing, _PAUSE_MAX))

    def _free(self, name: str, host: _Host) -> None:
        host.gate.leave()
        self._leave(name, host)

    def _leave(self, name: str, host: _Host) -> None:
        host.users -= 1
        if not host.users:
            self._hosts.pop(name, None)


class Slot:
    """A place at a host; ``began`` is when it was taken, on the monotonic clock."""

    __slots__ = ("_slots", "began", "host", "name")

    def __init__(self, slots: Slots, name: str, host: _Host) -> None:
        self._slots = slots
        self.name = name
        self.host = host
        self.began = time.monotonic()

    def release(self) -> None:
        """Give it back, once."""
        self._slots.give_back(self)


class _Host:
    """How many ask a host now, rest from it, or wait to."""

    __slots__ = ("gate", "users")

    def __init__(self, limit: int) -> None:
        self.gate = _Gate(limit)
        self.users = 0


class _Gate:
    """Lets so many in at a time, in the order in which they came.

    A semaphore of asyncio looks at all who have been let in and have not moved yet whenever one
    leaves; with hundreds of requests on the way that is most of what a poll costs.
    """

    __slots__ = ("_free", "_waiting")

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._waiting: deque[asyncio.Future[None]] = deque()

    def enter_now(self) -> bool:
        """Take a place if there is one: nobody waits then."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def enter(self) -> None:
        """Wait for a place, where :meth:`enter_now` gave none."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # it was let in at the very moment in which it gave up
            raise

    def leave(self) -> None:
        """Give the place to the one who has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
