"""The matcher has the queries that the store has, whoever changes them there."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bot.matching.matcher import Matcher
from bot.matching.ruleset import RuleSet
from bot.model import DeliveryState
from bot.service.following import Following
from bot.service.intake import Intake
from bot.service.reading import Reading
from bot.store import outbox, people, sources
from bot.store.engine import Store
from tests.store.things import FEED, NOW, item, subscriber

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.matching.document import Document
    from bot.model import Match


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'tocsin.db'}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        opened.write_now(lambda conn: sources.sync_sources(conn, [FEED], NOW))
        yield opened


@pytest.fixture
def elsewhere(store: Store, url: str) -> Iterator[Store]:
    """The store as another process has it."""
    with Store.open(url) as opened:
        yield opened


def _subscribe_both(conn: Connection, chat: int) -> None:
    subscriber(conn, chat, "query:one", "query:two")


async def unwatched(matcher: Matcher, *left: str) -> None:
    async with asyncio.timeout(10):
        while matcher.queries() != set(left):
            await asyncio.sleep(0.001)


async def test_who_subscribed_elsewhere_is_rung(store: Store, elsewhere: Store) -> None:
    matcher = Matcher(RuleSet())
    intake = Intake(store, matcher, lambda: None)
    elsewhere.write_now(lambda conn: subscriber(conn, 1, "query:zeppelin", "topic:x"))
    await intake.take(Reading(FEED, [item("a", title="A zeppelin")], rings=True, now=NOW))
    assert store.read_now(outbox.counts)[DeliveryState.PENDING] == 1
    assert matcher.queries() == {"zeppelin"}


async def test_who_subscribes_while_an_item_is_matched_is_rung(
    store: Store, elsewhere: Store
) -> None:
    class Slow(Matcher):
        """Somebody else subscribes between the match and the record."""

        def match_each(
            self, documents: Iterable[Document]
        ) -> Iterator[tuple[Document, list[Match]]]:
            yield from super().match_each(documents)
            if not self.queries():
                elsewhere.write_now(lambda conn: subscriber(conn, 1, "query:zeppelin"))

    intake = Intake(store, Slow(RuleSet()), lambda: None)
    await intake.take(Reading(FEED, [item("a", title="A zeppelin")], rings=True, now=NOW))
    assert store.read_now(outbox.counts)[DeliveryState.PENDING] == 1


async def test_a_subscription_that_was_undone_hides_no_later_one(store: Store) -> None:
    matcher = Matcher(RuleSet())
    following = Following(matcher, store)

    def undone(conn: Connection) -> None:
        subscriber(conn, 1, "query:airship")
        assert following.follow(conn) == 1
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(undone)
    store.write_now(lambda conn: subscriber(conn, 1, "query:zeppelin"))  # it has the same number
    store.read_now(following.advance)
    assert "zeppelin" in matcher.queries()
    assert store.read_now(following.follow) is None


async def test_what_nobody_subscribes_to_is_looked_for_no_more(
    store: Store, elsewhere: Store
) -> None:
    matcher = Matcher(RuleSet())
    following = Following(matcher, store)
    for chat in (1, 2):
        store.write_now(partial(_subscribe_both, chat=chat))
    store.read_now(following.advance)
    running = asyncio.create_task(following.run())

    def leave(conn: Connection) -> None:
        for mine in people.subscriptions(conn, 1):
            people.unsubscribe(conn, mine.id, 1)

    elsewhere.write_now(leave)
    following.ended("one")
    following.ended("two")
    elsewhere.write_now(lambda conn: people.unsubscribe(conn, 3, 2))
    following.ended("one")
    await unwatched(matcher, "two")
    # Nobody said so, as after a connection that broke: all are looked at.
    elsewhere.write_now(lambda conn: people.unsubscribe(conn, 4, 2))
    following.ended("")
    await unwatched(matcher)
    elsewhere.write_now(lambda conn: people.subscribe(conn, 2, 0, "query:two", NOW))
    store.read_now(following.advance)
    assert matcher.queries() == {"two"}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_query_that_does_not_read_is_kept_for_other_rules(store: Store) -> None:
    matcher = Matcher(RuleSet())
    store.write_now(lambda conn: subscriber(conn, 1, "query:$gone", "query:one"))
    store.read_now(Following(matcher, store).advance)
    assert matcher.queries() == {"$gone", "one"}
    assert set(matcher.replace_rules(RuleSet())) == {"$gone"}
