"""Outcomes on record: those that come while a record is being written share the next one."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.delivery.outcomes import (
    ChatMoved,
    ChatRefuses,
    Outcome,
    Postponed,
    Refused,
    Sent,
    ThreadRefuses,
)
from bot.store import outbox, pauses, people
from bot.store.leases import DELIVERIES, release
from bot.store.moves import move_chat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.delivery.patience import Patience
    from bot.store.outbox import OwedDelivery

NAMES: dict[type[Outcome], str] = {
    Sent: "sent",
    Postponed: "postponed",
    Refused: "refused",
    ChatRefuses: "chat refuses",
    ThreadRefuses: "topic refuses",
    ChatMoved: "chat moved",
}


@dataclass(frozen=True, slots=True)
class Settled:
    """A delivery with the lease under which it was claimed, and what came of it."""

    owed: OwedDelivery
    token: str
    outcome: Outcome


class Settling:
    """Records outcomes; an answer that is not on record yet counts as in flight."""

    def __init__(self, patience: Patience, now: Callable[[], datetime]) -> None:
        self._patience = patience
        self._now = now
        self._waiting: deque[tuple[Settled, asyncio.Future[bool]]] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def record(self, settled: Settled) -> bool:
        """Waits until it is on disk; False when the lease was lost."""
        recorded: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((settled, recorded))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="settling")
        return await recorded

    def close(self) -> None:
        """Gives up what is not on record yet: at the end, when the store refuses still."""
        if self._writing is not None:
            self._writing.cancel()

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch = list(self._waiting)
                self._waiting.clear()
                now = self._now()
                work = [settled for settled, _ in batch]
                try:
                    kept = await self._patience.write(partial(settle, batch=work, now=now))
                except BaseException as error:
                    _all_raise(batch, error)
                    raise
                for (_, recorded), whether in zip(batch, kept, strict=True):
                    if not recorded.done():
                        recorded.set_result(whether)
        finally:
            self._writing = None


def _all_raise(batch: Sequence[tuple[Settled, asyncio.Future[bool]]], error: BaseException) -> None:
    for _, recorded in batch:
        if isinstance(error, asyncio.CancelledError):
            recorded.cancel()
        elif not recorded.done():
            recorded.set_exception(error)


def settle(conn: Connection, batch: Sequence[Settled], now: datetime) -> list[bool]:
    """Records what came of deliveries; False for each whose lease was lost."""
    sent = [each for each in batch if isinstance(each.outcome, Sent)]
    kept = _all_sent(conn, sent, now)
    return [
        kept if isinstance(each.outcome, Sent) else _settle(conn, each, each.outcome, now)
        for each in batch
    ]


def _all_sent(conn: Connection, sent: Sequence[Settled], now: datetime) -> bool:
    taken = [
        outbox.Taken(each.owed.id, each.token, each.outcome.message_id, each.outcome.pictured)
        for each in sent
        if isinstance(each.outcome, Sent)
    ]
    for each in sent:
        if each.owed.chat.refuses is not None:  # somebody retried, and it takes messages again
            people.chat_answers(conn, each.owed.chat_id)
    return outbox.all_sent(conn, taken, now) == len(taken)


def _settle(conn: Connection, settled: Settled, outcome: Outcome, now: datetime) -> bool:
    owed, token = settled.owed, settled.token
    match outcome:
        case Sent(message_id, pictured):
            taken = outbox.Taken(owed.id, token, message_id, pictured)
            return outbox.all_sent(conn, [taken], now) == 1
        case Postponed(wait, reason):
            if outcome.asked:
                whose = pauses.EVERYONE if outcome.everyone else owed.chat_id
                pauses.pause(conn, whose, now + wait, reason)
            return outbox.postpone(
                conn,
                owed.id,
                token,
                now + wait,
                reason,
                now,
                blamed=outcome.blamed,
                aside=outcome.aside,
            )
        case Refused(reason):
            return outbox.refuse(conn, owed.id, token, reason, now)
        case ChatRefuses(reason):
            return outbox.chat_refuses(conn, owed.chat_id, reason, now) > 0
        case ThreadRefuses(reason):
            return outbox.thread_refuses(conn, owed.chat_id, owed.thread_id, reason, now) > 0
        case ChatMoved(chat_id, reason):
            release(conn, DELIVERIES, token, [owed.id])
            move_chat(conn, owed.chat_id, chat_id, reason, now)
            return True
