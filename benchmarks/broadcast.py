"""A broadcast beside python-telegram-bot's AIORateLimiter, a paid one, and urgent alerts in a backlog.

All send to ``benchmarks/bot_api.py``, a server of its own that takes 50 ms for an answer and counts
in a sliding window; the sender is kept to one core. The comparison needs the group ``bench``.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import aiohttp
from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ExtBot

from bot.delivery.sender import PAID_IN_FLIGHT, PAID_PER_SECOND, Limits, Sender
from bot.model import Message, Priority
from bot.store import outbox
from bot.store.engine import Store
from bot.telegram import AiohttpRequest, close_bot, make_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection
    from telegram import Bot

    from bot.store.outbox import OwedDelivery

ROOT = Path(__file__).parents[1]
TOKEN = "1:" + "a" * 35
CHATS = 300
PAID = 10_000
URGENT = 60
LEAST_PAID = 950  # messages a second
LONGEST_URGENT = 1.0  # seconds, of 99 in a hundred


@dataclass(frozen=True, slots=True)
class Figures:
    """What the server saw: texts with their times, refusals, and the most in any second."""

    arrived: list[tuple[str, float]]
    refused: int
    fullest: int

    @property
    def rate(self) -> float:
        """Messages a second, from the first to the last."""
        times = sorted(at for _, at in self.arrived)
        return (len(times) - 1) / (times[-1] - times[0])


class Server:
    """The server's process. ``url`` is where it listens."""

    def __init__(self, per_second: int) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "benchmarks.bot_api", "--per-second", str(per_second)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[:1])
        os.sched_setaffinity(self._process.pid, cores[1:] or cores)
        self._cores = cores

    async def figures(self) -> Figures:
        """What arrived so far."""
        async with aiohttp.ClientSession() as web, web.get(f"{self.url}/figures") as answer:
            body = await answer.json()
        arrived = [(text, at) for text, at in body["accepted"]]
        return Figures(arrived, body["refused"], body["fullest"])

    def stop(self) -> None:
        """End it."""
        os.sched_setaffinity(0, self._cores)
        self._process.kill()
        self._process.wait()


@asynccontextmanager
async def sending(server: Server, limits: Limits) -> AsyncIterator[tuple[Sender, Store]]:
    """Our sender over a new store, at work until the end of the block."""
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/b.db") as store:
        bot = make_bot(TOKEN, server.url, connections=limits.in_flight)
        sender = Sender(store, bot, _nothing, limits=limits)
        working = asyncio.create_task(sender.run())
        try:
            yield sender, store
        finally:
            sender.stop()
            await working
            await close_bot(bot)


async def ours(count: int, limits: Limits) -> Figures:
    """A broadcast to so many chats."""
    server = Server(limits.per_second)
    try:
        async with sending(server, limits) as (sender, store):
            await store.write(lambda conn: _owe(conn, count))
            sender.wake()
            while sender.totals["sent"] < count:  # noqa: ASYNC110 - the sender counts, and tells nobody
                await asyncio.sleep(0.05)
        return await server.figures()
    finally:
        server.stop()


async def theirs(count: int) -> tuple[Figures, int]:
    """The same with python-telegram-bot's own limiter; and how many it lost."""
    server = Server(30)
    limiter = AIORateLimiter(overall_max_rate=30, overall_time_period=1, max_retries=5)
    bot: Bot = ExtBot(
        TOKEN, base_url=f"{server.url}/bot", request=AiohttpRequest(), rate_limiter=limiter
    )
    try:
        await limiter.initialize()
        sends = [bot.send_message(1000 + number, f"normal {number}") for number in range(count)]
        results = await asyncio.gather(*sends, return_exceptions=True)
        lost = sum(isinstance(result, TelegramError) for result in results)
        return await server.figures(), lost
    finally:
        await limiter.shutdown()
        await close_bot(bot)
        server.stop()


async def urgent(limits: Limits) -> tuple[list[float], Figures]:
    """Urgent messages put into a backlog, one at a time: how long each took to arrive."""
    random = Random(1)
    server = Server(limits.per_second)
    owed: dict[str, float] = {}
    try:
        async with sending(server, limits) as (sender, store):
            await store.write(lambda conn: _owe(conn, 100 * limits.per_second, Priority.DIGEST))
            sender.wake()
            await asyncio.sleep(2)
            for number in range(URGENT):
                await asyncio.sleep(random.uniform(0.05, 0.4))
                text = f"urgent {number}"
                owed[text] = time.time()
                message = Message("sendMessage", {"text": text})
                await store.write(
                    lambda conn, chat=10**6 + number, m=message: outbox.enqueue(  # type: ignore[misc]
                        conn, chat, m, priority=Priority.URGENT, now=datetime.now(UTC)
                    )
                )
                sender.wake()
            await asyncio.sleep(3)
            figures = await server.figures()
        arrived = dict(figures.arrived)
        return sorted(arrived[text] - since for text, since in owed.items()), figures
    finally:
        server.stop()


def _owe(conn: Connection, count: int, priority: Priority = Priority.NORMAL) -> None:
    now = datetime.now(UTC)
    for number in range(count):
        message = Message("sendMessage", {"text": f"normal {number}"})
        outbox.enqueue(conn, 1000 + number, message, priority=priority, now=now)


def _nothing(owed: OwedDelivery) -> Message:
    raise AssertionError(f"{owed} has its message")


async def main() -> int:
    """Print all figures; 1 where one is not good enough."""
    free = Limits()
    paid = Limits(per_second=PAID_PER_SECOND, in_flight=PAID_IN_FLIGHT, paid=True)
    print(f"{'broadcast':<44}{'a second':>9}{'429s':>6}{'lost':>6}")
    good = True

    def tell(name: str, figures: Figures, lost: int) -> None:
        print(f"{name:<44}{figures.rate:>9.1f}{figures.refused:>6}{lost:>6}", flush=True)

    found = await ours(CHATS, free)
    good &= found.refused == 0
    tell(f"{CHATS} chats at 30 a second", found, CHATS - len(found.arrived))
    if importlib.util.find_spec("aiolimiter") is None:
        print("  (the group bench is not installed: nothing to compare with)")
    else:
        tell("  AIORateLimiter, 5 retries", *await theirs(CHATS))
    found = await ours(PAID, paid)
    good &= found.refused == 0 and found.rate >= LEAST_PAID
    tell(f"{PAID} chats, paid, {PAID_IN_FLIGHT} in flight", found, PAID - len(found.arrived))
    print(f"\n{'urgent, within a backlog':<44}{'median':>9}{'p99':>6}{'429s':>6}")
    for name, limits in (("at 30 a second", free), ("paid", paid)):
        waits, seen = await urgent(limits)
        last = waits[int(0.99 * (len(waits) - 1) + 0.5)]
        good &= last < LONGEST_URGENT and seen.refused == 0
        print(
            f"{name:<44}{waits[len(waits) // 2]:>8.2f}s{last:>5.2f}s{seen.refused:>6}", flush=True
        )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
