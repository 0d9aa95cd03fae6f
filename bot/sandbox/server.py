"""The sandbox as one thing to start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import secrets
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from bot.errors import TocsinError
from bot.sandbox import cast, people
from bot.sandbox.botapi import BotApi
from bot.sandbox.faults import Faults
from bot.sandbox.guard import add_headers, guard
from bot.sandbox.journal import Journal
from bot.sandbox.site import Site
from bot.sandbox.webhook import post_updates
from bot.sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.limits import Limits
    from bot.sandbox.records import Message, Query

BIGGEST_BODY = 20 * 2**20
GRACE = 1.0
"""Seconds that requests under way get to end when the sandbox stops."""


class Sandbox:
    """A local Telegram: the Bot API at ``{url}/bot{token}/{method}``, its chat page at ``{url}/``.

    ``port`` 0 takes any free one. Without a ``token`` a fresh one is made; its number is the bot's
    id. ``world``, ``faults`` and ``journal`` are open to tests in the same process; other processes
    use the control API at ``{url}/sandbox/…``. Raises TocsinError when it cannot listen.
    """

    owner_id = cast.OWNER

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        token: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        if not _is_loopback(host):
            raise TocsinError(f"the sandbox listens on loopback only, not on {host}")
        self.host = host
        self.port = port
        self.token = token or f"7000000001:{secrets.token_urlsafe(26)}"
        number = self.token.partition(":")[0]
        if not number.isascii() or not number.isdecimal():
            raise TocsinError("a sandbox token is a number, a colon and letters, as Telegram's are")
        self.world = World(int(number), limits)
        self.faults = Faults()
        self.journal = Journal()
        self._runner: web.AppRunner | None = None
        self._api: BotApi | None = None
        self._webhook: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The address to open, and the Bot API's root."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    async def start(self) -> Self:
        """Listen. A port of 0 becomes the real one."""
        self._api = BotApi(self.world, self.token, self.faults, self.journal)
        app = web.Application(middlewares=[guard], client_max_size=BIGGEST_BODY)
        app.on_response_prepare.append(add_headers)
        app.router.add_route("*", "/bot{token}/{method}", self._api.handle)
        app.router.add_get("/file/bot{token}/documents/{document}", self._api.file)
        Site(self.world, self.faults, self.journal, self.owner_id).add_routes(app)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=GRACE
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise TocsinError(
                f"the sandbox cannot listen on {self.host}:{self.port}: {error.strerror or error}"
            ) from error
        self.port = int(self._runner.addresses[0][1])
        self._webhook = asyncio.create_task(post_updates(self.world))
        return self

    async def stop(self) -> None:
        """Stop listening; open polls and event streams end at once. Safe to repeat."""
        if self._webhook is not None:
            self._webhook.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._webhook
            self._webhook = None
        if self._api is not None:
            self._api.stop()
        self.world.hub.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def say(self, person: int, text: str, chat: int | None = None, **where: Any) -> Message:
        """A person writes: to the bot, or into ``chat`` (``thread_id``, ``reply_to``)."""
        return people.say(self.world, person, person if chat is None else chat, text, **where)

    def press(self, person: int, message: Message, button: str) -> Query:
        """A person presses the button of ``message`` with this text or data."""
        return people.press(self.world, person, message.chat_id, message.id, button)

    def answers(self, chat: int, thread: int | None = None) -> list[Message]:
        """What the bot wrote into a chat (or one thread of it), oldest first."""
        return [
            message
            for message in self.world.chats[chat].messages.values()
            if message.sender in {self.world.bot.id, None}
            and message.service is None
            and thread in {None, message.thread_id}
        ]

    async def until(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until something is true of the sandbox. Raises TimeoutError."""
        with self.world.hub.listen() as listener:
            async with asyncio.timeout(seconds):
                while not condition():
                    await listener.next()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
