"""When a message may leave, so that Telegram never says "too many requests".

Telegram counts what reaches it in a sliding window: so many a second for the token, one a second
for a chat, twenty a minute for a group. A sender that spaces its requests by the clock still
breaks the window when the network delays one and hurries the next. Here a *slot* is taken when a
request leaves and comes free one window after its **answer** came. The request reached Telegram
before the answer, and whatever takes the slot next leaves a whole window later; so any window of
Telegram's holds at most as many messages as there are slots, whatever the network does. The price
is one round trip a window: 30/(1 s + round trip) messages a second instead of 30.

At a thousand a second (paid broadcasts) that price is paid back in part. Let a round trip never be
shorter than *f*. A message then arrives at the earliest *u* after it left, and its answer comes at
the earliest *f - u* after it arrived; so of two messages the second arrives at least ``left2 -
answered1 + f`` after the first, however *f* parts into *u* and the rest. A slot may come free *f*
earlier. The shortest of the last thousands of round trips stands for *f*, less a quarter.

Times are seconds of a monotonic clock, given as arguments: nothing here looks at a clock.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

_SECOND: Final = 1.0
_MINUTE: Final = 60.0
# Telegram's clock is not ours: a hundredth of a second covers how finely either is read.
_MARGIN: Final = 0.01
# Round trips that the shortest is taken of; and how much of it is believed.
_TRIPS: Final = 1000
_BELIEVED: Final = 0.75
# Two pauses that end within this time of each other are the same pause, seen from two chats.
_SAME_END: Final = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Ticket:
    """The slots that one request holds until its answer comes. Each is its own, never equal."""

    chat_id: int
    taken: float


class _Window:
    """``size`` slots, each free again ``length`` seconds after the answer."""

    __slots__ = ("_freed", "_length", "_open", "_size")

    def __init__(self, size: int, length: float) -> None:
        self._size = size
        self._length = length + _MARGIN
        self._open = 0  # requests without an answer yet
        self._freed: deque[float] = deque()  # when the answered ones' slots come free, ascending

    def free(self, now: float) -> int:
        while self._freed and self._freed[0] <= now:
            self._freed.popleft()
        return self._size - self._open - len(self._freed)

    def wait(self, now: float) -> float:
        """Seconds until a slot is free; infinite while that needs an answer first."""
        free = self.free(now)
        if free > 0:
            return 0.0
        # Fewer slots than requests is possible after a restart, when others' are remembered.
        return self._freed[-free] - now if -free < len(self._freed) else math.inf

    def take(self) -> None:
        self._open += 1

    def give_back(self, now: float, earlier: float = 0.0) -> None:
        self._open -= 1
        freed = now + self._length - earlier
        self._freed.append(max(freed, self._freed[-1]) if self._freed else freed)

    def remember(self, at: float, now: float) -> None:
        freed = at + self._length
        if freed <= now:
            return
        if self._freed and freed < self._freed[-1]:
            self._freed = deque(sorted((*self._freed, freed)))
        else:
            self._freed.append(freed)

    def idle(self, now: float) -> bool:
        return self.free(now) == self._size


class _Trips:
    """The shortest of the latest round trips, in seconds."""

    __slots__ = ("_count", "_last", "_shortest")

    def __init__(self) -> None:
        self._count = 0
        self._shortest = math.inf
        self._last = 0.0  # of the thousand before; 0 until there are so many

    def add(self, seconds: float) -> None:
        self._shortest = min(self._shortest, seconds)
        self._count += 1
        if self._count == _TRIPS:
            self._count, self._last, self._shortest = 0, self._shortest, math.inf

    @property
    def floor(self) -> float:
        return min(self._shortest, self._last)


@dataclass(slots=True)
class _ChatSlots:
    windows: list[_Window]
    halted_until: float = -math.inf

    def wait(self, now: float) -> float:
        return max(self.halted_until - now, *(window.wait(now) for window in self.windows), 0.0)

    def idle(self, now: float) -> bool:
        return self.halted_until <= now and all(window.idle(now) for window in self.windows)


@dataclass(slots=True)
class _Refusal:
    """The last "too many requests": whose, when, and until when."""

    chat_id: int
    at: float
    until: float


@dataclass(slots=True)
class Pacer:
    """The slots of one token, of each chat and of each group (a chat with a negative id).

    ``paid`` is for paid broadcasts: enough round trips are seen to count on the shortest.
    """

    per_second: int = 30
    per_chat: int = 1
    per_group: int = 20
    paid: bool = False
    _all: _Window = field(init=False)
    _chats: dict[int, _ChatSlots] = field(init=False, default_factory=dict)
    # The chats that have to wait, and when to look at each again; those with a request open are
    # looked at when its answer comes.
    _full: set[int] = field(init=False, default_factory=set)
    _looks: list[tuple[float, int]] = field(init=False, default_factory=list)
    _trips: _Trips = field(init=False, default_factory=_Trips)
    _halted_until: float = field(init=False, default=-math.inf)
    _refusal: _Refusal | None = field(init=False, default=None)
    _sweep_at: int = field(init=False, default=1024)

    def __post_init__(self) -> None:
        self._all = _Window(self.per_second, _SECOND)

    def free(self, now: float) -> int:
        """How many messages may leave now, to chats that are not :meth:`busy`."""
        return 0 if self._halted_until > now else max(self._all.free(now), 0)

    def busy(self, now: float) -> frozenset[int]:
        """The chats that have to wait."""
        while self._looks and self._looks[0][0] <= now:
            _, chat_id = heapq.heappop(self._looks)
            self._fill(chat_id, now)
        return frozenset(self._full)

    def wait(self, chat_id: int, now: float) -> float:
        """Seconds until a message to this chat may leave; infinite if an answer must come first."""
        everyone = max(self._halted_until - now, self._all.wait(now), 0.0)
        chat = self._chats.get(chat_id)
        return everyone if chat is None else max(everyone, chat.wait(now))

    def next_change(self, now: float) -> float:
        """Seconds until somebody who has to wait now may go on; infinite if nobody waits for time.

        Zero where nobody waits at all is of no use to a sleeper, so that is infinite too.
        """
        self.busy(now)
        everyone = max(self._halted_until - now, self._all.wait(now))
        somebody = self._looks[0][0] - now if self._looks else math.inf
        return min((wait for wait in (everyone, somebody) if wait > 0), default=math.inf)

    def reserve(self, chat_id: int, now: float) -> Ticket:
        """Takes the slots for one message; the caller has seen that :meth:`wait` is 0."""
        chat = self._chat(chat_id)
        self._all.take()
        for window in chat.windows:
            window.take()
        if chat.wait(now) > 0:
            self._full.add(chat_id)
        self._sweep(now)
        return Ticket(chat_id, now)

    def release(self, ticket: Ticket, now: float) -> None:
        """The answer came, or none will: the slots come free one window from ``now``."""
        self._trips.add(now - ticket.taken)
        self._all.give_back(now, _BELIEVED * self._trips.floor if self.paid else 0.0)
        for window in self._chat(ticket.chat_id).windows:
            window.give_back(now)
        self._fill(ticket.chat_id, now)

    def accepted(self, ticket: Ticket) -> None:
        """Telegram took the message: it is not pausing everyone."""
        if self._refusal is not None and ticket.taken >= self._refusal.at:
            self._refusal = None

    def refused(self, chat_id: int, now: float, after: float) -> bool:
        """Telegram asked for a pause of ``after`` seconds, and does not say of whom.

        The chat pauses. Everyone does, and the answer is True, when a second chat is told to wait
        until the same moment and no message has passed in between.
        """
        until = now + after + _MARGIN
        last = self._refusal
        self.halt(until, chat_id)
        self._refusal = _Refusal(chat_id, now, until)
        if (
            last is None
            or last.chat_id == chat_id
            or last.until <= now
            or abs(last.until - until) > _SAME_END
        ):
            return False
        self.halt(max(until, last.until))
        return True

    def halt(self, until: float, chat_id: int | None = None) -> None:
        """Nothing leaves before ``until``, to this chat or (None) to anyone."""
        if chat_id is None:
            self._halted_until = max(self._halted_until, until)
        else:
            chat = self._chat(chat_id)
            chat.halted_until = max(chat.halted_until, until)
            self._look(chat_id, chat.halted_until)

    def remember(self, chat_id: int, at: float, now: float = -math.inf) -> None:
        """A message that an earlier run of the program sent at ``at`` fills its slots too."""
        self._all.remember(at, now)
        for window in self._chat(chat_id).windows:
            window.remember(at, now)
        self._look(chat_id, at)

    def _look(self, chat_id: int, at: float) -> None:
        """The chat has to wait, as far as is known before ``at``."""
        self._full.add(chat_id)
        heapq.heappush(self._looks, (at, chat_id))

    def _fill(self, chat_id: int, now: float) -> None:
        """Whether the chat has to wait, and until when."""
        wait = self._chat(chat_id).wait(now)
        if wait <= 0:
            self._full.discard(chat_id)
        elif wait < math.inf:
            self._look(chat_id, now + wait)

    def _chat(self, chat_id: int) -> _ChatSlots:
        chat = self._chats.get(chat_id)
        if chat is None:
            windows = [_Window(self.per_chat, _SECOND)]
            if chat_id < 0:
                windows.append(_Window(self.per_group, _MINUTE))
            chat = self._chats[chat_id] = _ChatSlots(windows)
        return chat

    def _sweep(self, now: float) -> None:
        """Forgets chats with all their slots free, now and then: the cost a message is constant."""
        if len(self._chats) < self._sweep_at:
            return
        self._chats = {key: chat for key, chat in self._chats.items() if not chat.idle(now)}
        self._sweep_at = max(1024, 2 * len(self._chats))
