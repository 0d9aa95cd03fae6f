"""The side of the service that faces Telegram: who the bot is, what people write, the answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from telegram.error import TelegramError

from bot.chat.dispatcher import Dispatcher
from bot.chat.people.access import first_admin_code
from bot.chat.receiver import Receiver
from bot.chat.turns.turn import House
from bot.chat.words import commands
from bot.errors import RetryLater, TocsinError
from bot.service.wakes import Concern
from bot.store import meta, people
from bot.telegram import introduce

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from telegram import Bot

    from bot.chat.hook import Hook
    from bot.chat.turns.office import Office
    from bot.chat.words.languages import Languages
    from bot.config import Settings
    from bot.matching.matcher import Matcher
    from bot.service.wakes import Wakes
    from bot.store.engine import Store

log = structlog.get_logger(__name__)

_CODE_MADE = "admin.code_made"
_FIRST_PAUSE = 1.0  # seconds
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Telegram:
    """Which Telegram the bot talks to, and who its admins are there."""

    token: str
    api: str
    admins: frozenset[int]


class Talking:
    """Introduces the bot, receives what people write and answers.

    ``answered`` is called when answers are owed, ``unready`` with what is still lacking, and with
    None when nothing is.
    """

    def __init__(
        self,
        settings: Settings,
        telegram: Telegram,
        store: Store,
        matcher: Matcher,
        languages: Languages,
        bot: Bot,
        say: Callable[[str], None],
        office: Office,
        *,
        wakes: Wakes,
        unready: Callable[[str | None], None],
        hook: Hook | None = None,
    ) -> None:
        self._hook = hook
        self._wakes = wakes
        self._unready = unready
        self._office = office
        self._settings = settings
        self._telegram = telegram
        self._store = store
        self._matcher = matcher
        self._languages = languages
        self._bot = bot
        self._say = say

    async def run(self) -> None:
        """Talk until cancelled. Raises TocsinError where the bot must not go on."""
        await self._introduce()
        house = House(
            bot_name=self._bot.username,
            bot=self._bot,
            languages=self._languages,
            matcher=self._matcher,
            access=self._settings.telegram.access,
            admins=self._telegram.admins,
            office=self._office,
            forgotten=self._wakes.ringer(Concern.FORGOTTEN),
            ended=lambda query: self._wakes.ring(Concern.ENDED, query),
            retention=self._settings.store.retention,
        )
        answered = self._wakes.ringer(Concern.DELIVERIES)
        dispatcher = Dispatcher(self._store, self._bot, house, answered)
        await self._offer_admin_code()
        self._unready(None)
        self._say(f"Tocsin is ready: it is @{self._bot.username}. Ctrl-C stops it.")
        with self._wakes.hearing({Concern.UPDATES: lambda _: dispatcher.wake()}):
            async with asyncio.TaskGroup() as group:
                group.create_task(dispatcher.run())
                group.create_task(self._receive(dispatcher.wake))
                group.create_task(self._publish_commands())

    async def _introduce(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await introduce(self._bot)
            except RetryLater as error:
                log.warning("Telegram does not answer", reason=str(error), again_in_seconds=pause)
                self._unready(f"Telegram does not answer: {error}")
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                return

    async def _receive(self, received: Callable[[], None]) -> None:
        if self._hook is not None:
            await self._hook.announce(self._bot)
            return
        await Receiver(
            self._store, self._bot, received
        ).run()  # it returns only where another copy polls
        raise TocsinError(
            "another program receives this bot's updates: stop it, or give this one a token of "
            "its own"
        )

    async def _publish_commands(self) -> None:
        try:
            await commands.publish(self._bot, self._languages)
        except TelegramError as error:  # the menu stays as it was: a courtesy, not a need
            log.warning("the command menu was not published", reason=str(error))

    async def _offer_admin_code(self) -> None:
        """At the first start without an admin: a code that makes one."""
        if self._telegram.admins:
            return
        moment = datetime.now(UTC)

        def work(conn: Connection) -> str | None:
            if people.admins(conn) or meta.get(conn, _CODE_MADE):
                return None
            meta.put(conn, _CODE_MADE, value=True)
            return first_admin_code(conn, moment)

        code = await self._store.write(work)
        if code is not None:
            self._say("There is no admin yet. Whoever sends this to the bot first becomes one:")
            self._say(f"    /start {code}")
