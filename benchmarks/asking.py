"""How fast feeds are asked: the real poller and store against a bare loop, on the same server.

Three kinds of feed, each side by side in one run, best of several rounds that take turns:

- unchanged (304): the poller with its store against an aiohttp loop that only asks;
- unchanged bodies without validators: the poller against the path that parses each body;
- changed bodies: the poller, reading, matching and storing, against ``reader``'s own update.

``reader`` is no dependency: ``pip install reader==3.26`` beside it, or ``uv sync --group bench``.

The server is a process of its own. ``--feeds``, ``--rounds`` make it shorter.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
from sqlalchemy import bindparam, select

from bot.intake import Intake
from bot.matching.matcher import Matcher
from bot.matching.rules import load_rules
from bot.model import FeedState, Source, SourceKind
from bot.polling import Poller, Polling, Records
from bot.sources.fetch import Fetcher, FetchLimits
from bot.sources.pool import ParsePool
from bot.store import sources as store_sources
from bot.store.columns import Time
from bot.store.engine import Store
from bot.store.schema import sources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sqlalchemy import Connection

ROOT = Path(__file__).parents[1]
CONCURRENCY = 100
PER_HOST = 8
HOSTS = 16  # 127.0.0.1, 127.0.0.2 …


_DUE = select(sources.c.key).where(sources.c.next_poll <= bindparam("now", type_=Time)).limit(1)


def now() -> datetime:
    return datetime.now(UTC)


class Bench:
    """One store, one poller, one server."""

    def __init__(self, store: Store, fetcher: Fetcher, pool: ParsePool, port: int) -> None:
        records = Records(store)
        intake = Intake(store, Matcher(load_rules(ROOT / "rules")), lambda: None)
        poller = Poller(
            store=store,
            fetcher=fetcher,
            pool=pool,
            intake=intake,
            records=records,
            every=timedelta(days=1),
            clock=now,
        )
        self.polling = Polling(
            store=store,
            poller=poller,
            records=records,
            concurrency=CONCURRENCY,
            per_host=PER_HOST,
            spacing=timedelta(0),
            scope="feed",
            clock=now,
        )
        self.records = records
        self.store = store
        self.port = port

    def urls(self, kind: str, count: int) -> list[str]:
        return [f"http://127.0.0.{1 + n % HOSTS}:{self.port}/{kind}/{n}.xml" for n in range(count)]

    def put(self, kind: str, count: int, state: FeedState) -> None:
        """Make these the sources, all due."""
        feeds = [
            Source(f"{kind}{n}", SourceKind.FEED, url)
            for n, url in enumerate(self.urls(kind, count))
        ]

        def work(conn: Connection) -> None:
            store_sources.sync_sources(conn, feeds, now())
            due = replace(state, next_poll=now())
            for feed in feeds:
                store_sources.set_feed_state(conn, feed.key, due, None)

        self.store.write_now(work)

    async def poll_all(self, count: int) -> float:
        """Poll what is due; feeds a second."""
        began = time.perf_counter()
        task = asyncio.create_task(self.polling.run())
        while await self.store.read(_open):
            await asyncio.sleep(0.05)
        took = time.perf_counter() - began
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return count / took


def _open(conn: Connection) -> bool:
    """Whether any poll is still to be recorded."""
    return conn.scalar(_DUE, {"now": now()}) is not None


async def bare(
    urls: list[str], read: Callable[[aiohttp.ClientResponse], Awaitable[None]], **headers: str
) -> float:
    """An aiohttp loop as one writes it; requests a second."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONCURRENCY)) as session:
        queue = iter(urls)

        async def work() -> None:
            for url in queue:
                async with session.get(url, headers=headers) as response:
                    await read(response)

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
        return len(urls) / (time.perf_counter() - began)


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """The server's port."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.feed_server"),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


async def discard(response: aiohttp.ClientResponse) -> None:
    await response.read()


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    limits = FetchLimits(CONCURRENCY, CONCURRENCY, allow_private=True)
    with tempfile.TemporaryDirectory() as folder:
        with Store.open(f"sqlite:///{folder}/bench.db") as store:
            async with serving() as port, Fetcher(limits) as fetcher, ParsePool() as pool:
                bench = Bench(store, fetcher, pool, port)
                known = FeedState(etag='"e"', first_read=now(), last_success=now())
                for _ in range(given.rounds):
                    bench.put("304", given.feeds, known)
                    ours = await bench.poll_all(given.feeds)
                    theirs = await bare(
                        bench.urls("304", given.feeds), discard, **{"If-None-Match": '"e"'}
                    )
                    print(f"{ours:.0f} {theirs:.0f} {ours / theirs:.2f}")


if __name__ == "__main__":
    asyncio.run(main())
