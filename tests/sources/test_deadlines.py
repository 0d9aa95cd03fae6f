from __future__ import annotations

import asyncio

import pytest

from bot.sources.deadlines import Deadlines

SOON = 0.05


async def late(deadlines: Deadlines, seconds: float = SOON) -> None:
    with deadlines.within(seconds):
        await asyncio.Event().wait()


async def test_what_takes_too_long_ends() -> None:
    deadlines = Deadlines(SOON)
    loop = asyncio.get_running_loop()
    began = loop.time()
    ends = await asyncio.gather(*(late(deadlines) for _ in range(9)), return_exceptions=True)
    assert [type(end) for end in ends] == [TimeoutError] * 9
    assert loop.time() - began >= SOON
    # The task that was late goes on unharmed.
    with pytest.raises(TimeoutError):
        await late(deadlines)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_each_has_a_limit_of_its_own() -> None:
    deadlines = Deadlines(SOON)
    long = asyncio.create_task(late(deadlines, 60))
    with pytest.raises(TimeoutError):
        await late(deadlines)
    assert not long.done()
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long


async def test_what_ends_in_time_is_left_alone() -> None:
    deadlines = Deadlines(SOON)
    for _ in range(3):
        with deadlines.within(SOON):
            await asyncio.sleep(0)
    with pytest.raises(ValueError, match="mine"), deadlines.within(SOON):
        raise ValueError("mine")
    await late_after(deadlines)


async def late_after(deadlines: Deadlines) -> None:
    """Whoever comes when nobody was looked after for a while is looked after."""
    with pytest.raises(TimeoutError):
        await late(deadlines, 0.001)


async def test_who_is_asked_to_end_ends_though_its_time_is_over_too() -> None:
    """A stop of the program is not taken for a time limit, which would let the task go on."""
    deadlines = Deadlines(SOON)
    task = asyncio.create_task(late(deadlines))
    await asyncio.sleep(0)

    def stop() -> None:
        if task.cancelling():  # in the very turn in which its time was over
            task.cancel()
        elif not task.done():
            loop.call_soon(stop)

    loop = asyncio.get_running_loop()
    loop.call_soon(stop)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_nobody_is_looked_after_outside_a_task() -> None:
    failed: asyncio.Future[type[Exception]] = asyncio.get_running_loop().create_future()

    def outside() -> None:
        try:
            with Deadlines(SOON).within(SOON):
                pass
        except RuntimeError as error:
            failed.set_result(type(error))

    asyncio.get_running_loop().call_soon(outside)
    assert await failed is RuntimeError
