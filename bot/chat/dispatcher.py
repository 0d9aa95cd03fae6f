"""Handles what is in the inbox: each update once, those of one chat in their order.

An update's effects, its answers and the word that it is done commit together, so a crash at any
point repeats the handling and not the effects.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot.chat.conversation import Channel, Conversation
from bot.chat.people import access
from bot.chat.turns import events
from bot.chat.turns.events import Press
from bot.errors import DeliveryError, QueryError, StoreError
from bot.model import Message
from bot.store import inbox, leases, outbox, people
from bot.telegram import call, redact

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, RowMapping
    from telegram import Bot

    from bot.chat.conversation import Plan
    from bot.chat.turns.events import Event
    from bot.chat.turns.turn import Errand, House, Turn
    from bot.store.engine import Store

_AT_ONCE: Final = 8  # updates, of as many chats
_ERRANDS_AT_ONCE: Final = 2  # they read the network, or many items
_LEASE: Final = timedelta(minutes=2)
_IDLE: Final = 30.0  # seconds after which the loop looks for work that nobody announced
_PAUSE: Final = timedelta(seconds=1)  # when the disk or the network refuses
_GRACE: Final = 5.0  # seconds that a stop waits for what is being handled

log = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Somebody else has taken the update up; nothing of this handling may be kept."""


