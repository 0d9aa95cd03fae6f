from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from tests.chat.room import Room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path


@pytest.fixture
async def open_room(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Room]]]:
    async with AsyncExitStack() as stack:

        async def make(**how: Any) -> Room:
            room = Room(tmp_path, **how)
            stack.push_async_callback(room.close)
            await room.open()
            return room

        yield make


@pytest.fixture
async def room(open_room: Callable[..., Awaitable[Room]]) -> Room:
    """Anybody may talk with the bot."""
    return await open_room()
