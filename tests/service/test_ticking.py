from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.roles.parts import ticking

if TYPE_CHECKING:
    import pytest


async def test_a_tick_under_way_at_the_stop_is_no_failure(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        begun.set()
        try:
            await asyncio.Future()
        finally:
            ended.set()

    with ticking((tick, 1)):
        await asyncio.wait_for(begun.wait(), 10)
    await asyncio.wait_for(ended.wait(), 10)
    await asyncio.sleep(0)  # its task reports behind it
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_tick_that_fails_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    failed = asyncio.Event()

    async def tick() -> None:
        failed.set()
        raise RuntimeError("a defect")

    with ticking((tick, 1)):
        await asyncio.wait_for(failed.wait(), 10)
        await asyncio.sleep(0)
    assert "a defect" in caplog.text
