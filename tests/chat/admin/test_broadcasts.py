"""A broadcast goes on over a restart, and its admin hears of the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import broadcasts
from tests.chat.room import CLAIRE, OWNER

if TYPE_CHECKING:
    from tests.chat.room import Room


async def test_a_restart_goes_on_and_the_admin_hears_of_the_end(room: Room) -> None:
    you, claire = room.person(OWNER), room.person(CLAIRE)
    claire.says("/start")
    await claire.sees("Bonjour")
    you.says("/admin broadcast Good news")
    await you.sees("So it would look")
    await room.stop()
    draft = await room.store.read(lambda conn: broadcasts.get(conn, 1))
    assert draft is not None
    await room.store.write(lambda conn: broadcasts.start(conn, draft.id))
    room.start()
    await claire.sees("Good news")
    await you.sees("Done: 2 have it")
    await room.settled()
    (finished,) = [await room.store.read(lambda conn: broadcasts.get(conn, draft.id))]
    assert finished is not None
    assert finished.state == "closed"
