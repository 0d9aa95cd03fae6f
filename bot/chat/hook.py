"""The other way in: Telegram calls us (a webhook), and hears "taken" when the inbox has it.

What is not answered with success, Telegram sends again, so that a crash at any point loses none;
the inbox takes an update once, by its id.
"""

from __future__ import annotations

import asyncio
import hmac
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import structlog
from telegram.error import TelegramError

from bot.chat.receiver import ALLOWED_UPDATES
from bot.errors import RetryLater, StoreError, TocsinError, TokenRefused
from bot.store import inbox
from bot.telegram import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot

    from bot.store.engine import Store

# After a failure: a pause that doubles up to the longest.
_PAUSE: Final = timedelta(seconds=1)
_LONGEST: Final = timedelta(minutes=1)
# What is stored as a 64-bit number.
_LARGEST_ID: Final = 2**63 - 1

log = structlog.get_logger(__name__)


class Hook:
    """Takes what Telegram posts with ``secret``. ``received`` is called after each commit."""

    def __init__(
        self, store: Store, url: str, secret: str, received: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._url = url
        self._secret = secret
        self._received = received

    async def take(self, secret: str, update: Any) -> HTTPStatus:
        """Keep an update; the status to answer with. Whoever does not know the secret gets a no."""
        if not hmac.compare_digest(secret.encode(errors="replace"), self._secret.encode()):
            return HTTPStatus.FORBIDDEN
        number = update.get("update_id") if isinstance(update, dict) else None
        if not isinstance(number, int) or not 0 <= number <= _LARGEST_ID:
            return HTTPStatus.BAD_REQUEST
        now = datetime.now(UTC)
        try:
            await self._store.write(lambda conn: inbox.receive(conn, [update], now))
        except StoreError as error:  # Telegram sends it again
            log.warning("cannot keep an update", update=number, reason=str(error))
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._received()
        return HTTPStatus.OK

    async def announce(self, bot: Bot) -> None:
        """Tell Telegram where to call, until it has understood.

        Raises TocsinError where it refuses the address or the token.
        """
        pause = _PAUSE
        while True:
            try:
                await bot.set_webhook(
                    self._url, secret_token=self._secret, allowed_updates=ALLOWED_UPDATES
                )
            except TelegramError as error:
                failure = translate(error)
            else:
                return
            # Raised outside: the library's text for a wrong token holds the token.
            if isinstance(failure, TokenRefused):
                raise failure
            if not isinstance(failure, RetryLater):
                raise TocsinError(f"Telegram refuses the webhook {self._url}: {failure}")
            wait = failure.after or pause
            log.warning("cannot set the webhook", reason=str(failure), again_in=str(wait))
            await asyncio.sleep(wait.total_seconds())
            pause = min(pause * 2, _LONGEST)
