"""Sending what is owed: claim, wait for a slot, call Telegram, record what came of it.

A delivery is claimed only when it can leave at once: the loop asks the store for as many as there
are free slots, for chats that need not wait. So the most pressing always leaves next, and a busy
group holds up nobody. At most ``in_flight`` deliveries are with Telegram at a time; that is how
many may repeat when the process is killed, since Telegram knows no idempotency key.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.delivery.attempts import Attempts
from bot.delivery.outcomes import Outcome, Postponed, Sent
from bot.delivery.pacer import Pacer
from bot.delivery.patience import Patience
from bot.delivery.settling import NAMES, Settled, Settling
from bot.errors import StoreError, TokenRefused
from bot.store import outbox, pauses
from bot.store.leases import DELIVERIES, Claim, expire, release

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from telegram import Bot

    from bot.attention import Burst
    from bot.model import Message
    from bot.store.engine import Store
    from bot.store.outbox import OwedDelivery

logger = structlog.get_logger(__name__)

# Seconds after which the loop looks for work that nobody announced: the command line's, say.
_IDLE: Final = 5.0
_OVERDUE: Final = 1.0  # seconds until the next look while something overdue hides what is next
PAID_PER_SECOND: Final = 1000
PAID_IN_FLIGHT: Final = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram's limits, and ours. ``lease`` outlasts the longest call with its second try.

    ``quiet`` keeps still after a start: what left just before a crash may not be on record.
    ``grace`` is how long a stop waits for the answers that are on their way. ``burst`` is how many
    alerts a chat gets one by one within a while; None is no limit. ``paid`` has Telegram take more
    than thirty a second, for its price; ``per_second`` and ``in_flight`` are to suit.
    """

    per_second: int = 30
    per_chat: int = 1
    per_group: int = 20
    in_flight: int = 4
    lease: timedelta = timedelta(minutes=5)
    quiet: timedelta = timedelta(seconds=1.1)
    grace: timedelta = timedelta(seconds=10)
    burst: Burst | None = None
    paid: bool = False

    @property
    def at_once(self) -> int:
        """How many deliveries are worth a claim, which is a transaction."""
        return max(1, min(self.in_flight // 4, self.per_second // 20))


class Sender:
    """Delivers until it is stopped. ``render`` makes the message of a delivery that has none.

    ``now`` tells the time of day for the store, ``clock`` seconds of a monotonic clock for pacing.
    ``alone`` says that no other process delivers from this store: what an earlier run was killed
    over is taken up at once. ``claiming`` is the store to claim from, where that may be refused to
    who delivers no longer; outcomes are recorded all the same. ``totals`` counts the outcomes since the start by name: sent,
    postponed, refused, chat refuses, chat moved.
    """

    def __init__(
        self,
        store: Store,
        bot: Bot,
        render: Callable[[OwedDelivery], Message],
        *,
        limits: Limits | None = None,
        alone: bool = True,
        claiming: Store | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._claiming = claiming or store
        self._claiming_patiently = Patience(self._claiming)
        self._patience = Patience(store)
        self._limits = limits or Limits()
        self._alone = alone
        self._now = now
        self._clock = clock
        self._settling = Settling(self._patience, now)
        self._pacer = Pacer(
            self._limits.per_second,
            self._limits.per_chat,
            self._limits.per_group,
            paid=self._limits.paid,
        )
        self._attempts = Attempts(bot, render, self._pacer, clock, paid=self._limits.paid)
        self._awake = asyncio.Event()
        self._stopping = False
        self._fatal: TokenRefused | None = None
        self._tasks: dict[asyncio.Task[None], int] = {}  # with the chat that each is for
        self.totals: Counter[str] = Counter()

    async def run(self) -> None:
        """Sends until :meth:`stop` or cancellation; then what is in flight gets its grace.

        Raises:
            TokenRefused: Telegram does not know the token any more; nothing is lost.
        """
        try:
            await self._recall()
            while not self._stopping:
                await self._round()
                if self._fatal is not None:
                    raise self._fatal
        finally:
            await self._finish()

    def wake(self) -> None:
        """There is new work. To be called in the loop's thread."""
        self._awake.set()

    def stop(self) -> None:
        """Lets :meth:`run` come to its end."""
        self._stopping = True
        self.wake()

    async def _recall(self) -> None:
        """Takes up what an earlier run left: its leases, and the slots that its messages fill."""
        now, clock = self._now(), self._clock()
        self._pacer.halt(clock + self._limits.quiet.total_seconds())
        second, minute = timedelta(seconds=2), timedelta(minutes=1, seconds=1)
        sends, died_over, asked = await self._patience.read(
            lambda conn: (
                outbox.recent_sends(conn, now - second, now - minute),
                outbox.interrupted(conn),
                pauses.pauses_at(conn, now),
            )
        )
        for chat_id, settled in sends:
            self._pacer.remember(chat_id, clock - (now - settled).total_seconds(), clock)
        for chat_id in died_over:  # Telegram may have them, and count them
            self._pacer.remember(chat_id, clock, clock)
        for chat_id, until in asked.items():
            whose = None if chat_id == pauses.EVERYONE else chat_id
            self._pacer.halt(clock + (until - now).total_seconds(), whose)
        if self._alone:
            await self._patience.write(lambda conn: _take_over(conn, now))

    async def _round(self) -> None:
        """Starts what can leave now, then rests until something changes."""
        self._awake.clear()
        now = self._now()
        room = min(self._limits.in_flight - len(self._tasks), self._pacer.free(self._clock()))
        wait = _IDLE
        if room >= (self._limits.at_once if self._tasks else 1):
            claim = await self._claim(room, now)
            for owed in claim.rows:
                self._start(owed, claim.token)
            await asyncio.sleep(0)  # the tasks take their slots
            if len(claim.rows) == room or claim.more:
                return
            due = await self._patience.read(outbox.next_due)
            if due is not None:
                wait = (due - self._now()).total_seconds() if due > now else _OVERDUE
        await self._rest(min(wait, self._pacer.next_change(self._clock())))

    async def _rest(self, wait: float) -> None:
        # Not wait_for: before Python 3.12 it can swallow the cancellation that ends this loop.
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._awake.wait()

    async def _claim(self, room: int, now: datetime) -> Claim[OwedDelivery]:
        # Those of our own are busy to the store too, but for a lease that ended while the
        # machine was asleep.
        busy = self._pacer.busy(self._clock()) | set(self._tasks.values())
        work = partial(
            outbox.claim_deliveries,
            limit=room,
            lease=self._limits.lease,
            now=now,
            busy_chats=busy,
            burst=self._limits.burst,
        )
        claiming = asyncio.ensure_future(self._claiming.write(work))
        try:
            return await asyncio.shield(claiming)
        except StoreError:
            return await self._claiming_patiently.write(work)
        except asyncio.CancelledError:
            # The store may be at it: what it claims for nobody would be kept back by its lease.
            with suppress(StoreError):
                await self._give_back((await claiming).token)
            raise

    def _start(self, owed: OwedDelivery, token: str) -> None:
        task = asyncio.create_task(self._deliver(owed, token), name=f"delivery {owed.id}")
        self._tasks[task] = owed.chat_id
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        self.wake()

    async def _deliver(self, owed: OwedDelivery, token: str) -> None:
        """One delivery from its claim to its record."""
        try:
            outcome = await self._attempts.outcome(owed)
        except TokenRefused as error:
            self._fatal = error
            await self._give_back(token, owed.id)
            return
        except asyncio.CancelledError:
            await self._give_back(token, owed.id)
            raise
        recorded = await self._settling.record(Settled(owed, token, outcome))
        self._tell(owed, outcome)
        if not recorded:
            logger.warning("a lease ended before its answer was on record", delivery=owed.id)

    def _tell(self, owed: OwedDelivery, outcome: Outcome) -> None:
        name = NAMES[type(outcome)]
        self.totals[name] += 1
        if not isinstance(outcome, Sent):
            tell = logger.info if isinstance(outcome, Postponed) else logger.warning
            tell(f"delivery {name}", delivery=owed.id, why=outcome.reason)

    async def _give_back(self, token: str, delivery: int | None = None) -> None:
        """What was claimed and not tried is free again; where the store refuses, by its lease."""
        keys = None if delivery is None else [delivery]
        try:
            await self._store.write(lambda conn: release(conn, DELIVERIES, token, keys))
        except StoreError as error:
            logger.warning("a claim could not be given back", why=str(error))

    async def _finish(self) -> None:
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._limits.grace.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._settling.close()


def _take_over(conn: Connection, now: datetime) -> None:
    """Nobody else delivers: what an earlier run held is free."""
    expire(conn, DELIVERIES, now)
    pauses.end_pauses(conn, now)
