"""The work in parts: processes on one PostgreSQL, each with its roles, and others that stand by."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.model import DeliveryState
from bot.store import outbox
from bot.store.engine import Store
from tests.end_to_end.parts import OWNER, Phone, Service, config, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from bot.sandbox import Sandbox
    from tests.end_to_end.parts import Newsstand
    from tests.postgres import Postgres

    Start = Callable[..., Awaitable[list[Service]]]

TOPIC = '[topics.airships]\ntitle = { en = "Airships" }\nquery = "airship"\n'


@pytest.fixture
def url(server: Postgres) -> str:
    return server.make()


@pytest.fixture
async def start(
    tmp_path: Path, telegram: Sandbox, newsstand: Newsstand, url: str
) -> AsyncIterator[Start]:
    """Starts processes with these roles on a database of their own, all at the same time."""
    newsstand.publish("feed", "Old news")
    text = config(
        telegram,
        more=(
            f'[store]\nurl = "{url}"\n'
            f'[[feeds]]\nurl = "{newsstand.url}/feed"\nkey = "feed"\nevery = "1s"\n'
        ),
    )
    async with AsyncExitStack() as stack:

        async def begin(*roles: str) -> list[Service]:
            services = [Service(tmp_path, text, each) for each in roles]
            for service in services:
                stack.push_async_callback(service.kill)
            await asyncio.gather(*(service.start() for service in services))
            return services

        yield begin


def titles(reader: Phone, word: str = "zeppelin") -> list[str]:
    """The alerts that came, each time that they came."""
    return [found[0] for each in reader.heard if (found := re.search(rf"A {word} \w+", each.text))]


async def test_asked_in_one_process_read_in_another_and_told_by_a_third(
    telegram: Sandbox, newsstand: Newsstand, start: Start
) -> None:
    reading, _, talking, _, web = await start("poll", "match", "chat", "deliver", "web")
    reader = Phone(telegram, OWNER)
    reader.say("/subscribe zeppelin")
    await until(lambda: reader.hears("zeppelin"), "the confirmation")
    await until(lambda: len(newsstand.asked) > 1, "the backlog to be read")
    newsstand.publish("feed", "A zeppelin lands", "Old news")
    await until(lambda: titles(reader) == ["A zeppelin lands"], "the alert")
    # Rules that one process reads are known to the one that talks.
    (reading.folder / "rules" / "airships.toml").write_text(TOPIC, "utf-8")
    await until(lambda: "topics=1" in talking.written(), "the rules to be followed")
    reader.say("/subscribe airships")
    await until(lambda: reader.hears("Airships"), "the confirmation")
    reader.say("/unsubscribe")
    newsstand.publish("feed", "An airship lands", "A zeppelin lands", "Old news")
    await until(lambda: reader.hears("An airship lands"), "the topic's alert")
    await until(lambda: web.page, "the page")
    async with aiohttp.ClientSession(web.page) as client:
        answer = await client.get("/readyz")
        assert (answer.status, await answer.text()) == (200, "ready\n")
        signed = {"Authorization": "Bearer a-token-for-tests"}
        page = await (await client.get("/", headers=signed)).text()
    rows = dict(re.findall(r"<tr><td>(\w+)</td><td>[^<]*:(\d+)</td>", page))
    assert set(rows) == {"poll", "match", "deliver", "chat", "upkeep"}
    assert len(set(rows.values())) >= 4


async def settled(url: str) -> None:
    """Until what arrived is on record, too: what is on its way at a kill may come twice."""
    open_ones = {DeliveryState.PENDING, DeliveryState.IN_FLIGHT, DeliveryState.POSTPONED}
    with Store.open_as_it_is(url) as store:

        def rest() -> bool:
            counts = store.read_now(outbox.counts)
            return not sum(counts[state] for state in open_ones)

        await until(rest, "everything to be on record")


async def test_who_stands_by_takes_over_and_nothing_is_lost_or_comes_twice(
    telegram: Sandbox, newsstand: Newsstand, start: Start, url: str
) -> None:
    reading, telling = await start("poll,match", "deliver,chat,web")
    (standby,) = await start("poll,match,deliver,chat")
    assert "stands by for chat, deliver, match, poll" in standby.written()
    reader = Phone(telegram, OWNER)
    reader.say("/subscribe zeppelin")
    await until(lambda: reader.heard, "the confirmation")
    await until(lambda: len(newsstand.asked) > 1, "the backlog to be read")
    newsstand.publish("feed", "A zeppelin starts", "Old news")
    await until(lambda: len(titles(reader)) == 1, "the first alert")
    await reading.kill()
    newsstand.publish("feed", "A zeppelin climbs", "A zeppelin starts", "Old news")
    await until(lambda: len(titles(reader)) == 2, "the alert by the one that stood by")
    await settled(url)
    await telling.kill()
    reader.say("/subscribe balloon")
    newsstand.publish("feed", "A zeppelin lands", "A zeppelin climbs", "Old news")
    await until(lambda: reader.hears("balloon"), "the answer by the one that stood by")
    await until(lambda: len(titles(reader)) == 3, "the alert by the one that stood by")
    assert titles(reader) == ["A zeppelin starts", "A zeppelin climbs", "A zeppelin lands"]
