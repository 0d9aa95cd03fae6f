"""From reading to matching, by memory and by the store: nothing overtakes, nothing is lost."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.errors import RoleLost, StoreError
from bot.matching.matcher import Matcher
from bot.matching.ruleset import RuleSet
from bot.model import DeliveryState, FeedState, Source, SourceKind
from bot.service.handover import Handover, Matching
from bot.service.intake import Intake
from bot.service.reading import Reading
from bot.store import arrivals, items, outbox, schema, sources
from bot.store.engine import Store
from tests.store.things import NOW, at, item, subscriber

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.model import Item

FEED = Source("feed", SourceKind.FEED, "https://feed.example/rss")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as opened:
        opened.write_now(lambda conn: subscriber(conn, 1, "query:zeppelin"))
        opened.write_now(lambda conn: sources.sync_sources(conn, [FEED], NOW))
        yield opened


@pytest.fixture
def intake(store: Store) -> Intake:
    return Intake(store, Matcher(RuleSet()), lambda: None)


def news(name: str, text: str = "") -> Item:
    return item(name, "feed", title=f"A zeppelin {name}", url=None, text=text or name)


def stored(store: Store) -> list[str]:
    """The items on record, oldest first."""
    return [each.item.id for each in reversed(store.read_now(lambda c: items.newest(c, limit=99)))]


def rung(store: Store) -> int:
    return store.read_now(outbox.counts)[DeliveryState.PENDING]


async def test_what_waits_is_matched_in_its_order(store: Store, intake: Intake) -> None:
    woken: list[bool] = []
    handover = Handover(store, lambda: woken.append(True))
    # A feed has its latest item at the top.
    assert await handover.take(Reading(FEED, [news("b"), news("a")], rings=False, now=NOW)) == 2
    assert await handover.take(Reading(FEED, [news("c"), news("b")], rings=True, now=at(1))) == 1
    assert await handover.take(Reading(FEED, [], rings=True, now=at(1))) == 0
    assert (stored(store), len(woken)) == ([], 2)
    await Matching(store, intake).drain()
    assert stored(store) == ["a", "b", "c"]
    assert rung(store) == 1  # the first two are a backlog, read again or not
    assert not store.read_now(arrivals.any_left)
    seen = store.read_now(lambda conn: items.newest(conn, limit=1))[0].first_seen
    assert seen == at(1)  # when it came, and not when it was matched


async def test_readings_stay_apart_while_they_wait(store: Store, intake: Intake) -> None:
    handover = Handover(store, lambda: None)
    await handover.take(Reading(FEED, [news("b"), news("a")], rings=True, now=NOW))
    await handover.take(Reading(FEED, [news("d"), news("c")], rings=True, now=at(1)))
    await Matching(store, intake).drain()
    assert stored(store) == ["a", "b", "c", "d"]


async def test_the_feeds_state_commits_with_what_waits(store: Store) -> None:
    def settle(conn: Connection, new: int) -> None:
        sources.set_feed_state(conn, "feed", FeedState(first_read=NOW, failures=new), None)

    def fail(conn: Connection, new: int) -> None:
        settle(conn, new)
        raise LookupError

    handover = Handover(store, lambda: None)
    with suppress(LookupError):
        await handover.take(Reading(FEED, [news("a")], rings=True, now=NOW, settle=fail))
    assert not store.read_now(arrivals.any_left)
    assert await handover.take(Reading(FEED, [news("a")], rings=True, now=NOW, settle=settle)) == 1
    state = store.read_now(lambda conn: sources.feed_state(conn, "feed"))
    assert state is not None
    assert state.failures == 1


async def test_what_is_handed_over_in_memory_overtakes_nothing(
    store: Store, intake: Intake
) -> None:
    handover = Handover(store, lambda: None)
    await handover.take(Reading(FEED, [news("a", "first")], rings=False, now=NOW))
    with handover.directly(intake):
        await handover.take(Reading(FEED, [news("a", "then"), news("b")], rings=True, now=at(1)))
        assert stored(store) == []
        await Matching(store, intake).drain()
        assert stored(store) == ["a", "b"]
        assert rung(store) == 1
        assert await handover.take(Reading(FEED, [news("c")], rings=True, now=at(2))) == 1
        assert stored(store) == ["a", "b", "c"]
    await handover.take(Reading(FEED, [news("d")], rings=True, now=at(3)))
    assert stored(store) == ["a", "b", "c"]
    newest = store.read_now(lambda conn: items.with_id(conn, "a"))[0]
    assert newest.item.text == "then"


async def test_who_lost_the_role_puts_it_where_the_other_finds_it(store: Store) -> None:
    def refuse(_conn: Connection) -> None:
        raise RoleLost("match")

    lost = Intake(store.guarded(refuse), Matcher(RuleSet()), lambda: None)
    handover = Handover(store, lambda: None)
    with handover.directly(lost):
        assert await handover.take(Reading(FEED, [news("a")], rings=True, now=NOW)) == 1
    assert stored(store) == []
    assert store.read_now(arrivals.any_left)
    with pytest.raises(RoleLost):
        await Matching(store, lost).drain()
    assert store.read_now(arrivals.any_left)


async def test_an_item_that_cannot_be_recorded_holds_up_no_other(
    store: Store, intake: Intake
) -> None:
    handover = Handover(store, lambda: None)
    bad = news("bad", "half a sign: \ud83d")
    await handover.take(Reading(FEED, [news("a"), bad, news("b")], rings=True, now=NOW))
    await Matching(store, intake).drain()
    assert stored(store) == ["a", "b"]
    errors = store.read_now(
        lambda c: list(c.execute(select(schema.arrivals.c.id, schema.arrivals.c.error)))
    )
    assert [(each.id, each.error.split(":")[0]) for each in errors] == [
        ("bad", "UnicodeEncodeError")
    ]


async def test_a_stop_in_between_leaves_what_waits(store: Store, intake: Intake) -> None:
    handover = Handover(store, lambda: None)
    await handover.take(Reading(FEED, [news(str(n)) for n in range(700)], rings=True, now=NOW))
    matching = Matching(store, intake)
    running = asyncio.create_task(matching.run())
    while not stored(store):
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await matching.drain()
    assert store.read_now(items.last_number) == 700
    assert rung(store) == 700


async def test_a_store_that_refuses_is_waited_for(store: Store, intake: Intake) -> None:
    handover = Handover(store, lambda: None)
    await handover.take(Reading(FEED, [news("a")], rings=True, now=NOW))

    def refuse(_conn: Connection) -> None:
        raise StoreError("the disk is full")

    full = store.guarded(refuse)
    with pytest.raises(StoreError, match="the disk is full"):
        await Matching(full, Intake(full, Matcher(RuleSet()), lambda: None)).drain()
    await Matching(store, intake).drain()
    assert stored(store) == ["a"]
