"""A hundred thousand feeds in one process: its start, its memory, its processor time, its lateness.

The real service, on a store that has the feeds, beside a server that answers 304 and notes when it
was asked. The feeds are due evenly over ``fetch.every`` (ten minutes), as they are when a service
has run for a while; half of a minute of that is watched.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.model import FeedState, Source, SourceKind
from bot.sandbox import Sandbox
from bot.store.engine import Store
from bot.store.schema import sources
from bot.store.sources import feed_row

if TYPE_CHECKING:
    from sqlalchemy import Connection

ROOT = Path(__file__).parents[1]
EVERY = timedelta(minutes=10)
HOSTS = 250
TICKS = os.sysconf("SC_CLK_TCK")


class Asked:
    """A server that never has anything new, and when it was asked for which feed."""

    def __init__(self) -> None:
        self.times: dict[int, float] = {}

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.times.setdefault(int(request.path.strip("/")), time.time())
        return web.Response(status=304, headers={"ETag": '"e"'})


def fill(path: Path, port: int, count: int, start: datetime) -> list[float]:
    """A store with so many feeds; when each is due, as a Unix time."""
    dues = [start + EVERY * (number / count) for number in range(count)]

    def work(conn: Connection) -> None:
        rows = []
        for number, due in enumerate(dues):
            url = f"http://127.0.1.{1 + number % HOSTS}:{port}/{number}"
            source = Source(f"feed{number}", SourceKind.FEED, url)
            state = FeedState(
                etag='"e"', next_poll=due, interval=EVERY, first_read=start, last_success=start
            )
            rows.append(feed_row(source, state, "store"))
        conn.execute(sources.insert(), rows)

    with Store.open(f"sqlite:///{path}") as store:
        store.write_now(work)
    return [due.timestamp() for due in dues]


async def start(folder: Path, telegram: Sandbox) -> tuple[asyncio.subprocess.Process, float]:
    """The service, and how long it took until it was ready."""
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "config.toml").write_text(
        f'[telegram]\ntoken = "{telegram.token}"\napi = "{telegram.url}"\n'
        "[fetch]\nallow_private_addresses = true\nspacing = '1ms'\n"
        "[seeds]\nfolders = []\n[web]\nlisten = '127.0.0.1:0'\n",
        "utf-8",
    )
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "--config", str(folder / "config.toml"), "run"),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stderr is not None
    while b"Tocsin is ready" not in (line := await process.stderr.readline()):
        assert line, "the service ended"
    took = time.perf_counter() - began
    asyncio.get_running_loop().create_task(process.stderr.read())
    return process, took


def resident(pid: int) -> float:
    """Megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def processor(pid: int) -> float:
    """Seconds of processor time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def run(count: int, seconds: float) -> tuple[float, float, float, list[float]]:
    """Start, megabytes, share of a processor, and the lateness of each poll in seconds."""
    asked = Asked()
    runner = web.ServerRunner(web.Server(asked.answer))
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()  # noqa: S104 - 127.0.1.1, 127.0.1.2 …
    telegram = Sandbox()
    await telegram.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        port = runner.addresses[0][1]
        # Due from a little later on: the start is measured by itself.
        begins = datetime.now(UTC) + timedelta(seconds=8 + count / 4_000)
        dues = await asyncio.to_thread(fill, folder / "tocsin.db", port, count, begins)
        process, took = await start(folder, telegram)
        await asyncio.sleep(max(begins.timestamp() - time.time(), 0) + 5)
        used, since = processor(process.pid), time.perf_counter()
        await asyncio.sleep(seconds)
        share = (processor(process.pid) - used) / (time.perf_counter() - since)
        memory = resident(process.pid)
        process.terminate()
        await process.wait()
    await telegram.stop()
    await runner.cleanup()
    until = time.time() - 10  # what was due then has been asked, or is late for certain
    late = [
        asked.times.get(number, time.time()) - due for number, due in enumerate(dues) if due < until
    ]
    return took, memory, share, late


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    empty, without, idle, _ = await run(1, 5)
    print(f"{'feeds':>8}{'start':>9}{'memory':>10}{'CPU':>7}{'late p50':>10}{'p99':>8}{'max':>8}")
    print(f"{1:>8}{empty:>8.1f}s{without:>7.0f} MB{idle:>7.1%}")
    took, memory, share, late = await run(given.feeds, given.seconds)
    parts = statistics.quantiles(late, n=100)
    print(
        f"{given.feeds:>8}{took:>8.1f}s{memory:>7.0f} MB{share:>7.1%}{parts[49]:>9.2f}s"
        f"{parts[98]:>7.2f}s{max(late):>7.2f}s"
    )
    print(
        f"{len(late)} polls, {given.feeds / EVERY.total_seconds():.0f} a second; wanted: start under 3 s, p99 under 5 s"
    )


if __name__ == "__main__":
    asyncio.run(main())
