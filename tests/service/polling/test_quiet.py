"""Polls that find nothing new are settled by a way of their own, which must come to the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING

import pytest

from bot.service.polling import records
from bot.service.polling.loop import LEASE
from bot.sources import schedule
from tests.service.polling.conftest import EVERY, rss

if TYPE_CHECKING:
    from bot.model import FeedState
    from tests.service.polling.conftest import Round

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("own", [None, 7 * MINUTE, 3 * DAY])
@pytest.mark.parametrize("said", [{}, {"Cache_Control": "max-age=7200"}, {"Expires": "0"}])
@pytest.mark.parametrize("status", [200, 304])
async def test_it_comes_to_what_the_long_way_does(
    rounds: Round, own: timedelta | None, said: dict[str, str], status: int
) -> None:
    if status == HTTPStatus.NOT_MODIFIED:
        said = said | {"ETag": '"e"'}
    rounds.server.answer("/a", 200, rss("one"), **said)
    rounds.feed("a", every=own)
    await rounds.poll()
    rounds.server.answer("/a", status, rss("one") if status == HTTPStatus.OK else b"", **said)
    for _ in range(12):
        before = rounds.state("a")
        assert await rounds.until_due("a") == ["/a"]
        after = rounds.state("a")
        expected = schedule.after_success(
            before,
            status=status,
            changed=False,
            wait=2 * HOUR if "Cache_Control" in said else None,
            ttl=None,
            every=own or EVERY,
            own=own is not None,
            now=rounds.now,
            random=Random(1),
        )
        assert alike(after, expected, own)


def alike(after: FeedState, expected: FeedState, own: timedelta | None) -> bool:
    """Equal but for the jitter, which is within its bounds."""
    assert after.interval is not None
    assert after.next_poll is not None
    assert after.last_poll is not None
    pause = after.next_poll - after.last_poll
    jitter = 0 if own else schedule.JITTER
    assert after.interval <= pause <= after.interval * (1 + jitter)
    return replace(after, next_poll=None) == replace(expected, next_poll=None)


async def test_the_last_poll_under_way_is_written_at_once(
    rounds: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.server.answer("/a", body=rss("one"), ETag='"e"')
    rounds.feed("a")
    await rounds.poll()
    rounds.server.answer("/a", status=304)
    rounds.now += DAY
    monkeypatch.setattr(records, "GATHERS", 3600)
    running = asyncio.create_task(rounds.polling.run())
    async with asyncio.timeout(30):
        while rounds.state("a").last_poll != rounds.now:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_was_not_written_when_the_program_died_is_polled_again(
    rounds: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.server.answer("/a", body=rss("one"), ETag='"e"')
    rounds.feed("a")
    await rounds.poll()
    before = rounds.state("a")
    rounds.server.answer("/a", status=304)
    with monkeypatch.context() as dying:
        dying.setattr(records.Records, "flush", asyncio.Event().wait)
        polling = asyncio.create_task(rounds.until_due("a"))
        async with asyncio.timeout(30):
            while len(rounds.server.requests) < 2:
                await asyncio.sleep(0.01)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    assert rounds.state("a") == before
    rounds.restart()
    assert await rounds.poll(LEASE) == ["/a"]
    assert rounds.state("a").answers == (200, 304)
