from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.errors import ParseError
from bot.model import Source, SourceKind
from bot.sources.feed import parse_feed
from bot.sources.pool import ParsePool
from bot.sources.protocol import (
    FeedRequest,
    SeedRequest,
    dump_feed,
    dump_request,
    load_feed,
    load_request,
    load_seed,
)
from bot.sources.seeds import read_seed
from tests.sources import hostile

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).parent.parent / "cases"
FEED = (CASES / "feeds" / "rss-common.xml").read_bytes()


def pids(pool: ParsePool) -> list[int]:
    return [worker._process.pid for worker in pool._alive]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for yet counts."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


async def test_a_process_gives_what_the_parser_gives() -> None:
    async with ParsePool() as pool:
        assert not pids(pool)  # none before it is needed
        feed = await pool.parse(FEED, source="s", url="https://a.example/rss")
        assert feed == parse_feed(FEED, source="s", url="https://a.example/rss")
        (first,) = pids(pool)
        await pool.parse(FEED, source="s")
        assert pids(pool) == [first]
    assert gone(first)


async def test_seed_files_too() -> None:
    source = Source("seeds", SourceKind.FOLDER, str(CASES / "seeds"), timezone="Europe/Istanbul")
    path = CASES / "seeds" / "turkish.txt"
    async with ParsePool() as pool:
        assert await pool.read_seed(path, source) == read_seed(path, source)
        with pytest.raises(ParseError, match="cannot be read"):
            await pool.read_seed(path / "no", source)


async def test_the_documents_fault_is_a_parse_error_and_costs_no_process() -> None:
    async with ParsePool() as pool:
        await pool.parse(FEED, source="s")
        before = pids(pool)
        with pytest.raises(ParseError, match="it is an HTML page"):
            await pool.parse(b"<html>", source="s")
        assert pids(pool) == before


async def test_a_large_reply_arrives_whole() -> None:
    many = "".join(f"<item><guid>{number}</guid><title>t</title></item>" for number in range(600))
    async with ParsePool() as pool:
        feed = await pool.parse(hostile.rss(many), source="s")
    assert len(feed.items) == 600


async def test_a_document_that_takes_too_long_is_a_parse_error_and_the_next_one_is_read() -> None:
    async with ParsePool(timeout=timedelta(seconds=0.3)) as pool:
        await pool.parse(FEED, source="s")
        (first,) = pids(pool)
        with pytest.raises(ParseError, match="longer than 0.3 s"):
            await pool.parse(hostile.busy(), source="s")
        assert gone(first)
        assert len((await pool.parse(FEED, source="s")).items) == 2
        assert pids(pool) != [first]


async def test_a_process_has_no_more_memory_than_it_may() -> None:
    async with ParsePool(memory=160 << 20) as pool:
        wide = hostile.rss(f"<item><description>{'x' * 60_000_000}</description></item>")
        with pytest.raises(ParseError):
            await pool.parse(b"<!DOCTYPE rss>" + wide[21:], source="s")
        assert len((await pool.parse(FEED, source="s")).items) == 2


async def test_a_process_that_dies_is_replaced() -> None:
    async with ParsePool() as pool:
        await pool.parse(FEED, source="s")
        (first,) = pids(pool)
        os.kill(first, signal.SIGKILL)
        await until(lambda: gone(first))
        with pytest.raises(ParseError, match="died"):
            await pool.parse(FEED, source="s")
        assert len((await pool.parse(FEED, source="s")).items) == 2


async def test_a_cancelled_caller_leaves_no_half_answer_behind() -> None:
    async with ParsePool() as pool:
        await pool.parse(FEED, source="s")
        task = asyncio.create_task(pool.parse(hostile.busy(), source="s"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await pool.parse(FEED, source="other")).items[0].source == "other"


async def test_no_more_processes_than_asked_for() -> None:
    async with ParsePool(workers=2) as pool:
        feeds = await asyncio.gather(*(pool.parse(FEED, source=str(n)) for n in range(10)))
        assert [feed.items[0].source for feed in feeds] == [str(n) for n in range(10)]
        assert len(pids(pool)) <= 2


async def test_secrets_stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_TELEGRAM_TOKEN", "123:hush")
    async with ParsePool() as pool:
        await pool.parse(FEED, source="s")
        (pid,) = pids(pool)
        assert b"hush" not in Path(f"/proc/{pid}/environ").read_bytes()


PARENT = """
import asyncio, sys
from bot.sources.pool import ParsePool
async def main():
    pool = ParsePool()
    await pool.parse(b"<rss version='2.0'><channel><title>t</title></channel></rss>", source="s")
    print(*(worker._process.pid for worker in pool._alive), flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_a_process_ends_when_its_parent_is_killed() -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=subprocess.PIPE, cwd=CASES.parent.parent
    )
    assert parent.stdout is not None
    worker = int(await parent.stdout.readline())
    assert not gone(worker)
    parent.kill()
    await parent.communicate()
    await until(lambda: gone(worker))


async def test_an_alarm_ends_a_busy_process_that_nobody_watches() -> None:
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sources.worker", "1", str(512 << 20)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=CASES.parent.parent,
    )
    request, body = dump_request(FeedRequest("s", None, None, None)), hostile.busy()
    frames = b"".join(len(part).to_bytes(4) + part for part in (request, body))
    async with asyncio.timeout(20):
        await worker.communicate(frames)
    assert worker.returncode == -signal.SIGALRM


def test_requests_survive_the_journey() -> None:
    source = Source(
        *("k", SourceKind.FOLDER, "/a", "n", "fr", ("t",)), every=timedelta(5), timezone="UTC"
    )
    loaded = load_request(dump_request(SeedRequest("/a/b", source)))
    assert isinstance(loaded, SeedRequest)
    assert (loaded.path, loaded.source.tags, loaded.source.kind) == ("/a/b", ("t",), source.kind)
    feed = FeedRequest("s", "u", None, "fr", (1, 2**64 - 1))
    assert load_request(dump_request(feed)) == feed


@pytest.mark.parametrize(
    "reply",
    [
        *(b"", b"nonsense", b"[]", b"{}", b'{"items": [1]}', b'{"items": [{"id": 5}]}'),
        b'{"items": null, "title": "t"}',
    ],
)
def test_a_reply_is_not_trusted(reply: bytes) -> None:
    with pytest.raises(ParseError):
        load_feed(reply)
    with pytest.raises(ParseError):
        load_seed(reply)


def test_a_reply_of_strange_types_does_no_harm() -> None:
    feed = load_feed(
        b'{"items": [], "title": 5, "lang": [], "ttl": "x", "reader": null, "marks": 5}'
    )
    assert (feed.title, feed.lang, feed.ttl, feed.reader) == ("5", None, None, "")
    feed = load_feed(b'{"items": [], "marks": [-1, "x", null, 1e99, 7], "skipped": "many"}')
    assert (feed.marks, feed.skipped) == ((7,), 0)
    parsed = parse_feed(FEED, source="s")
    assert load_feed(dump_feed(parsed)) == parsed
