"""/privacy, /export and /forgetme."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING

from lxml import etree
from sqlalchemy import select

from bot.sandbox.records import Person as SandboxPerson
from bot.store import schema
from tests.chat.room import CLAIRE, GROUP, MEHMET, OLGA, OWNER, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from pathlib import Path

    import pytest
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


def files(room: Room, chat: int) -> dict[str, bytes]:
    """What the bot sent as files, by name."""
    sent = [message.document for message in room.telegram.answers(chat)]
    return {document.name: document.body for document in sent if document is not None}


async def test_a_copy_of_what_is_known(room: Room) -> None:
    you = room.person(OWNER)
    you.says('/subscribe "<b>peace" OR talks')
    await you.sees("Done!")
    you.says("/subscribe talks")
    await you.sees("Done!")
    await room.publish("Peace talks")
    await you.sees("Peace talks")
    you.says("/export")
    await you.sees("as OPML;")
    sent = files(room, OWNER)
    known = json.loads(sent["tocsin.json"])
    assert (known["chat"], known["language"], known["role"]) == (OWNER, "en", "admin")
    rules = [each["rule"] for each in known["subscriptions"]]
    assert rules == ['query:"<b>peace" OR talks', "topic:talks"]
    assert [(each["title"], each["state"]) for each in known["alerts"]] == [("Peace talks", "sent")]
    outlines = etree.fromstring(sent["tocsin.opml"]).findall("body/outline")
    assert [dict(each.attrib) for each in outlines] == [
        {"text": '"<b>peace" OR talks', "category": "query"},
        {
            "text": "Istanbul talks",
            "category": "topic",
            "type": "link",
            "url": "https://t.me/tocsin_bot?start=topic-talks",
        },
    ]


async def test_a_copy_leaves_nothing_behind_in_the_outbox(room: Room) -> None:
    you = room.person(OWNER)
    you.says("/subscribe rarissime")
    await you.sees("Done!")
    you.says("/export")
    await you.sees("as OPML;")
    await room.settled()
    kept = room.store.read_now(everything)
    assert "file_name" not in kept


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


NADIA = 7_318_264_915_077  # a number that no page of a database has by chance
SECRETS = ("Nadiaxyz", "xylophonist", "zwieback", "quokka", "numbat")


def on_disk(folder: Path, *, but: Collection[str] = ()) -> list[str]:
    """What the files of the store still have of Nadia: words, and her number in any form."""
    forms = {str(NADIA): str(NADIA).encode(), "in binary": NADIA.to_bytes(6, "big")}
    forms |= {word: word.encode() for word in SECRETS}
    return [
        f"{name} in {path.name}"
        for path in sorted(folder.iterdir())
        for name, written in forms.items()
        if path.is_file() and name not in but and written in path.read_bytes()
    ]


async def test_nothing_is_left_in_any_file_or_log(
    open_room: Callable[..., Awaitable[Room]], caplog: pytest.LogCaptureFixture
) -> None:
    """Rows, indexes, free pages, the write-ahead log, and what was logged meanwhile."""
    caplog.set_level(logging.DEBUG)
    room = await open_room(admins=frozenset({OWNER, NADIA}))
    room.telegram.world.add_person(SandboxPerson(NADIA, "Nadiaxyz", language="en"))
    others = [room.person(number) for number in (OWNER, MEHMET, OLGA)]
    nadia = room.person(NADIA)
    nadia.says("/start")
    await nadia.sees("Hello")
    nadia.says("/subscribe quokka")  # and no longer: what it found is hers all the same
    await nadia.sees("Done!")
    await room.publish("The animal", "A quokka.")
    await nadia.sees("The animal")
    nadia.says("/unsubscribe quokka")
    await nadia.sees("any more")
    for number in range(40):  # rows among those of others, so that pages are split and merged
        nadia.says(f"/subscribe xylophonist{number} {'zwieback ' * 20}")
        others[number % 3].says(f"/subscribe word{number} {'other ' * 20}")
    await room.settled()
    nadia.says(f"/search {' OR '.join(f'numbat{number}' for number in range(20))}")
    await room.settled()
    nadia.says("/admin silence query numbat 3h")
    await nadia.sees("Silenced")
    nadia.says("/export")
    await nadia.sees("as OPML;")
    await room.settled()
    assert {each.partition(" in ")[0] for each in on_disk(room.folder)} > {"xylophonist"}

    nadia.says("/forgetme")
    await nadia.sees("Shall I forget everything")
    nadia.presses("Yes, forget everything")
    await nadia.sees("I have forgotten everything")
    await room.settled()
    # The admins' silence stays, without her name; the article that named the animal stays too.
    await until(lambda: not on_disk(room.folder, but={"quokka", "numbat"}), "clean files")
    left = room.store.read_now(everything)
    assert [line for line in left.splitlines() if "quokka" in line and "items" not in line] == []
    assert [line for line in left.splitlines() if "numbat" in line and "silences" not in line] == []
    logged = "\n".join(map(str, caplog.records)) + caplog.text
    assert [word for word in (*SECRETS, str(NADIA)) if word in logged] == []
    assert room.rules_of(OWNER), "the others stay"


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
