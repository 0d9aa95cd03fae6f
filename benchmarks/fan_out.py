"""One item that a million subscribe to: how long other writers wait meanwhile, and the memory.

``python -m benchmarks.fan_out [--subscribers 1000000]``. Beside the fan-out a writer commits a
small work every few milliseconds, as conversations do, and measures how long each takes from its
submission to its commit on disk. The same writer alone, before, is what it is compared with.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import func, insert, select

from bot.model import Item, Match, Severity
from bot.service.fanning import Fanning
from bot.store import meta, schema
from bot.store.engine import Store
from bot.store.incoming import Arrival
from bot.store.items import record

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOW = datetime(2026, 11, 25, tzinfo=UTC)
RULE = "topic:war"
PAGE = 20_000
ALONE = 3.0  # seconds


def populate(store: Store, subscribers: int) -> None:
    """So many chats, each with a subscription; every tenth has a daily digest."""

    def page(conn: Connection, first: int, last: int) -> None:
        rows = range(first, last)
        conn.execute(
            insert(schema.chats),
            [{"id": n, "kind": "private", "language": "en", "created": NOW} for n in rows],
        )
        conn.execute(
            insert(schema.subscriptions),
            [
                {
                    "chat_id": n,
                    "thread_id": 0,
                    "rule": RULE,
                    "created": NOW,
                    "cadence": "daily" if n % 10 == 0 else "immediate",
                }
                for n in rows
            ],
        )

    for first in range(1, subscribers + 1, PAGE):
        last = min(first + PAGE, subscribers + 1)
        store.write_now(lambda conn, first=first, last=last: page(conn, first, last))  # type: ignore[misc]


class Neighbour:
    """Another writer: one small work after the other, each timed to its commit."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.waits: list[float] = []
        self.most_memory = 0.0

    async def run(self) -> None:
        number = 0
        while True:
            number += 1
            began = time.perf_counter()
            await self._store.write(lambda conn, n=number: meta.put(conn, "neighbour", n))  # type: ignore[misc]
            self.waits.append(time.perf_counter() - began)
            self.most_memory = max(self.most_memory, memory())
            await asyncio.sleep(0.002)

    def shown(self) -> str:
        waits = sorted(self.waits)
        at = {"p50": len(waits) // 2, "p99": len(waits) * 99 // 100, "longest": len(waits) - 1}
        times = ", ".join(f"{name} {1000 * waits[n]:.1f} ms" for name, n in at.items())
        return f"{times} over {len(waits)} commits"


async def neighbouring(store: Store, seconds: float | None) -> tuple[Neighbour, float, int]:
    """The neighbour's waits: alone for so many seconds, or beside a fan-out of all there is."""
    neighbour = Neighbour(store)
    task = asyncio.create_task(neighbour.run())
    began = time.perf_counter()
    owed = 0
    if seconds is not None:
        await asyncio.sleep(seconds)
    else:
        fanning = Fanning(store, lambda: None, now=lambda: NOW)
        owed = await fanning.drain()
    taken = time.perf_counter() - began
    task.cancel()
    return neighbour, taken, owed


def memory() -> float:
    """What this process has in memory now, in MiB."""
    resident = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return resident * resource.getpagesize() / 2**20


def _made(folder: str, subscribers: int) -> Store:
    """A store with so many subscribers; made by another process, whose memory is not ours."""
    url = f"sqlite:///{Path(folder) / 'tocsin.db'}"
    command = ["-m", "benchmarks.fan_out", "--populate", url, "--subscribers", str(subscribers)]
    subprocess.run([sys.executable, *command], check=True)  # noqa: S603 - our own module
    return Store.open(url)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=1_000_000)
    parser.add_argument("--populate", metavar="URL", help="only make the store, for the other part")
    options = parser.parse_args()
    subscribers: int = options.subscribers
    if options.populate:
        with Store.open(options.populate) as store:
            populate(store, subscribers)
        return 0
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder, _made(folder, subscribers) as store:
        alone, _, _ = asyncio.run(neighbouring(store, ALONE))
        item = Item("1", "news", None, "War", "War")
        found = ((Match("war", None, 1.0, ()), Severity.NORMAL),)
        began = time.perf_counter()
        recorded = store.write_now(
            lambda conn: record(conn, [Arrival(item, found, rings=True)], NOW)
        )
        recording = time.perf_counter() - began
        before = memory()
        beside, taken, owed = asyncio.run(neighbouring(store, None))
        grown = beside.most_memory - before
        states = select(schema.deliveries.c.state, func.count()).group_by(schema.deliveries.c.state)
        counted = dict(store.read_now(lambda conn: [tuple(row) for row in conn.execute(states)]))
    print(f"subscribers                  {subscribers:,}")
    print(f"the item's own transaction   {1000 * recording:.1f} ms, {recorded.queued} queued")
    print(f"fan-out                      {taken:.1f} s, {owed / taken:,.0f} deliveries a second")
    print(f"deliveries                   {counted}")
    print(f"peak memory grown by         {grown:.1f} MiB")
    print(f"another writer, alone        {alone.shown()}")
    print(f"another writer, beside it    {beside.shown()}")
    return 0 if owed == subscribers == sum(counted.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
