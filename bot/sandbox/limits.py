"""How fast a bot may write: Telegram's limits as its FAQ for bots words them.

Telegram does not say how exactly it counts. Here: for the whole token a sliding window of one
second; for each chat a reserve of ``chat_burst`` messages that refills at ``per_chat_per_second``
(the "short bursts" that the FAQ tolerates; 1 tolerates none); for each group a sliding window of
one minute. Whoever runs into a limit is refused until ``retry_after`` is over, whatever else he
sends meanwhile, as with Telegram.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import asdict, dataclass

REMEMBERED_CHATS = 10_000


@dataclass(slots=True)
class Limits:
    """The figures; 0 switches a limit off.

    ``paid_per_second`` is the token's for messages that say ``allow_paid_broadcast``.

    ``halt`` is the least pause in seconds after a breach of the token's limit.
    """

    messages_per_second: float = 30
    paid_per_second: float = 1000
    per_chat_per_second: float = 1
    per_group_per_minute: float = 20
    chat_burst: int = 3
    halt: float = 3

    def json(self) -> dict[str, float]:
        """The figures by name."""
        return asdict(self)


class _Window:
    """At most ``size`` events within any ``length`` seconds."""

    __slots__ = ("times",)

    def __init__(self) -> None:
        self.times: deque[float] = deque()

    def wait(self, size: float, length: float, now: float) -> float:
        while self.times and self.times[0] <= now - length:
            self.times.popleft()
        return self.times[0] + length - now if len(self.times) >= size else 0.0


@dataclass(slots=True)
class _Reserve:
    """What a chat may still get at once; ``level`` was true at ``time``."""

    level: float
    time: float


class RateLimiter:
    """Counts messages; forgets the least recently used chats beyond ten thousand."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._token = _Window()
        self._groups: dict[int, _Window] = {}
        self._chats: dict[int, _Reserve] = {}
        self._halted: dict[int | None, float] = {}

    def admit(self, chat_id: int, now: float, *, group: bool, paid: bool = False) -> int | None:
        """None when a message may go (it is then counted), else the seconds to wait."""
        waits = {
            None: self._token_wait(now, paid=paid),
            chat_id: max(
                self._chat_wait(chat_id, now), self._group_wait(chat_id, now) if group else 0.0
            ),
        }
        for key, wait in waits.items():
            until = self._halted.get(key, 0.0)
            if wait <= 0 and until <= now:
                self._halted.pop(key, None)
                continue
            pause = max(until - now, math.ceil(wait), self._least(key) if wait > 0 else 0.0)
            self._halted[key] = now + pause
            return max(1, math.ceil(pause))
        self._count(chat_id, now, group=group)
        return None

    def reset(self) -> None:
        """Forget all that was counted."""
        for memory in (self._token.times, self._groups, self._chats, self._halted):
            memory.clear()

    def _least(self, key: int | None) -> float:
        return self.limits.halt if key is None else 0.0

    def _token_wait(self, now: float, *, paid: bool) -> float:
        size = self.limits.messages_per_second
        if size and paid:
            size = max(size, self.limits.paid_per_second)
        return self._token.wait(size or math.inf, 1.0, now)

    def _group_wait(self, chat_id: int, now: float) -> float:
        window = self._groups.setdefault(chat_id, _Window())
        return window.wait(self.limits.per_group_per_minute or math.inf, 60.0, now)

    def _chat_wait(self, chat_id: int, now: float) -> float:
        rate = self.limits.per_chat_per_second
        return max(0.0, (1.0 - self._level(chat_id, now)) / rate) if rate else 0.0

    def _level(self, chat_id: int, now: float) -> float:
        full = float(max(1, self.limits.chat_burst))
        reserve = self._chats.get(chat_id)
        if reserve is None:
            return full
        # The tiny rest forgives rounding: a message exactly a second after the last one may go.
        grown = reserve.level + (now - reserve.time) * self.limits.per_chat_per_second + 1e-6
        return min(full, grown)

    def _count(self, chat_id: int, now: float, *, group: bool) -> None:
        self._token.times.append(now)
        if group:
            self._groups[chat_id].times.append(now)
        level = self._level(chat_id, now)
        self._chats.pop(chat_id, None)
        self._chats[chat_id] = _Reserve(level - 1.0, now)
        if len(self._chats) > REMEMBERED_CHATS:
            forgotten = next(iter(self._chats))
            del self._chats[forgotten]
            self._groups.pop(forgotten, None)
