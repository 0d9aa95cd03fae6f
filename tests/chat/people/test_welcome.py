"""The first minute: start, a subscription, and the bell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import people
from tests.chat.room import MEHMET, OWNER

if TYPE_CHECKING:
    from tests.chat.room import Room


async def test_a_language_that_is_not_spoken_is_english(room: Room) -> None:
    mehmet = room.person(MEHMET)
    people.rename(room.telegram.world, MEHMET, language="de")
    mehmet.says("/start")
    await mehmet.sees("Hello! I read the news")


async def test_a_seed_that_was_there_before_rings_for_the_newcomer(room: Room) -> None:
    await room.publish("Poutine et Trump", "Vladimir Poutine appelle.", waiting=True, rings=False)
    you = room.person(OWNER)
    you.says("/subscribe Poutine")
    confirmed = await you.sees("Done! I will ring when the news names Vladimir Putin")
    assert "Only the word “Poutine”" in you.buttons(confirmed)
    await you.sees("Poutine et Trump", "Vladimir Poutine appelle")
    assert room.rules_of(OWNER) == ["query:@putin"]
