"""Sends broadcasts page by page, and tells the admin who asked for one how far it has come."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.chat.admin.broadcasts import telling
from bot.errors import StoreError
from bot.model import Message
from bot.store import broadcasts, outbox, people

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.chat.words.languages import Languages
    from bot.store.broadcasts import Broadcast
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

_PAGE: Final = 200  # chats that are owed it in one transaction
_TELL: Final = timedelta(seconds=3)  # how often the admin is told
_IDLE: Final = 60.0


class Broadcasting:
    """Works until cancelled; ``owed`` is called after each page. A restart goes on where it was."""

    def __init__(
        self,
        store: Store,
        languages: Languages,
        owed: Callable[[], None],
        *,
        now: Callable[[], datetime],
        tell: timedelta = _TELL,
    ) -> None:
        self._store = store
        self._languages = languages
        self._owed = owed
        self._now = now
        self._tell = tell.total_seconds()
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """There is a broadcast, or one was cancelled. To be called in the loop's thread."""
        self._awake.set()

    async def run(self) -> None:
        """Send what an earlier run left, then what comes."""
        while True:
            self._awake.clear()
            busy = False
            try:
                while (
                    await self._store.write(
                        lambda conn: broadcasts.expand(conn, _PAGE, self._now())
                    )
                    is not None
                ):
                    self._owed()
                busy = await self._store.write(self._tell_all)
                self._owed()
            except StoreError as error:
                log.error("broadcasts put off", reason=str(error))
            # Not wait_for: before Python 3.12 it can swallow the cancellation that ends this loop.
            with suppress(TimeoutError):
                async with asyncio.timeout(self._tell if busy else _IDLE):
                    await self._awake.wait()

    def _tell_all(self, conn: Connection) -> bool:
        """Tell how each has come along; whether there is one to come back to."""
        still = [self._tell_one(conn, each) for each in broadcasts.open_ones(conn)]
        return any(still)

    def _tell_one(self, conn: Connection, mine: Broadcast) -> bool:
        chat = people.chat(conn, mine.admin)
        language = self._languages.find(chat.language if chat is not None else None)
        progress = broadcasts.progress(conn, mine.id)
        closed = mine.state != "sending" and not progress.owed
        arguments = telling(language, mine, progress, closed=closed)
        told = str(arguments["text"])
        if told == mine.told and not closed:
            return True
        method = "sendMessage"
        if mine.last_delivery is not None:
            message = broadcasts.message_of(conn, mine.last_delivery)
            if message is None:
                return True  # the last word is still on its way
            method, arguments = "editMessageText", arguments | {"message_id": message}
        delivery = outbox.enqueue(conn, mine.admin, Message(method, arguments), now=self._now())
        first = mine.last_delivery if mine.last_delivery is not None else delivery
        broadcasts.set_told(conn, mine.id, told, first, closed=closed)
        return not closed
