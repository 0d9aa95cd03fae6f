"""The whole path, as people see it: a process, real HTTP on every side, a real store."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import sqlite3
from typing import TYPE_CHECKING

import aiohttp

from bot.sandbox import people
from tests.end_to_end.parts import OWNER, PATIENCE, ROOT, Newsstand, Phone, Service, config, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.sandbox import Sandbox

TITLE = "Le Kremlin confirme la préparation d'un appel téléphonique"
STRANGER = 1006
_SANDBOX = re.compile(r"^    (http://\S+)$", re.MULTILINE)


async def test_the_seed_rings_once_and_a_restart_rings_nothing_twice(
    telegram: Sandbox, serve: Callable[[str], Service], article: Path
) -> None:
    service = serve(config(telegram))
    await service.start()
    reader, other = Phone(telegram, OWNER), Phone(telegram, STRANGER)
    other.say("/start")
    reader.say("/subscribe Poutine")
    await until(lambda: reader.hears(TITLE), "the alert")
    # A second subscription to the same story is confirmed, and does not ring again.
    reader.say("/subscribe Kremlin OR négociations")
    await until(lambda: len(reader.heard) >= 3, "the second confirmation")
    assert await service.stop() == 0
    await service.start()
    reader.say("/subscriptions")
    await until(lambda: len(reader.heard) >= 4, "the list, which leaves after any alert")
    assert len(reader.hears(TITLE)) == 1
    assert not other.hears(TITLE)


async def test_a_seed_that_comes_later_rings_those_who_subscribed(
    telegram: Sandbox, serve: Callable[[str], Service], tmp_path: Path
) -> None:
    service = serve(config(telegram))
    await service.start()
    reader, other = Phone(telegram, OWNER), Phone(telegram, STRANGER)
    reader.say("/subscribe zeppelin")
    other.say("/subscribe submarine")
    await until(lambda: reader.heard and other.heard, "both confirmations")
    service.seed("airship.txt", "A zeppelin over the lake\n\nIt came at noon, and people waved.\n")
    (alert,) = await until(lambda: reader.hears("A zeppelin over the lake"), "the alert")
    assert any(entity["type"] == "bold" for entity in alert.entities)
    assert not other.hears("zeppelin over")


async def test_a_new_feeds_backlog_is_kept_and_what_comes_then_rings_once(
    telegram: Sandbox, newsstand: Newsstand, serve: Callable[[str], Service]
) -> None:
    newsstand.publish("one", "zeppelin old")
    newsstand.publish("two", "nothing yet")
    feeds = "".join(
        f'[[feeds]]\nurl = "{newsstand.url}/{name}"\nkey = "{name}"\nevery = "1s"\n'
        for name in ("one", "two")
    )
    service = serve(config(telegram, more=feeds))
    await service.start()
    reader = Phone(telegram, OWNER)
    reader.say("/subscribe zeppelin")
    await until(lambda: reader.heard, "the confirmation")
    await until(lambda: len(newsstand.asked) >= 4, "a second poll of both feeds")
    assert not reader.hears("zeppelin old. Full text")
    # The same report under one address, in both feeds: one story, one alert.
    same = newsstand.feeds["one"].replace("zeppelin old", "zeppelin new")
    newsstand.feeds["one"] = newsstand.feeds["two"] = same
    await until(lambda: reader.hears("zeppelin new"), "the alert")
    asked = len(newsstand.asked)
    await until(lambda: len(newsstand.asked) >= asked + 4, "two more polls of both feeds")
    reader.say("/latest zeppelin")
    await until(lambda: reader.hears("zeppelin old"), "the backlog, when asked for")
    assert len([m for m in reader.hears("zeppelin new") if m.text.startswith("🔔")]) == 1
    assert not any("Cookie" in request.headers for request in newsstand.asked)


async def test_a_stranger_is_told_no_until_invited(
    telegram: Sandbox, serve: Callable[[str], Service]
) -> None:
    service = serve(config(telegram, access="invite"))
    await service.start()
    owner, stranger = Phone(telegram, OWNER), Phone(telegram, STRANGER)
    stranger.say("/subscribe zeppelin")
    (answer,) = await until(lambda: stranger.heard, "the polite no")
    assert "invit" in answer.text.lower()
    owner.say("/invite")
    invitation = await until(lambda: owner.hears("/start "), "the invitation")
    code = invitation[0].text.split("/start ")[1].split()[0]
    people.start(telegram.world, STRANGER, code)
    await until(lambda: len(stranger.heard) >= 2, "the welcome")
    stranger.say("/subscribe zeppelin")
    await until(lambda: stranger.hears("zeppelin"), "the confirmation")


async def test_good_rules_come_into_force_and_bad_ones_do_not(
    telegram: Sandbox, serve: Callable[[str], Service], tmp_path: Path
) -> None:
    service = serve(config(telegram))
    rules = tmp_path / "rules" / "air.toml"
    good = '[topics.air]\ntitle = { en = "Air travel" }\nquery = "zeppelin"\n'
    rules.write_text(good, "utf-8")
    await service.start()
    owner = Phone(telegram, OWNER)
    owner.say("/subscribe air")
    await until(lambda: owner.hears("Air travel"), "the confirmation")
    rules.write_text(good.replace('"zeppelin"', '"zeppelin ("'), "utf-8")
    notice = await until(lambda: owner.hears("air.toml:3:"), "the notice with file and line", 10)
    assert "error" in notice[0].text
    service.seed("1.txt", "A zeppelin lands\n\nThe old rule is still in force, luckily.\n")
    await until(lambda: owner.hears("A zeppelin lands"), "an alert by the old rules")
    assert await service.stop() == 0
    await service.start()  # with the bad file still there
    service.seed("2.txt", "Another zeppelin lands\n\nThe last good rules outlive a restart.\n")
    await until(lambda: owner.hears("Another zeppelin lands"), "an alert after the restart")
    rules.write_text(good.replace('"zeppelin"', '"balloon"'), "utf-8")
    await until(lambda: owner.hears("✅"), "word that they pass again", 10)
    service.seed("3.txt", "A balloon rises\n\nThe new rule is in force by now, it seems.\n")
    await until(lambda: owner.hears("A balloon rises"), "an alert by the new rules")


async def test_bad_input_is_named_and_nothing_else_is_lost(
    telegram: Sandbox, newsstand: Newsstand, serve: Callable[[str], Service], tmp_path: Path
) -> None:
    newsstand.feeds["page"] = "<html><body><h1>Not a feed</h1></body></html>"
    more = (
        f'[[feeds]]\nurl = "{newsstand.url}/page"\nkey = "page"\n'
        f'[[feeds]]\nurl = "http://127.0.0.1:9/closed"\nkey = "closed"\n'
    )
    service = serve(config(telegram, more=more))
    seeds = tmp_path / "seeds"
    (seeds / "empty.txt").write_bytes(b"")
    (seeds / "binary.txt").write_bytes(bytes(range(256)) * 40)
    shutil.copy(ROOT / "seeds" / "seed-article-fr.txt", seeds)
    await service.start()
    reader = Phone(telegram, OWNER)
    reader.say("/subscribe (Poutine OR")
    await until(lambda: reader.heard, "the mistake pointed at")
    assert "(Poutine OR" in reader.heard[0].text
    reader.say("/subscribe Poutine")
    await until(lambda: reader.hears(TITLE), "the alert all the same")
    named = ("empty.txt", "binary.txt", "source=page", "source=closed")
    await until(lambda: all(word in service.written() for word in named), "a line on each")
    assert service.written().count("source=closed") == 1
    assert "Traceback" not in service.written()


async def test_the_web_port(telegram: Sandbox, serve: Callable[[str], Service]) -> None:
    service = serve(config(telegram))
    await service.start()
    async with aiohttp.ClientSession(service.page) as web:
        for path, words in (("healthz", "ok"), ("readyz", "ready"), ("metrics", "tocsin_items")):
            async with web.get(f"/{path}") as answer:
                assert answer.status == 200
                assert words in await answer.text()
        async with web.get("/") as answer:
            assert answer.status == 401
        bearer = {"Authorization": "Bearer a-token-for-tests"}
        page = ""
        async with asyncio.timeout(PATIENCE):
            while "seeds" not in page:  # it is there before the sources are read
                async with web.get("/", headers=bearer) as answer:
                    assert answer.status == 200
                    page = await answer.text()
    assert telegram.token not in service.written()
    assert "a-token-for-tests" not in service.written()


async def test_one_store_has_one_service(
    telegram: Sandbox, serve: Callable[[str], Service]
) -> None:
    first = serve(config(telegram))
    await first.start()
    second = serve(config(telegram))
    try:
        await second.start()
    except AssertionError:
        assert await second.ended() == 2
    else:
        raise AssertionError("a second service ran on the same store")
    assert "Traceback" not in first.written()


async def test_ctrl_c_is_clean_and_leaves_a_sound_store(
    telegram: Sandbox, serve: Callable[[str], Service], article: Path, tmp_path: Path
) -> None:
    service = serve(config(telegram))
    await service.start()
    await asyncio.gather(*(asyncio.to_thread(Phone(telegram, OWNER).say, "/latest") for _ in "abc"))
    assert await service.stop() == 0
    with sqlite3.connect(tmp_path / "tocsin.db") as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store.close()


async def test_two_can_be_tried_at_the_same_time(
    tmp_path: Path, serve: Callable[[str], Service]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        config = f'[web]\nlisten = "127.0.0.1:{taken.getsockname()[1]}"\n'
        first = serve(config)
        await first.start()
        (tmp_path / "other").mkdir()
        second = Service(tmp_path / "other", config)
        try:
            await second.start()
        finally:
            await second.kill()
    sandboxes = {_SANDBOX.findall(service.written())[0] for service in (first, second)}
    assert len(sandboxes) == 2
