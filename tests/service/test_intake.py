"""What comes together is written together, and yet each by itself where it must be."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, update

from bot.errors import StoreError
from bot.matching.index.growing import ENOUGH
from bot.matching.matcher import Matcher
from bot.matching.ruleset import RuleSet
from bot.model import DeliveryState, FeedState, Source, SourceKind
from bot.service.intake import Intake
from bot.service.reading import Reading
from bot.store import items, outbox, schema, sources
from bot.store.engine import Store
from tests.store.things import NOW, item, subscriber

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.model import Item
    from bot.store.polls import Polled

KEYS = ("one", "two", "three")


def feed(key: str) -> Source:
    return Source(key, SourceKind.FEED, f"https://{key}.example/rss")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as opened:
        yield opened


@pytest.fixture
def intake(store: Store) -> Intake:
    matcher = Matcher(RuleSet())
    matcher.watch("zeppelin")
    store.write_now(lambda conn: subscriber(conn, 1, "query:zeppelin"))
    store.write_now(lambda conn: sources.sync_sources(conn, [feed(key) for key in KEYS], NOW))
    return Intake(store, matcher, lambda: None)


def brought(key: str, *names: str) -> list[Item]:
    return [item(f"{key}-{n}", key, title=f"A zeppelin {n}", url=None, text=n) for n in names]


async def take_all(intake: Intake, store: Store, **given: list[Item]) -> list[object]:
    """Take all of these at the same moment; the outcome of each."""

    def settle(key: str, _conn: Connection, _new: int) -> Polled:
        return key, FeedState(first_read=NOW), "token"

    store.write_now(lambda conn: conn.execute(update(schema.sources).values(lease_token="token")))
    takes = [
        intake.take(Reading(feed(key), i, rings=True, now=NOW, settle=partial(settle, key)))
        for key, i in given.items()
    ]
    return list(await asyncio.gather(*takes, return_exceptions=True))


def read(store: Store) -> set[str]:
    """The sources that are recorded as read."""
    listed = store.read_now(sources.list_sources)
    return {source.key for source, state in listed if state.first_read is not None}


async def test_what_comes_together_shares_the_statements(store: Store, intake: Intake) -> None:
    statements: list[str] = []

    def executed(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(store._writing, "before_cursor_execute", executed)
    given = {key: brought(key, "a", "b") for key in KEYS}
    assert await take_all(intake, store, **given) == [2, 2, 2]
    assert len([each for each in statements if each.startswith("INSERT INTO items ")]) == 1
    assert read(store) == set(KEYS)
    assert store.read_now(outbox.counts)[DeliveryState.PENDING] == 6
    assert await take_all(intake, store, **given) == [0, 0, 0]


async def test_one_that_cannot_be_kept_takes_no_other_with_it(store: Store, intake: Intake) -> None:
    given = {key: brought(key, "a") for key in KEYS}
    given["two"] = [item("two-a", "two", title="Half a sign: \ud83d")]
    one, two, three = await take_all(intake, store, **given)
    assert (one, three) == (1, 1)
    assert isinstance(two, Exception)
    assert read(store) == {"one", "three"}
    kept = store.read_now(lambda conn: items.newest(conn, limit=9))
    assert {each.item.source for each in kept} == {"one", "three"}


async def test_who_gave_up_is_left_out(store: Store, intake: Intake) -> None:
    lost = asyncio.create_task(
        intake.take(Reading(feed("one"), brought("one", "a"), rings=True, now=NOW))
    )
    await asyncio.sleep(0)
    lost.cancel()
    assert await intake.take(Reading(feed("two"), brought("two", "a"), rings=True, now=NOW)) == 1
    kept = store.read_now(lambda conn: items.newest(conn, limit=9))
    assert {each.item.source for each in kept} == {"two"}


async def test_a_store_that_is_closed_says_so(store: Store, intake: Intake) -> None:
    store.close()
    with pytest.raises((StoreError, RuntimeError)):
        await intake.take(Reading(feed("one"), brought("one", "a"), rings=True, now=NOW))


async def test_a_mass_of_items_is_written_in_parts(store: Store, intake: Intake) -> None:
    many = {key: brought(key, *map(str, range(1500))) for key in KEYS}
    assert await take_all(intake, store, **many) == [1500] * 3


async def test_the_latest_of_what_comes_together_is_numbered_last(
    store: Store, intake: Intake
) -> None:
    dated = [
        replace(each, published=NOW - timedelta(hours=hours))
        for each, hours in zip(brought("one", "b", "c", "a"), (2, 1, 3), strict=True)
    ]
    await take_all(intake, store, one=dated, two=brought("two", "newest", "older"))
    newest = store.read_now(lambda conn: items.newest(conn, limit=9))
    of = {key: [each.item.id for each in newest if each.item.source == key] for key in KEYS}
    assert of["one"] == ["one-c", "one-b", "one-a"]
    assert of["two"] == ["two-newest", "two-older"]


async def test_items_that_are_matched_together_ring_each_for_itself(store: Store) -> None:
    """With the compiled engine as with the plain one: what each rings is in its own commit."""
    matcher = Matcher(RuleSet())
    queries = [f"word{number}" for number in range(ENOUGH)]
    for query in queries:
        matcher.watch(query)
    matcher.settle()
    store.write_now(lambda conn: sources.sync_sources(conn, [feed(key) for key in KEYS], NOW))
    store.write_now(lambda conn: subscriber(conn, 1, *(f"query:{each}" for each in queries[:90])))
    intake = Intake(store, matcher, lambda: None)
    given = {
        key: [
            item(f"{key}-{n}", key, title=f"{key} word{n}", url=None, text="news") for n in numbers
        ]
        for key, numbers in zip(KEYS, (range(40), range(40, 60), range(50, 95)), strict=True)
    }
    broken = [*given["two"][1:], replace(given["two"][0], text="Half a sign: \ud83d")]
    one, two, three = await take_all(intake, store, **(given | {"two": broken}))
    assert (one, three) == (40, 45)
    assert isinstance(two, Exception)
    assert store.read_now(outbox.counts)[DeliveryState.PENDING] == 40 + 40
    assert await take_all(intake, store, **given) == [0, 20, 0]
    assert store.read_now(outbox.counts)[DeliveryState.PENDING] == 40 + 20 + 40
