"""A sender between a real store and the sandbox's Telegram, with one clock that tests move."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.delivery.sender import Limits, Sender
from bot.model import DeliveryState, Message, Priority
from bot.sandbox import Sandbox
from bot.sandbox.limits import Limits as TelegramLimits
from bot.store import outbox
from bot.store.engine import Store
from bot.store.schema import deliveries
from bot.telegram import AiohttpRequest, make_bot
from tests.telegram.server import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from sqlalchemy import RowMapping
    from telegram import Bot

    from bot.store.outbox import OwedDelivery

YOU, CLAIRE, MEHMET, OLGA = 1001, 1002, 1003, 1004
DESK, FORUM = -4001, -1001000000001


def plain_alert(owed: OwedDelivery) -> Message:
    """A rendering that knows no languages."""
    assert owed.item is not None
    return Message("sendMessage", {"text": owed.item.item.title})


class Post:
    """What the tests do and see. Start the sender with :meth:`sending`."""

    def __init__(self, sandbox: Sandbox, store: Store, bot: Bot) -> None:
        self.sandbox = sandbox
        self.store = store
        self.bot = bot
        self.sender: Sender | None = None

    def clock(self) -> float:
        return self.sandbox.world.clock.now()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    async def owe(
        self, chat: int, text: str = "hello", priority: Priority = Priority.ANSWER, **arguments: Any
    ) -> int:
        return await self.owe_call(
            chat, Message("sendMessage", {"text": text, **arguments}), priority=priority
        )

    async def owe_call(self, chat: int, message: Message, **how: Any) -> int:
        number = await self.store.write(
            lambda conn: outbox.enqueue(conn, chat, message, now=self.now(), **how)
        )
        if self.sender is not None:
            self.sender.wake()
        return number

    @asynccontextmanager
    async def sending(
        self,
        limits: Limits | None = None,
        render: Callable[[OwedDelivery], Message] = plain_alert,
        store: Store | None = None,
        **how: Any,
    ) -> AsyncIterator[Sender]:
        """The sender at work; its end is awaited, and what it raises is raised."""
        self.sender = Sender(
            store or self.store,
            self.bot,
            render,
            limits=limits or Limits(quiet=timedelta()),
            now=self.now,
            clock=self.clock,
            **how,
        )
        task = asyncio.create_task(self.sender.run())
        try:
            yield self.sender
        finally:
            self.sender.stop()
            self.sender = None
            await task

    def skip(self, seconds: float) -> None:
        """Time passes, for Telegram and for the sender."""
        self.sandbox.world.clock.advance(seconds)
        if self.sender is not None:
            self.sender.wake()

    def row(self, number: int) -> RowMapping:
        return self.store.read_now(
            lambda conn: (
                conn.execute(select(deliveries).where(deliveries.c.id == number)).mappings().one()
            )
        )

    async def until_state(self, number: int, state: DeliveryState) -> RowMapping:
        await eventually(lambda: self.row(number)["state"] == state)
        return self.row(number)

    def open_count(self) -> int:
        unsettled = select(func.count()).where(deliveries.c.settled.is_(None))
        return self.store.read_now(lambda conn: conn.scalar(unsettled) or 0)

    async def until_settled(self, *, step: float = 0.0) -> None:
        """All that is owed is on record as sent or refused; ``step`` seconds pass between looks."""

        def settled() -> bool:
            if step:
                self.skip(step)
            return self.open_count() == 0

        await eventually(settled)

    def texts(self, chat: int) -> list[str]:
        """What the bot wrote into a chat."""
        return [message.text for message in self.sandbox.answers(chat)]

    def calls(self, chat: int | None = None) -> list[int | None]:
        """The answers to the calls that arrived, for one chat or all: HTTP codes."""
        return [
            call.code for call in self.sandbox.journal.calls if chat is None or call.chat_id == chat
        ]


@asynccontextmanager
async def open_post(folder: Path, read_timeout: float = 5.0) -> AsyncIterator[Post]:
    """A post whose people have all spoken with the bot; Telegram tolerates no burst here."""
    request = AiohttpRequest(read_timeout=read_timeout)
    async with Sandbox(limits=TelegramLimits(chat_burst=1)) as sandbox:
        for person in (YOU, CLAIRE, MEHMET, OLGA):
            sandbox.say(person, "hello")
        bot = make_bot(sandbox.token, sandbox.url, request=request)
        with Store.open(f"sqlite:///{folder / 'tocsin.db'}") as store:
            try:
                yield Post(sandbox, store, bot)
            finally:
                await bot.shutdown()
                await request.shutdown()
