"""What follows from Telegram's answer to a delivery: one of five outcomes.

A message that Telegram did not take for a reason that passes (too fast, nobody answered, a 502)
is tried again for as long as it takes: Telegram may be away for a day. What is tried a bounded
number of times is what blames the message or the chat: a refusal, a defect of ours, and a failure
that comes back for one message while others pass.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.errors import ChatGone, DeliveryError, MessageRefused, RetryLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.outbox import OwedDelivery

CHAT_TRIES: Final = 2
_BLAMED_TRIES: Final = 20  # with the backoff below some two hours
_DEFECT_TRIES: Final = 5
_FIRST_WAIT: Final = 1.0  # seconds; doubled at each try
_LONGEST_WAIT: Final = 600.0
_CHAT_WAIT: Final = timedelta(seconds=2)
# This many failures in a row, with no message passing between, and it is not the messages' fault.
_OUTAGE: Final = 3
_LONGEST_PAUSE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took it. ``message_id`` is None where the call makes no message."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class Postponed:
    """Try again after ``wait``."""

    wait: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """This message is on record as refused."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChatRefuses:
    """Nothing gets through to the chat: all that it is owed is on record as refused."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The group has another id now."""

    chat_id: int
    reason: str


Outcome: TypeAlias = Sent | Postponed | Refused | ChatRefuses | ChatMoved


@dataclass(slots=True)
class Judge:
    """Decides outcomes; remembers no more than the chats and messages that are in trouble.

    ``jitter`` gives a number from 0 to 1, so that what failed together is not tried together.
    """

    jitter: Callable[[], float] = random.random
    _in_a_row: int = field(init=False, default=0)
    _suspects: set[int] = field(init=False, default_factory=set)
    _failures: dict[int, int] = field(init=False, default_factory=dict)

    def passed(self, owed: OwedDelivery) -> None:
        """Telegram took this delivery."""
        self._in_a_row = 0
        self._suspects.discard(owed.chat_id)
        self._failures.pop(owed.id, None)

    def failed(self, owed: OwedDelivery, error: DeliveryError) -> Outcome:
        """What follows from the error that sending this delivery met with."""
        match error:
            case RetryLater(after=timedelta() as after):
                return Postponed(after, str(error))
            case RetryLater():
                return self._transient(owed, str(error))
            case ChatGone(moved_to=int() as chat_id) if chat_id != owed.chat_id:
                return ChatMoved(chat_id, str(error))
            case ChatGone():
                return self._gone(owed, str(error))
            case MessageRefused():
                # An answer came: the network works.
                self._in_a_row = 0
                self._failures.pop(owed.id, None)
                return Refused(str(error))
        raise error  # a wrong token is nothing about this delivery

    def defect(self, owed: OwedDelivery, error: Exception) -> Outcome:
        """What follows when our own code failed over this delivery."""
        return self._bounded(owed, f"{type(error).__name__}: {error}", _DEFECT_TRIES)

    def pause(self) -> float:
        """Seconds for which everyone waits: 0 unless Telegram itself seems to be away."""
        if self._in_a_row < _OUTAGE:
            return 0.0
        return float(min(2 ** min(self._in_a_row - _OUTAGE, 10), _LONGEST_PAUSE))

    def _transient(self, owed: OwedDelivery, reason: str) -> Outcome:
        self._in_a_row += 1
        if self._in_a_row >= _OUTAGE:
            return Postponed(timedelta(seconds=self.pause()), reason)
        return self._bounded(owed, reason, _BLAMED_TRIES)

    def _bounded(self, owed: OwedDelivery, reason: str, tries: int) -> Outcome:
        failures = self._failures[owed.id] = self._failures.get(owed.id, 0) + 1
        if failures < tries:
            return Postponed(self._backoff(failures), reason)
        del self._failures[owed.id]
        return Refused(f"gave up after {tries} tries: {reason}")

    def _gone(self, owed: OwedDelivery, reason: str) -> Outcome:
        self._in_a_row = 0
        # Counted for the chat, whichever of its deliveries met with it; and, over a restart, by
        # the delivery's own tries.
        if owed.chat_id in self._suspects or owed.attempts >= CHAT_TRIES:
            self._suspects.discard(owed.chat_id)
            return ChatRefuses(reason)
        self._suspects.add(owed.chat_id)
        return Postponed(_CHAT_WAIT, reason)

    def _backoff(self, failures: int) -> timedelta:
        wait = min(_FIRST_WAIT * 2 ** min(failures - 1, 16), _LONGEST_WAIT)
        return timedelta(seconds=wait * (0.75 + 0.25 * self.jitter()))
