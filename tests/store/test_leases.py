from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from bot.model import FeedState, Source, SourceKind
from bot.store import inbox, sources
from bot.store.engine import Store
from bot.store.leases import FEEDS, INBOX, claim, release
from tests.store.things import LEASE, NOW, at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import RowMapping

    from bot.store.leases import Claim, Queue


def feeds(count: int) -> list[Source]:
    return [Source(f"f{n:03}", SourceKind.FEED, f"https://example.org/{n}") for n in range(count)]


def take(store: Store, queue: Queue, limit: int = 10, now: datetime = NOW) -> Claim[RowMapping]:
    return store.write_now(lambda conn: claim(conn, queue, limit=limit, lease=LEASE, now=now))


def test_a_claimed_row_is_not_claimed_again_until_its_lease_ends(store: Store) -> None:
    store.write_now(lambda conn: sources.sync_sources(conn, feeds(3), NOW))
    first = take(store, FEEDS, limit=2)
    assert [row["key"] for row in first.rows] == ["f000", "f001"]
    assert [row["key"] for row in take(store, FEEDS, now=at(59)).rows] == ["f002"]
    assert [row["key"] for row in take(store, FEEDS, now=at(60)).rows] == ["f000", "f001"]


def test_settling_needs_the_token_of_the_last_claim(store: Store) -> None:
    store.write_now(lambda conn: sources.sync_sources(conn, feeds(1), NOW))
    lost, held = take(store, FEEDS).token, take(store, FEEDS, now=at(61)).token
    state = FeedState(next_poll=at(600), first_read=NOW)

    def settle(token: str) -> bool:
        return store.write_now(lambda conn: sources.set_feed_state(conn, "f000", state, token))

    assert not settle(lost)
    assert settle(held)
    assert not settle(held)
    assert store.read_now(lambda conn: sources.feed_state(conn, "f000")) == state
    assert take(store, FEEDS, now=at(599)).rows == ()
    assert len(take(store, FEEDS, now=at(600)).rows) == 1


def test_what_is_given_back_can_be_claimed_at_once(store: Store) -> None:
    store.write_now(lambda conn: sources.sync_sources(conn, feeds(3), NOW))
    claimed = take(store, FEEDS)
    store.write_now(lambda conn: release(conn, FEEDS, "another token"))
    assert take(store, FEEDS).rows == ()
    store.write_now(lambda conn: release(conn, FEEDS, claimed.token, ["f001"]))
    assert [row["key"] for row in take(store, FEEDS).rows] == ["f001"]
    store.write_now(lambda conn: release(conn, FEEDS, claimed.token))
    assert [row["key"] for row in take(store, FEEDS).rows] == ["f000", "f002"]


def test_giving_back_does_not_count_as_an_attempt(store: Store) -> None:
    store.write_now(lambda conn: inbox.receive(conn, [{"update_id": 1}], NOW))
    for _ in range(5):
        claimed = take(store, INBOX)
        assert [row["attempts"] for row in claimed.rows] == [1]
        store.write_now(partial(release, queue=INBOX, token=claimed.token))


def test_the_longest_due_is_first(store: Store) -> None:
    store.write_now(lambda conn: sources.sync_sources(conn, feeds(3), NOW))
    for key, due in [("f000", 30), ("f001", 10), ("f002", 90)]:
        state = FeedState(next_poll=at(due))
        store.write_now(partial(sources.set_feed_state, key=key, state=state, token=None))
    assert [row["key"] for row in take(store, FEEDS, now=at(60)).rows] == ["f001", "f000"]


def test_nobody_claims_what_another_claimed(database: Path) -> None:
    """Several stores on one file stand for several processes."""
    url = f"sqlite:///{database}"
    with Store.open(url) as store:
        store.write_now(lambda conn: sources.sync_sources(conn, feeds(120), NOW))
        start = threading.Barrier(3)

        def work(_: int) -> list[str]:
            with Store.open(url) as mine:
                start.wait(10)
                taken: list[str] = []
                while rows := take(mine, FEEDS, limit=7).rows:
                    taken += [row["key"] for row in rows]
                return taken

        with ThreadPoolExecutor(3) as pool:
            taken = [key for keys in pool.map(work, range(3)) for key in keys]
    assert sorted(taken) == [feed.key for feed in feeds(120)]
