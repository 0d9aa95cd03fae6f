"""/admin silence and /admin silences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.chat.admin.silences import Wanted, read
from tests.chat.room import CLAIRE

if TYPE_CHECKING:
    from tests.chat.room import Room

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


async def test_only_admins_silence(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/admin silence all")
    await claire.sees("Seuls mes administrateurs")
    claire.says("/topics")
    menu = await claire.sees("Sujets")
    for data in ("sp", "sl:1"):
        (menu.markup or {})["inline_keyboard"] = [[{"text": data, "callback_data": data}]]
        claire.presses(data)
        await claire.sees("Seuls mes administrateurs")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("all", Wanted("all", "", None, "")),
        ("all 30m", Wanted("all", "", NOW + timedelta(minutes=30), "")),
        ("all 30m a flood", Wanted("all", "", NOW + timedelta(minutes=30), "a flood")),
        ("all of it", None),
        ("topic war", Wanted("topic", "war", None, "")),
        ("Topic war 1d x", Wanted("topic", "war", NOW + timedelta(days=1), "x")),
        ("query a OR b 2h x y", Wanted("query", "a OR b", NOW + timedelta(hours=2), "x y")),
        ("source", None),
        ("", None),
    ],
)
def test_what_is_asked_for(words: str, expected: Wanted | None) -> None:
    assert read(words, "UTC", NOW) == expected