class Dispatcher:
    """Handles updates until it is cancelled. ``answered`` is called when answers are owed."""

    def __init__(
        self,
        store: Store,
        bot: Bot,
        house: House,
        answered: Callable[[], None],
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pause: timedelta = _PAUSE,
    ) -> None:
        self._store = store
        self._bot = bot
        self._house = house
        self._conversation = Conversation(house)
        self._answered = answered
        self._now = now
        self._pause = pause.total_seconds()
        self._awake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._errands: set[asyncio.Task[None]] = set()
        self._errand_room = asyncio.Semaphore(_ERRANDS_AT_ONCE)

    def wake(self) -> None:
        """There are new updates. To be called in the loop's thread."""
        self._awake.set()

    async def run(self) -> None:
        """Handle what an earlier run left, then what comes."""
        try:
            await self._recall()
            while True:
                await self._round()
        finally:
            await self._finish()

    async def _recall(self) -> None:
        """Take up at once what an earlier run was killed over."""
        now = self._now()
        try:
            await self._store.write(lambda conn: leases.expire(conn, leases.INBOX, now))
        except StoreError as error:
            log.warning("updates of an earlier run have to wait", reason=str(error))

    async def _round(self) -> None:
        self._awake.clear()
        room = _AT_ONCE - len(self._tasks)
        if room > 0:
            now = self._now()
            try:
                claim = await self._store.write(
                    lambda conn: leases.claim(conn, leases.INBOX, limit=room, lease=_LEASE, now=now)
                )
            except StoreError as error:
                log.warning("cannot read the inbox", reason=str(error))
                await asyncio.sleep(self._pause)
                return
            for row in claim.rows:
                task = asyncio.create_task(self._handle(row, claim.token))
                self._tasks.add(task)
                task.add_done_callback(self._ended)
            if len(claim.rows) == room:
                return
        # Not wait_for: before Python 3.12 it can swallow the cancellation that ends this loop.
        with suppress(TimeoutError):
            async with asyncio.timeout(_IDLE):
                await self._awake.wait()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.wake()
        if not task.cancelled() and task.exception() is not None:
            log.error("an update could not even be given up", exc_info=task.exception())

    async def _handle(self, row: RowMapping, token: str) -> None:
        """One update from its claim to its commit."""
        number: int = row["update_id"]
        event: Event | None = None
        try:
            event = _event(row["payload"], self._house.bot_name)
            turn = await self._converse(number, token, event)
        except LeaseLost:
            log.warning("an update's lease ended before it was handled", update=number)
        except (StoreError, TelegramError) as error:
            log.warning("an update has to wait", update=number, reason=redact(str(error)))
            await asyncio.sleep(self._pause)
            await self._give_back(number, token)
        except Exception as error:
            # The boundary of one update: a defect over one must not stop the others.
            log.exception("an update could not be handled", update=number)
            await self._give_up(row, token, event, error)
        else:
            await self._follow_up(event, turn)

    async def _converse(self, number: int, token: str, event: Event | None) -> Turn | None:
        """Handle, and commit all of it at once."""
        now = self._now()
        settle = partial(_settle, number=number, token=token, now=now)
        plan = None if event is None else self._conversation.plan(event)
        if event is None or plan is None:
            await self._store.write(lambda conn: settle(conn, None))
            return None
        may_change = not plan.for_group_admins or await access.may_change(self._bot, event.origin)
        channel = await self._channel(plan, event)
        ahead = None
        if plan.looks_ahead and may_change:
            look = partial(self._conversation.look_ahead, event=event, now=now)
            ahead = await self._store.read(look)
        answer = partial(
            self._conversation.answer,
            event=event,
            may_change=may_change,
            channel=channel,
            now=now,
            ahead=ahead,
        )
        if plan.asks:
            turn = await self._store.read(answer)
            await self._store.write(lambda conn: settle(conn, turn))
            return turn
        return await self._store.write(lambda conn: settle(conn, answer(conn)))

    async def _channel(self, plan: Plan, event: Event) -> Channel | None:
        """The channel that the event is about, where somebody sees to one from a private chat."""
        origin = event.origin
        if origin.kind != "private" or not plan.about_chat:
            return None
        number = await self._store.read(lambda conn: people.speaks_for(conn, origin.chat_id))
        if number is None:
            return None
        there = replace(origin, chat_id=number, kind="channel")
        return Channel(number, may_change=await access.may_change(self._bot, there))

    async def _follow_up(self, event: Event | None, turn: Turn | None) -> None:
        """What comes after the commit; none of it may fail the update any more."""
        if turn is not None:
            self._act(event, turn)
        if turn is not None and turn.inline is not None:
            await self._try(turn.inline)
        if isinstance(event, Press):
            notice = turn.notice if turn is not None else None
            arguments: dict[str, Any] = {"callback_query_id": event.callback_id}
            if notice is not None:
                arguments |= {"text": notice.text, "show_alert": notice.alert}
            await self._try(Message("answerCallbackQuery", arguments))
        if turn is not None and turn.forgotten:
            for message in turn.messages:
                to = {"chat_id": turn.address[0]}
                await self._try(Message(message.method, to | dict(message.arguments)))

    def _act(self, event: Event | None, turn: Turn) -> None:
        """What the turn wants to have done, now that it is committed."""
        for act in turn.afters:
            try:
                act()
            except QueryError:  # the rules changed in between
                log.warning("a subscription's query no longer reads")
        if turn.messages and not turn.forgotten:
            self._answered()
        if event is not None:
            for errand in turn.errands:
                self._send_out(event, errand)

    def _send_out(self, event: Event, errand: Errand) -> None:
        task = asyncio.create_task(self._run_errand(event, errand))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _run_errand(self, event: Event, errand: Errand) -> None:
        """An errand from its beginning to what is said at its end."""
        try:
            async with self._errand_room:
                result = await errand.work()
            turn = await self._store.write(lambda conn: self._say_then(conn, event, errand, result))
        except (StoreError, TelegramError) as error:
            log.warning("an errand failed", reason=redact(str(error)))
            await self._apologise(event)
        except Exception:
            # The boundary of one errand, as of one update.
            log.exception("an errand failed")
            await self._apologise(event)
        else:
            self._act(event, turn)

    async def _apologise(self, event: Event) -> None:
        now = self._now()
        with suppress(StoreError):
            await self._store.write(
                lambda conn: _owe(conn, self._conversation.apology(conn, event, now), now)
            )
        self._answered()

    def _say_then(self, conn: Connection, event: Event, errand: Errand, result: object) -> Turn:
        now = self._now()
        turn = self._conversation.later(conn, event, now)
        errand.then(turn, result)
        for change in turn.commits:
            change(conn)
        _owe(conn, turn, now)
        return turn

    async def _try(self, message: Message) -> None:
        """A call that is only a courtesy: its failure harms nothing."""
        try:
            await call(self._bot, message)
        except DeliveryError as error:
            log.info("a courtesy did not get through", method=message.method, reason=str(error))

    async def _give_back(self, number: int, token: str) -> None:
        """Free the update for another try; where the store refuses, its lease runs out."""
        with suppress(StoreError):
            await self._store.write(
                lambda conn: leases.release(conn, leases.INBOX, token, [number])
            )

    async def _give_up(
        self, row: RowMapping, token: str, event: Event | None, error: Exception
    ) -> None:
        """Put the failure on record; after the last try, apologise."""
        number, now = row["update_id"], self._now()
        last = row["attempts"] >= inbox.MAX_ATTEMPTS

        def work(conn: Connection) -> None:
            inbox.failed(conn, number, token, f"{type(error).__name__}: {error}", now)
            if last and event is not None:
                apology = self._conversation.apology(conn, event, now)
                _owe(conn, apology, now)

        with suppress(StoreError):
            await self._store.write(work)
        if last:
            self._answered()
            await self._follow_up(event, None)

    async def _finish(self) -> None:
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=_GRACE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)


def _event(payload: dict[str, Any], bot_name: str) -> Event | None:
    update = Update.de_json(payload, None)
    return events.read(update, bot_name)


def _settle(
    conn: Connection, turn: Turn | None, *, number: int, token: str, now: datetime
) -> Turn | None:
    """Within the one transaction: done, what the turn changes, what it says."""
    if not inbox.done(conn, number, token, now):
        raise LeaseLost
    if turn is not None:
        for change in turn.commits:
            change(conn)
        if not turn.forgotten:
            _owe(conn, turn, now)
        for follow in turn.behind:
            follow(conn)
    return turn


def _owe(conn: Connection, turn: Turn, now: datetime) -> None:
    chat, thread = turn.address
    for message in turn.messages:
        outbox.enqueue(conn, chat, message, thread_id=thread, now=now)
