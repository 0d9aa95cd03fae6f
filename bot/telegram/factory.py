"""Making the bot, and calling it with what the outbox holds."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from telegram import Bot
from telegram.error import TelegramError

from bot.errors import MessageRefused
from bot.telegram.errors import translate
from bot.telegram.files import with_files
from bot.telegram.request import AiohttpRequest

if TYPE_CHECKING:
    from telegram import User
    from telegram.request import BaseRequest

    from bot.model import Message


def make_bot(
    token: str,
    api: str = "https://api.telegram.org",
    *,
    request: BaseRequest | None = None,
    updates_request: BaseRequest | None = None,
    connections: int = 64,
) -> Bot:
    """A bot at any Bot API server: its requests go to ``{api}/bot{token}/{method}``.

    The long poll for updates has connections of its own, so that it never holds up a message.
    Nothing is opened before the first request; ``await close_bot(bot)`` closes both. At most
    ``connections`` are open at once.
    """
    # The library asks for this, and warns at every "too many requests" without it: its waits are
    # timedeltas then, as they will be in its next major version.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # At DEBUG the library writes the token, and every message.
    logging.getLogger("telegram.Bot").setLevel(logging.INFO)
    base = api.rstrip("/")
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request or AiohttpRequest(connections=connections),
        get_updates_request=updates_request or AiohttpRequest(connections=2),
    )


async def close_bot(bot: Bot) -> None:
    """Closes the bot's connections, whether or not Telegram ever answered it; safe to repeat."""
    await bot.shutdown()
    # A bot that was never initialized does not close what its first tries opened.
    for request in bot._request:  # noqa: SLF001 - there is no public way to both of them
        await request.shutdown()


async def introduce(bot: Bot) -> User:
    """Asks Telegram who the bot is; after it ``bot.username`` is known. Safe to repeat.

    Raises:
        DeliveryError: TokenRefused for a wrong token, RetryLater where nobody answers.
    """
    try:
        await bot.initialize()
    except TelegramError as error:
        failure = translate(error)
    else:
        return bot.bot
    # Not chained: the library's error text for a wrong token holds the token.
    raise failure


async def call(bot: Bot, message: Message) -> Any:
    """Makes one call of the Bot API and returns its result, the JSON as Telegram gave it.

    Raises:
        DeliveryError: as :func:`bot.telegram.errors.translate` has it.
    """
    # A method that does not exist is answered like a wrong token, which stops the service.
    if not hasattr(Bot, message.method):
        raise MessageRefused(f"the Bot API has no method {message.method}")
    try:
        # The typed methods would build objects out of JSON and JSON out of objects, twice a
        # message; the one public way around them warns at methods that it knows.
        return await bot._post(message.method, with_files(message.arguments))  # noqa: SLF001
    except TelegramError as error:
        failure = translate(error)
    raise failure
