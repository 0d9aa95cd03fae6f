"""Admins add feeds in the chat: found, looked at, added; and see to those that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from bot.model import FeedState, Source, SourceKind
from bot.store import sources
from tests.chat.room import CLAIRE, OLGA, OWNER, now, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.chat.room import Room

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour &amp; sea</title>
<item><title>Grain leaves the port</title><link>https://example.org/1</link></item>
<item><title>Fog</title><link>https://example.org/2</link></item></channel></rss>"""
SITE = """<html><head><link rel="alternate" type="application/rss+xml" href="/one.xml">
<link rel="alternate" type="application/rss+xml" href="/two.xml"></head><body>Hello</body></html>"""


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text=SITE, content_type="text/html")

    async def feed(_: web.Request) -> web.Response:
        return web.Response(text=FEED, content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/one.xml", feed)
    app.router.add_get("/two.xml", feed)
    runner = web.AppRunner(app)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def known(room: Room, address: str) -> FeedState | None:
    listed = room.store.read_now(sources.list_sources)
    return next((state for source, state in listed if source.address == address), None)


async def test_a_site_s_feeds_are_shown_looked_at_and_added(room: Room, site: str) -> None:
    you = room.person(OWNER)
    you.says(f"/admin add {site}/")
    choice = await you.sees("I found several feeds", f"{site}/one.xml", "2 items")
    assert you.buttons(choice) == ["1. Harbour & sea", "2. Harbour & sea"]
    you.presses("2. Harbour & sea")
    await you.sees("would have rung for:", "grain: 1", "Grain leaves the port")
    assert known(room, f"{site}/two.xml") is None
    you.presses("Add it")
    await you.sees("Added: Harbour & sea")
    assert known(room, f"{site}/two.xml") is not None
    you.says(f"/admin add {site}/two.xml")
    await you.sees("would have rung for:")
    you.presses("Add it")
    await you.sees("I read that one already")


async def test_a_source_is_paused_asked_and_taken_out(room: Room, site: str) -> None:
    you = room.person(OWNER)
    address = f"{site}/one.xml"
    you.says(f"/admin add {address}")
    await you.sees("would have rung for:")
    you.presses("Add it")
    await you.sees("Added")
    you.presses("Sources")
    await you.sees("Press one to see how it does")
    you.presses("⚪️ Harbour & sea")
    await you.sees("not read yet", address)
    you.presses("Pause")
    await you.sees("given up, or paused")
    paused = known(room, address)
    assert paused is not None
    assert paused.disabled
    you.presses("Go on asking")
    await you.sees("not read yet")
    due = known(room, address)
    assert due is not None
    assert not due.disabled
    assert due.next_poll is not None
    notice = await you.sees_notice(you.presses("Ask now"))
    assert notice["text"] == "I am asking it."
    you.presses("Take it out")
    await you.sees("Press one to see how it does")
    assert known(room, address) is None


async def test_what_is_no_feed_is_said_to_be_none(room: Room, site: str) -> None:
    you = room.person(OWNER)
    you.says(f"/admin add {site}/nowhere")
    await you.sees("I found no feed at")
    you.says("/admin add")
    await you.sees("Send me the address")


async def test_a_press_that_others_forge_does_nothing(room: Room) -> None:
    james = room.person(1006)
    james.says("/topics")
    menu = await james.sees("Topics")
    for data in ("as:0", "sx:x:0:=wire", "fa:=[]", "ru:1", "rb:1", "ix:1", "bs:1", "ws:1", "wf:1"):
        (menu.markup or {})["inline_keyboard"] = [[{"text": data, "callback_data": data}]]
        james.presses(data)
        await james.sees("Only my admins can do that")
    assert "wire" in room.store.read_now(sources.all_sources)


@pytest.mark.parametrize(
    ("person", "sources_button", "advice"),
    [
        (OWNER, "Sources", "it has moved for good: write https://new.example/ as its address"),
        (CLAIRE, "Sources", "il a déménagé pour de bon : son adresse est désormais"),
        (OLGA, "Источники", "лента переехала насовсем; укажите её новый адрес"),
    ],
)
async def test_what_to_do_about_a_source_is_said_in_the_admin_s_language(
    open_room: Callable[..., Awaitable[Room]], person: int, sources_button: str, advice: str
) -> None:
    room = await open_room(admins=frozenset({person}))
    source = Source("moved", SourceKind.FEED, "https://old.example/feed", name="Moved")
    state = FeedState(first_read=now(), location="https://new.example/", answers=(200,))
    await room.store.write(lambda conn: sources.add_source(conn, source, now()))
    await room.store.write(lambda conn: sources.set_feed_state(conn, "moved", state, None))
    admin = room.person(person)
    admin.says("/admin")
    await until(lambda: sources_button in admin.labels(), "the page")
    admin.presses(sources_button)
    await admin.sees("Moved")
    admin.presses("🟢 Moved")
    await admin.sees(f"👉 {advice}", "https://new.example/")
