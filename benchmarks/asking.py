"""How fast feeds are asked: the real poller and store against a bare loop, on the same server.

Three kinds of feed, each side by side in one run, best of several rounds that take turns:

- unchanged (304): the poller with its store, all of it on disk, against an aiohttp loop that only asks;
- unchanged bodies without validators: the poller against the path that parses each body;
- changed bodies: the poller against ``reader``'s own update. Two of twenty entries are new. Ours asks,
  reads what is new, splits it into words, finds its language, matches it (no rules), makes its story's
  keys, and commits items, stories and feed states with an fsync. ``reader`` asks, reads all of it with
  feedparser, compares, and stores what is new, its way and with its own durability.

``reader`` is no dependency: ``pip install reader==3.26`` beside it, or ``uv sync --group bench``.

The server is a process of its own. ``--feeds``, ``--rounds`` make it shorter.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import importlib.util
import io
import sqlite3
import sys
import tempfile
import time
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import feedparser
from sqlalchemy import delete, insert, update

from benchmarks.feed_server import document
from bot.log import configure
from bot.matching.matcher import Matcher
from bot.matching.rules import load_rules
from bot.model import FeedState, Source, SourceKind
from bot.service import interpreter
from bot.service.intake import Intake
from bot.service.polling import Poller, Polling, Records
from bot.sources.fetch import Fetcher, FetchLimits
from bot.sources.pool import ParsePool
from bot.store.engine import Store
from bot.store.schema import sources
from bot.store.sources import feed_row

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sqlalchemy import Connection

    from bot.matching.ruleset import RuleSet

ROOT = Path(__file__).parents[1]
CONCURRENCY = 100
PER_HOST = 4
HOSTS = 32  # 127.0.0.1, 127.0.0.2 …
_DUE = "SELECT 1 FROM sources WHERE next_poll <= ? LIMIT 1"
_POLLED = "SELECT count(*) FROM sources WHERE last_poll >= ?"


def now() -> datetime:
    return datetime.now(UTC)


class Bench:
    """One store, one poller, one server."""

    def __init__(
        self, file: str, store: Store, fetcher: Fetcher, pool: ParsePool, port: int, rules: RuleSet
    ) -> None:
        records = Records(store)
        # No rules: ``reader`` matches nothing, and matching has a benchmark of its own.
        intake = Intake(store, Matcher(rules), lambda: None)
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
        self.file = file
        self.store = store
        self.port = port

    def urls(self, kind: str, count: int) -> list[str]:
        return [f"http://127.0.0.{1 + n % HOSTS}:{self.port}/{kind}/{n}.xml" for n in range(count)]

    def put(self, kind: str, count: int, state: FeedState, hashes: list[str] | None = None) -> None:
        """Make these the sources, all due; ``hashes`` are those of the bodies they gave last."""
        due = replace(state, next_poll=now())
        rows = []
        for number, url in enumerate(self.urls(kind, count)):
            its = replace(due, body_hash=hashes[number]) if hashes else due
            rows.append(feed_row(Source(f"{kind}{number}", SourceKind.FEED, url), its, "store"))

        def work(conn: Connection) -> None:
            conn.execute(delete(sources))
            conn.execute(insert(sources), rows)

        self.store.write_now(work)

    def due(self) -> None:
        """All of them are due again."""
        self.store.write_now(lambda conn: conn.execute(update(sources).values(next_poll=now())))

    async def poll_all(self, count: int) -> float:
        """Poll what is due; feeds a second, until all of them are on record."""
        began, started = time.perf_counter(), time.time() * 1000
        task = asyncio.create_task(self.polling.run())
        # Not by the store: whoever looks is no part of what is measured.
        with closing(sqlite3.connect(self.file)) as looking:
            while looking.execute(_DUE, (time.time() * 1000,)).fetchone():  # noqa: ASYNC110 - a row
                await asyncio.sleep(0.01)
            took = time.perf_counter() - began
            assert looking.execute(_POLLED, (started - 1,)).fetchone() == (count,), "not all"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return count / took


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


async def parse(response: aiohttp.ClientResponse) -> None:
    """The path without memory: every body is read by feedparser."""
    feedparser.parse(io.BytesIO(await response.read()))


async def set_version(port: int, version: int, feeds: int) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/version/{version}.{feeds}") as response,
    ):
        assert response.status == 200


@dataclass
class Stall:
    """The longest that the event loop let somebody wait, in seconds."""

    longest: float = 0.0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        async def watch() -> None:
            while True:
                began = time.perf_counter()
                await asyncio.sleep(0.005)
                self.longest = max(self.longest, time.perf_counter() - began - 0.005)

        task = asyncio.create_task(watch())
        yield
        task.cancel()


async def unchanged(bench: Bench, feeds: int, rounds: int) -> None:
    """304 for everybody."""
    known = FeedState(etag='"e"', first_read=now(), last_success=now())
    ours, theirs = [], []
    bench.put("304", feeds, known)
    for _ in range(rounds):
        bench.due()
        ours.append(await bench.poll_all(feeds))
        urls = bench.urls("304", feeds)
        theirs.append(await bare(urls, discard, **{"If-None-Match": '"e"'}))
    report("unchanged (304)", ours, "a bare aiohttp loop", theirs, 0.7)


async def same_bodies(bench: Bench, feeds: int, rounds: int) -> None:
    """The whole body each time, and no validators."""
    hashes = [sha256(document(number, 0)).hexdigest() for number in range(feeds)]
    known = FeedState(first_read=now(), last_success=now())
    ours, theirs = [], []
    bench.put("same", feeds, known, hashes)
    for _ in range(rounds):
        bench.due()
        ours.append(await bench.poll_all(feeds))
        theirs.append(await bare(bench.urls("same", feeds // 30 or 1), parse))
    report("unchanged bodies", ours, "aiohttp and feedparser", theirs, 40)


async def changed(bench: Bench, feeds: int, rounds: int, folder: str) -> None:
    """Two new items of twenty in every feed."""
    reader = await asyncio.to_thread(make_reader, folder, bench.urls("new", feeds))
    bench.put("new", feeds, FeedState())
    await bench.poll_all(feeds)
    ours, theirs = [], []
    stall = Stall()
    for version in range(1, rounds + 1):
        await set_version(bench.port, version, feeds)
        bench.due()
        async with stall.watched():
            ours.append(await bench.poll_all(feeds))
        if reader is not None:
            theirs.append(await asyncio.to_thread(reader, feeds, 1 if version % 2 else 4))
    print(
        f"{'event loop, longest wait':<28}{stall.longest * 1000:>9.0f} ms (while these were read)"
    )
    if theirs:
        report("changed feeds", ours, "reader 3.26's update", theirs, 8)
    else:
        print(f"{'changed feeds':<28}{max(ours):>9.0f}/s; no reader here: pip install reader==3.26")


def make_reader(folder: str, urls: list[str]) -> Callable[[int, int], float] | None:
    """``reader`` with these feeds, read once; then feeds a second of an update by N workers."""
    if importlib.util.find_spec("reader") is None:
        return None
    from reader import make_reader as make  # noqa: PLC0415 - it need not be there

    def open_reader() -> Any:
        return make(f"{folder}/reader.db")

    reader = open_reader()
    for url in urls:
        reader.add_feed(url)
    reader.update_feeds(scheduled=False)
    reader.close()

    def update(feeds: int, workers: int) -> float:
        reader = open_reader()
        began = time.perf_counter()
        reader.update_feeds(workers=workers, scheduled=False)
        took = time.perf_counter() - began
        reader.close()
        return feeds / took

    return update


def report(what: str, ours: list[float], whom: str, theirs: list[float], least: float) -> None:
    """The best of the rounds of each: a machine's other business only ever slows down."""
    ratio = max(ours) / max(theirs)
    print(
        f"{what:<28}{max(ours):>9.0f}/s{ratio:>9.2f} × {whom} ({max(theirs):.0f}/s); "
        f"wanted: {least:g} ×"
    )


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    configure(level="error", form="console", secrets=[])
    limits = FetchLimits(CONCURRENCY, CONCURRENCY, allow_private=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(f"sqlite:///{folder}/bench.db") as store,
    ):
        async with serving() as port, Fetcher(limits) as fetcher, ParsePool() as pool:
            bench = Bench(
                f"{folder}/bench.db", store, fetcher, pool, port, load_rules(Path(folder))
            )
            print(
                f"{given.feeds} feeds of 28 KB, {CONCURRENCY} requests at once, "
                f"best of {given.rounds} rounds, of the first {3 * given.rounds}"
            )
            gc.collect()
            interpreter.tune()
            # A round of these takes a second, and is soon another's bad luck: more of them.
            await unchanged(bench, given.feeds, 3 * given.rounds)
            await same_bodies(bench, given.feeds // 3, given.rounds)
            await changed(bench, given.feeds // 30, given.rounds, folder)


if __name__ == "__main__":
    asyncio.run(main())
