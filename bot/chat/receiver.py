"""Brings updates from Telegram into the inbox: get, commit, and only then ask for the next.

Telegram forgets an update when a later offset is asked for; until then it is in the inbox, so
that a crash at any point loses none (the inbox takes an update once, by its id).
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.errors import StoreError
from bot.store import inbox
from bot.telegram import redact, translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot, Update

    from bot.store.engine import Store

ALLOWED_UPDATES: Final = ("message", "callback_query", "inline_query", "my_chat_member")
# What Telegram's 409 says when it is a webhook that takes the updates, and not another poller.
_HOOKED: Final = "webhook is active"
# After a failure: a pause that doubles until it is this many times as long.
_PAUSE: Final = timedelta(seconds=1)
_LONGEST: Final = 60
# An answer may come this much later than the long poll ends.
_GRACE: Final = timedelta(seconds=10)

log = structlog.get_logger(__name__)


class Receiver:
    """Asks one bot's updates. ``received`` is called after each commit that brought some.

    :meth:`run` ends by itself only when it must not go on: when another copy of the bot is
    polling (Telegram says 409), or when the token is refused, which raises TokenRefused.
    """

    def __init__(
        self,
        store: Store,
        bot: Bot,
        received: Callable[[], None],
        *,
        poll: timedelta = timedelta(seconds=50),
        pause: timedelta = _PAUSE,
    ) -> None:
        self._store = store
        self._bot = bot
        self._received = received
        self._poll = poll
        self._pause = pause.total_seconds()

    async def run(self) -> None:
        """Receive until cancelled."""
        last = await self._store.read(inbox.last_update_id)
        offset = None if last is None else last + 1
        pause = self._pause
        while True:
            try:
                updates = await self._get(offset)
                if updates:
                    await self._keep(updates)
                    offset = updates[-1].update_id + 1
            except Conflict as error:
                if _HOOKED in error.message and await self._unhook():
                    continue
                log.error(
                    "another copy of this bot takes its updates; this one stops",
                    reason=redact(str(error)),
                )
                return
            except InvalidToken as error:
                refusal = translate(error)
                break
            except RetryAfter as error:
                await asyncio.sleep(_seconds(error.retry_after))
            except (TelegramError, StoreError) as error:
                # Not confirmed, so Telegram will give the same updates again.
                log.warning(
                    "cannot receive updates", reason=redact(str(error)), again_in_seconds=pause
                )
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._pause * _LONGEST)
            else:
                pause = self._pause

        # Not chained: the library's text for a wrong token holds the token.
        raise refusal

    async def _unhook(self) -> bool:
        """The webhook of an earlier configuration makes way; nothing that waits is dropped."""
        try:
            return await self._bot.delete_webhook()
        except TelegramError as error:
            log.warning("cannot remove the webhook", reason=redact(str(error)))
            return False

    async def _get(self, offset: int | None) -> tuple[Update, ...]:
        return await self._bot.get_updates(
            offset=offset,
            timeout=self._poll,
            allowed_updates=ALLOWED_UPDATES,
            read_timeout=_GRACE.total_seconds(),  # on top of the poll's own timeout
        )

    async def _keep(self, updates: tuple[Update, ...]) -> None:
        payloads = [update.to_dict() for update in updates]
        now = datetime.now(UTC)
        await self._store.write(lambda conn: inbox.receive(conn, payloads, now))
        self._received()


def _seconds(after: int | timedelta) -> float:
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
