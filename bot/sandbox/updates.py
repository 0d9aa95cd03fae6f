"""Updates that wait for the bot: the queue behind getUpdates and the webhook."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.refusals import conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.clock import Clock
    from bot.sandbox.records import Json

DAY = 24 * 60 * 60.0
LIFETIMES = {"callback_query": 150.0, "inline_query": 30.0}
"""Seconds that an update waits for the bot; a day for all others."""

ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that a bot gets only when it names them."""

LONGEST_BACKLOG = 100_000


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: int
    kind: str
    payload: Json
    expires: float

    def json(self) -> Json:
        return {"update_id": self.id, self.kind: self.payload}


class UpdateQueue:
    """Unconfirmed updates, oldest first, for one reader at a time."""

    def __init__(self, clock: Clock, first: int = 1) -> None:
        self._clock = clock
        self._next = first
        self._updates: deque[_Waiting] = deque(maxlen=LONGEST_BACKLOG)
        self._allowed: frozenset[str] | None = None
        self._reader = 0
        self._changed = asyncio.Event()
        self._closed = False
        self.webhook = False

    def __len__(self) -> int:
        self._expire()
        return len(self._updates)

    @property
    def allowed(self) -> list[str]:
        """The kinds that the bot asked for, empty for Telegram's default."""
        return sorted(self._allowed or ())

    def put(self, kind: str, payload: Json) -> int | None:
        """Add an update; its id, or None where the bot did not ask for this kind."""
        if (kind in ON_REQUEST) if self._allowed is None else (kind not in self._allowed):
            return None
        number = self._next
        self._next += 1
        expires = self._clock.now() + LIFETIMES.get(kind, DAY)
        self._updates.append(_Waiting(number, kind, payload, expires))
        self.wake()
        return number

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Remember which kinds the bot wants from now on: None changes nothing, [] is the default."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109 (the Bot API's own argument)
        """What getUpdates answers: waits up to ``timeout`` seconds while there is nothing.

        Raises Refusal (409) when a webhook is set, and when a newer poll takes over.
        """
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self._reader += 1
        mine = self._reader
        self.wake()
        self._confirm(offset)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while not self._closed:
            ready = self._ready(limit)
            rest = deadline - loop.time()
            if ready or rest <= 0:
                return ready
            await self.changed(rest)
            if self._reader != mine:
                raise conflict(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running"
                )
        return []

    def oldest(self) -> Json | None:
        """For the webhook: the oldest update, which stays until it is confirmed."""
        return next(iter(self._ready(1)), None)

    def confirm(self, number: int) -> None:
        """For the webhook: the update was taken."""
        self._confirm(number + 1)

    def drop(self) -> None:
        """Forget all that waits."""
        self._updates.clear()

    def close(self) -> None:
        """End open polls at once."""
        self._closed = True
        self.wake()

    def _ready(self, limit: int) -> list[Json]:
        self._expire()
        return [update.json() for update in list(self._updates)[:limit]]

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._updates) > -offset:
                self._updates.popleft()
        while self._updates and self._updates[0].id < offset:
            self._updates.popleft()

    def _expire(self) -> None:
        now = self._clock.now()
        if any(update.expires <= now for update in self._updates):
            kept = [update for update in self._updates if update.expires > now]
            self._updates = deque(kept, maxlen=LONGEST_BACKLOG)

    async def changed(self, seconds: float) -> None:
        """Wait until anything happens to the queue, at most ``seconds``."""
        changed = self._changed
        try:
            async with asyncio.timeout(seconds):
                await changed.wait()
        except TimeoutError:
            return

    def wake(self) -> None:
        """Let everybody who waits look again."""
        self._changed.set()
        self._changed = asyncio.Event()
