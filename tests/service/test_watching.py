from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.service.watching import changes

if TYPE_CHECKING:
    from pathlib import Path


async def test_tells_of_a_change_and_of_a_second_atomic_rename(tmp_path: Path) -> None:
    stop = asyncio.Event()
    heard = changes(tmp_path, stop)
    await anext(heard)  # at once
    for text in ("first", "second"):
        waiting = asyncio.ensure_future(anext(heard))
        await asyncio.sleep(0)
        draft = tmp_path / ".draft"
        draft.write_text(text)
        draft.rename(tmp_path / "rules.toml")
        await asyncio.wait_for(waiting, 4)  # sooner than the look that needs no event
    stop.set()
    await heard.aclose()


async def test_waits_for_a_folder_and_stops_when_asked(tmp_path: Path) -> None:
    stop = asyncio.Event()
    heard = changes(tmp_path / "not-there", stop)
    await anext(heard)
    waiting = asyncio.ensure_future(anext(heard, "ended"))
    stop.set()
    assert await asyncio.wait_for(waiting, 8) == "ended"
