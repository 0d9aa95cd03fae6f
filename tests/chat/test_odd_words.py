"""Whatever stands behind a command, there is an answer, and Telegram takes it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from bot.chat.router import COMMANDS
from bot.model import DeliveryState
from bot.store.schema import deliveries
from tests.chat.room import OWNER, until

if TYPE_CHECKING:
    from tests.chat.room import Room

# Within the 4,096 code points that a message has.
ODD: Final = (
    "",
    "x" * 4_070,
    "слово " * 670,
    "😀" * 2_000,
    "<b>&amp;</i> <a href='x'>",
    "\u202eabc\u2066 \u200f\u200e",
    "“”„«»",
    '"(((',
    "-" * 3_000,
    "a OR " * 700,
    "@putin @nobody $none source: lang:zz",
    "/[/ /(?:a{1000}){1000}/",
    "0 00 -1 99999999999999999999",
    "\n\n\t",
    "ـ" * 1_000 + "السلام",
)


async def test_every_command_answers_whatever_it_is_given(room: Room) -> None:
    """In Arabic, whose marks of direction make what is said longer."""
    you = room.person(OWNER)
    you.says("/language ar")
    await room.settled()
    for command in sorted(COMMANDS.keys() - {"language", "forgetme"}):
        for odd in ODD:
            newest = you.messages()[-1].id
            you.says(f"/{command}@tocsin_bot {odd}")
            answered = partial(lambda last: you.messages()[-1].id > last, newest)
            await until(answered, f"an answer to /{command} {odd[:40]!r}")
            await room.settled()
            for each in you.messages():
                if each.id > newest:
                    assert "something went wrong" not in each.text, f"/{command} {odd[:40]!r}"
    refused = room.store.read_now(
        lambda conn: conn.execute(
            select(deliveries.c.arguments).where(deliveries.c.state == DeliveryState.REFUSED)
        ).all()
    )
    assert not refused
