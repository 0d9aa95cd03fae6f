"""One delivery's way through Telegram: its message, a slot, the call, a plainer second try."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.delivery.calls import addressed, is_done, is_paced, is_pictured, message_id
from bot.delivery.html import without_markup, without_picture
from bot.delivery.outcomes import Judge, Outcome, Refused, Sent
from bot.errors import DeliveryError, MessageRefused, RetryLater, TokenRefused
from bot.telegram import call

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot

    from bot.delivery.pacer import Pacer, Ticket
    from bot.model import Message
    from bot.store.outbox import OwedDelivery

logger = structlog.get_logger(__name__)

_ON_ITS_WAY: Final = 0.02  # seconds, to wait for an answer that frees a slot


class Attempts:
    """Tries deliveries. ``render`` makes the message of one that has none, ``pacer`` gives slots.

    ``clock`` tells the seconds that the pacer counts; ``paid`` has Telegram take more than thirty
    messages a second, for its price.
    """

    def __init__(
        self,
        bot: Bot,
        render: Callable[[OwedDelivery], Message],
        pacer: Pacer,
        clock: Callable[[], float],
        *,
        paid: bool,
    ) -> None:
        self._bot = bot
        self._render = render
        self._pacer = pacer
        self._clock = clock
        self._paid = paid
        self._judge = Judge()

    async def outcome(self, owed: OwedDelivery) -> Outcome:
        """What comes of it. Raises TokenRefused: that is no matter of one delivery."""
        if owed.message is None and (owed.item is None or owed.match is None):
            return Refused("the item is gone")
        try:
            message = self._addressed(owed, owed.message or self._render(owed))
            result = await self._send_or_less(owed, message)
        except TokenRefused:
            raise
        except DeliveryError as error:
            if not is_done(error):
                return self._judged(owed, error)
            result = None
        except Exception as error:
            # The boundary of one delivery: a defect over one must not keep back the others.
            logger.exception("a delivery failed by a defect", delivery=owed.id)
            return self._judge.defect(owed, error)
        self._judge.passed(owed)
        return Sent(message_id(result), is_pictured(result))

    async def _send_or_less(self, owed: OwedDelivery, message: Message) -> Any:
        """Sends it; where Telegram refuses, without its picture, then without its markup."""
        while True:
            try:
                return await self._send(owed.chat_id, message)
            except MessageRefused as error:
                less = None if is_done(error) else self._less(owed, message, error)
                if less is None:
                    raise
                message = less

    def _less(self, owed: OwedDelivery, message: Message, error: MessageRefused) -> Message | None:
        if owed.edits is not None:
            return None  # the message is gone, most likely; if not, it stands well as it is
        text = without_picture(message)
        if text is None:
            plain = without_markup(message)
            if plain is not None:
                logger.warning(
                    "markup refused, trying plain text", delivery=owed.id, why=str(error)
                )
            return plain
        logger.info("picture refused, trying without", delivery=owed.id, why=str(error))
        if owed.message is None:  # the text has room for more than the caption had
            text = self._render(replace(owed, pictures=False))
        return self._addressed(owed, text)

    def _addressed(self, owed: OwedDelivery, message: Message) -> Message:
        return addressed(owed, message, paid=self._paid)

    async def _send(self, chat_id: int, message: Message) -> Any:
        if not is_paced(message):
            return await call(self._bot, message)
        ticket = await self._slot(chat_id)
        try:
            result = await call(self._bot, message)
        except RetryLater as error:
            if error.after is not None:
                now, after = self._clock(), error.after.total_seconds()
                error.everyone = self._pacer.refused(chat_id, now, after)
            raise
        finally:
            self._pacer.release(ticket, self._clock())
        self._pacer.accepted(ticket)
        return result

    async def _slot(self, chat_id: int) -> Ticket:
        """The slots for a message: free when it was claimed, to be waited for by a second try."""
        wait = self._pacer.wait(chat_id, self._clock())
        while wait > 0:
            await asyncio.sleep(wait if wait < math.inf else _ON_ITS_WAY)
            wait = self._pacer.wait(chat_id, self._clock())
        return self._pacer.reserve(chat_id, self._clock())

    def _judged(self, owed: OwedDelivery, error: DeliveryError) -> Outcome:
        outcome = self._judge.failed(owed, error)
        pause = self._judge.pause()
        if pause > 0:
            self._pacer.halt(self._clock() + pause)
        return outcome
