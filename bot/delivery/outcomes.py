"""What follows from Telegram's answer to a delivery: one of six outcomes.

A message that Telegram did not take for a reason that passes (too fast, nobody answered, a 502)
is tried again for as long as it takes: Telegram may be away for a day. What is tried a bounded
number of times is what blames the message or the chat: a refusal, a defect of ours, and a failure
that comes back for one message while others pass. Such a message is set aside after a few tries,
so that it holds up nothing in its chat, and given up after more.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.errors import ChatGone, DeliveryError, MessageRefused, RetryLater, ThreadGone
from bot.model import Priority

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.outbox import OwedDelivery

CHAT_TRIES: Final = 2
_BLAMED_TRIES: Final = 20  # with the backoff below about an hour
_DEFECT_TRIES: Final = 5
# So many tries in its place, which take some thirteen seconds, then it holds up nothing any more.
_ASIDE_TRIES: Final = 8
_FIRST_WAIT: Final = 1.0  # seconds; doubled at each try
_LONGEST_IN_PLACE: Final = 2.0
_LONGEST_WAIT: Final = 600.0
_CHAT_WAIT: Final = timedelta(seconds=2)
# This many failures in a row, with no message passing between, and it is not the messages' fault.
_OUTAGE: Final = 3
_LONGEST_PAUSE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took it. ``message_id`` is None where the call makes no message.

    ``pictured``: the message is a picture with a caption.
    """

    message_id: int | None
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """Try again after ``wait``.

    ``asked``: it was Telegram that named the wait. ``blamed``: the failure is the message's own.
    ``everyone``: the wait is the whole bot's. ``aside``: what is behind it need not wait for it.
    """

    wait: timedelta
    reason: str
    asked: bool = False
    everyone: bool = False
    blamed: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """This message is on record as refused."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChatRefuses:
    """Nothing gets through to the chat: all that it is owed is on record as refused."""

    reason: str


@dataclass(frozen=True, slots=True)
class ThreadRefuses:
    """The same of one topic of a forum."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The group has another id now."""

    chat_id: int
    reason: str


Outcome: TypeAlias = Sent | Postponed | Refused | ChatRefuses | ThreadRefuses | ChatMoved


@dataclass(slots=True)
class Judge:
    """Decides outcomes; remembers no more than the chats that are in trouble.

    ``jitter`` gives a number from 0 to 1, so that what failed together is not tried together.
    """

    jitter: Callable[[], float] = random.random
    _in_a_row: int = field(init=False, default=0)
    # Chat, and topic of a forum or None.
    _suspects: set[tuple[int, int | None]] = field(init=False, default_factory=set)

    def passed(self, owed: OwedDelivery) -> None:
        """Telegram took this delivery."""
        self._in_a_row = 0
        self._suspects -= {(owed.chat_id, None), (owed.chat_id, owed.thread_id)}

    def failed(self, owed: OwedDelivery, error: DeliveryError) -> Outcome:
        """What follows from the error that sending this delivery met with."""
        match error:
            case RetryLater(after=timedelta() as after):
                return Postponed(after, str(error), asked=True, everyone=error.everyone)
            case RetryLater():
                return self._transient(owed, str(error))
            case ChatGone(moved_to=int() as chat_id) if chat_id != owed.chat_id:
                return ChatMoved(chat_id, str(error))
            case ChatGone():
                return self._gone(owed, None, ChatRefuses(str(error)))
            case ThreadGone() if owed.thread_id:
                return self._gone(owed, owed.thread_id, ThreadRefuses(str(error)))
            case MessageRefused() | ThreadGone():
                # An answer came: the network works.
                self._in_a_row = 0
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
        failures = owed.failures + 1
        # An answer to a person is worth little later: it is given up where an alert is set aside.
        answer = owed.priority is Priority.ANSWER
        if failures >= (min(tries, _ASIDE_TRIES) if answer else tries):
            return Refused(f"gave up after {failures} tries: {reason}")
        aside = not answer and failures >= _ASIDE_TRIES
        return Postponed(self._backoff(failures), reason, blamed=True, aside=aside)

    def _gone(
        self, owed: OwedDelivery, thread: int | None, outcome: ChatRefuses | ThreadRefuses
    ) -> Outcome:
        self._in_a_row = 0
        # Counted for the chat, whichever of its deliveries met with it; and, over a restart, by
        # the delivery's own tries.
        who = (owed.chat_id, thread)
        if who in self._suspects or owed.attempts >= CHAT_TRIES:
            self._suspects.discard(who)
            return outcome
        self._suspects.add(who)
        return Postponed(_CHAT_WAIT, outcome.reason)

    def _backoff(self, failures: int) -> timedelta:
        if failures < _ASIDE_TRIES:
            wait = min(_FIRST_WAIT * 2 ** (failures - 1), _LONGEST_IN_PLACE)
        else:
            doubled = min(failures - _ASIDE_TRIES + 1, 16)
            wait = min(_LONGEST_IN_PLACE * 2**doubled, _LONGEST_WAIT)
        return timedelta(seconds=wait * (0.75 + 0.25 * self.jitter()))
