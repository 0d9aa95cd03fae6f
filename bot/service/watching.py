"""Folders that people edit while the service runs: tells when something in one has changed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from watchfiles import awatch

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

# A look even when no event came: some file systems (network mounts, containers) send none.
LOOK_ANYWAY_MS = 5_000
# Events within this time are one change: an editor writes, renames and removes in a row.
GATHER_MS = 300


async def changes(folder: Path, stop: asyncio.Event) -> AsyncGenerator[None]:
    """Yield at once, then after each change under ``folder`` and every few seconds besides.

    The folder is watched, not its files: a file's second atomic rename would go unseen. A folder
    that does not exist yet, or goes away, is waited for. Ends when ``stop`` is set.
    """
    while not stop.is_set():
        yield
        if not folder.is_dir():
            await _pause(stop, LOOK_ANYWAY_MS / 1000)
            continue
        try:
            async for _ in awatch(
                folder,
                stop_event=stop,
                debounce=GATHER_MS,
                rust_timeout=LOOK_ANYWAY_MS,
                yield_on_timeout=True,
            ):
                yield
        except FileNotFoundError:  # taken away between the look and the watch
            continue


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    # Not wait_for: before Python 3.12 it can swallow a cancellation.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
