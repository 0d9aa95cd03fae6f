"""What happened, told to everybody who listens: open pages and tests that wait."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

BACKLOG = 1000
"""Events that a slow listener may lag behind before it is sent away to ask for the state anew."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; ``number`` counts from 1."""

    number: int
    kind: str
    data: Any = None


@dataclass(slots=True, eq=False)
class Listener:
    """One listener's own queue of events; None is the end."""

    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(BACKLOG + 1))

    async def next(self) -> Event | None:
        """The next event, None when there will be no more."""
        return await self.queue.get()


class Hub:
    """Passes each event to each listener, at once and in order."""

    def __init__(self) -> None:
        self.number = 0
        self._listeners: set[Listener] = set()
        self._closed = False

    @contextmanager
    def listen(self) -> Iterator[Listener]:
        """A listener for as long as the block runs."""
        listener = Listener()
        if self._closed:
            listener.queue.put_nowait(None)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def publish(self, kind: str, data: Any = None) -> None:
        """Tell everybody. A listener that lags too far behind is ended."""
        self.number += 1
        event = Event(self.number, kind, data)
        for listener in list(self._listeners):
            if listener.queue.qsize() >= BACKLOG:
                self._end(listener)
            else:
                listener.queue.put_nowait(event)

    def close(self) -> None:
        """End all listeners, also those that come later."""
        self._closed = True
        for listener in list(self._listeners):
            self._end(listener)

    def _end(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        listener.queue.put_nowait(None)
