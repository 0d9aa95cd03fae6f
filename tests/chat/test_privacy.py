"""/privacy, /export and /forgetme."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.store import schema
from tests.chat.room import CLAIRE, GROUP, OWNER

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.chat.room import Room


def everything(conn: Connection) -> str:
    """Every value of every table, but for the places where a queue stands."""
    rows = [
        f"{table.name}: {dict(row)}"
        for table in schema.metadata.sorted_tables
        for row in conn.execute(select(table)).mappings()
        if not str(dict(row).get("key", "")).startswith("outbox.")
    ]
    return "\n".join(rows)


async def test_a_copy_of_what_is_known(room: Room) -> None:
    you = room.person(OWNER)
    you.says('/subscribe "<b>peace" OR talks')
    await you.sees("Done!")
    you.says("/export")
    known = json.loads((await you.sees('"subscriptions"')).text)
    assert known["chat"] == OWNER
    assert known["language"] == "en"
    assert known["role"] == "admin"
    assert [each["rule"] for each in known["subscriptions"]] == ['query:"<b>peace" OR talks']


async def test_a_long_copy_still_fits(room: Room) -> None:
    you = room.person(OWNER)
    for number in range(8):
        you.says(f"/subscribe {'word' * 200}{number}")
        await you.sees("Done!")
    you.says("/export")
    known = json.loads((await you.sees('"subscriptions"')).text)
    assert known["subscriptions left out"] == 8 - len(known["subscriptions"])


async def test_forgetting_erases_everything_about_the_person(room: Room) -> None:
    claire = room.person(CLAIRE)
    claire.says("/start")
    await claire.sees("Bonjour")
    words = " OR ".join(f"confidentiel{number}" for number in range(20))
    claire.says(f"/search {words}")
    await claire.sees("Je n’ai encore rien lu")
    claire.says("/subscribe confidentiel1")
    await claire.sees("C’est fait")
    await room.publish("Très confidentiel1")
    await claire.sees("Très confidentiel1")
    kept = room.store.read_now(everything)
    assert "confidentiel19" in kept
    assert str(CLAIRE) in kept

    claire.says("/forgetme")
    await claire.sees("Dois-je tout oublier")
    claire.presses("Oui, tout oublier")
    await claire.sees("j’ai tout oublié")
    await room.settled()
    left = room.store.read_now(everything).replace("Très confidentiel1", "")
    assert str(CLAIRE) not in left
    assert not re.search(r"confidentiel|Claire", left)
    assert room.matcher.watched == 0
    await room.publish("Encore confidentiel1")
    await claire.hears_nothing_of("Encore")


async def test_no_means_no(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe truce")
    await you.sees("Done!")
    you.says("/forgetme")
    await you.sees("Shall I forget everything")
    you.presses("No, keep it")
    await you.sees("Everything stays as it is")
    assert room.rules_of(OWNER) == ["query:truce"]


async def test_in_a_group_only_its_admins_have_it_forgotten(room: Room) -> None:
    you, claire = room.person(OWNER, GROUP), room.person(CLAIRE, GROUP)
    you.says("/subscribe truce")
    await you.sees("Done!")
    you.says("/forgetme")
    await you.sees("Shall I forget everything")
    await claire.sees_notice(claire.presses("Yes, forget everything"))
    await room.settled()
    assert room.rules_of(GROUP) == ["query:truce"]
    you.presses("Yes, forget everything")
    await you.sees("I have forgotten everything")
    assert room.rules_of(GROUP) == []
