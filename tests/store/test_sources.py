from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import FeedState, Source, SourceKind
from bot.store import items, sources
from bot.store.leases import FEEDS, claim
from tests.store.things import FEED, LEASE, NOW, arrival, at

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from bot.store.engine import Store
    from bot.store.leases import Claim

FOLDER = Source("seeds", SourceKind.FOLDER, "/var/news", lang="fr", timezone="Europe/Paris")
READ = FeedState(
    etag='W/"a"',
    last_modified="Mon, 18 May 2026 12:00:00 GMT",
    body_hash="abc",
    next_poll=at(600),
    interval=timedelta(minutes=10),
    failures=2,
    last_error="timed out",
    last_success=NOW,
    first_read=NOW,
    disabled=False,
)


def sync(store: Store, *configured: Source) -> None:
    store.write_now(lambda conn: sources.sync_sources(conn, configured, NOW))


def read(store: Store, key: str) -> None:
    assert store.write_now(lambda conn: sources.set_feed_state(conn, key, READ, None))


def listed(store: Store) -> dict[str, tuple[Source, FeedState]]:
    return {each[0].key: each for each in store.read_now(sources.list_sources)}


def due(store: Store, seconds: float = 0) -> list[str]:
    taken = claim_feeds(store, seconds)
    return [row["key"] for row in taken.rows]


def claim_feeds(store: Store, seconds: float) -> Claim[RowMapping]:
    return store.write_now(lambda conn: claim(conn, FEEDS, limit=9, lease=LEASE, now=at(seconds)))


def test_a_source_comes_back_as_it_was_given(store: Store) -> None:
    feed = replace(FEED, every=timedelta(minutes=5), lang="en")
    sync(store, feed, FOLDER)
    assert listed(store)["news"] == (feed, FeedState(next_poll=NOW))
    assert listed(store)["seeds"] == (FOLDER, FeedState())


def test_new_feeds_are_due_and_folders_never(store: Store) -> None:
    sync(store, FEED, FOLDER)
    assert due(store) == ["news"]


def test_syncing_again_keeps_the_state(store: Store) -> None:
    sync(store, FEED)
    read(store, "news")
    renamed = replace(FEED, name="Other", every=timedelta(hours=1))
    sync(store, renamed)
    assert listed(store)["news"] == (renamed, READ)


def test_a_changed_address_is_a_new_feed(store: Store) -> None:
    sync(store, FEED)
    read(store, "news")
    sync(store, replace(FEED, address="https://example.org/other.xml"))
    assert listed(store)["news"][1] == FeedState(next_poll=NOW)


def test_a_changed_key_keeps_state_and_items(store: Store) -> None:
    sync(store, FEED)
    read(store, "news")
    store.write_now(lambda conn: items.record(conn, [arrival("a"), arrival("b")], NOW))
    sync(store, replace(FEED, key="world"))
    assert listed(store)["world"][1] == READ
    assert list(listed(store)) == ["world"]
    assert store.read_now(lambda conn: items.known(conn, "world", ["a", "b", "c"])) == {"a", "b"}


def test_two_feeds_can_swap_their_keys(store: Store) -> None:
    other = Source("other", SourceKind.FEED, "https://example.com/feed")
    sync(store, FEED, other)
    read(store, "news")
    store.write_now(lambda conn: items.record(conn, [arrival("a")], NOW))
    store.write_now(lambda conn: items.record(conn, [arrival("b", source="other")], NOW))
    sync(store, replace(FEED, key="other"), replace(other, key="news"))
    assert listed(store)["other"] == (replace(FEED, key="other"), READ)
    assert store.read_now(lambda conn: items.known(conn, "other", ["a", "b"])) == {"a"}
    assert store.read_now(lambda conn: items.known(conn, "news", ["a", "b"])) == {"b"}


def test_a_vanished_feed_is_polled_no_more_and_comes_back_as_new(store: Store) -> None:
    sync(store, FEED)
    read(store, "news")
    store.write_now(lambda conn: items.record(conn, [arrival("a")], NOW))
    token = claim_feeds(store, 700).token
    sync(store)
    assert listed(store) == {}
    assert due(store, 10_000) == []
    # Whoever was polling it meanwhile does not bring it back.
    assert not store.write_now(lambda conn: sources.set_feed_state(conn, "news", READ, token))
    assert store.read_now(sources.all_sources) == {"news": FEED}
    assert store.read_now(lambda conn: items.known(conn, "news", ["a"])) == {"a"}
    sync(store, FEED)
    assert listed(store)["news"][1] == FeedState(next_poll=NOW)


def test_an_admins_source_outlives_the_config(store: Store) -> None:
    def add(source: Source) -> bool:
        return store.write_now(lambda conn: sources.add_source(conn, source, NOW))

    def remove(key: str) -> bool:
        return store.write_now(lambda conn: sources.remove_source(conn, key))

    sync(store, FEED)
    mine = Source("mine", SourceKind.FEED, "https://example.net/feed")
    assert add(mine)
    assert not add(replace(mine, address="https://example.net/2"))
    assert not add(replace(mine, key="again"))
    sync(store, FEED)
    assert set(listed(store)) == {"mine", "news"}
    assert not remove("news")
    assert remove("mine")
    assert not remove("mine")
    assert set(listed(store)) == {"news"}
    assert add(replace(mine, key="back"))


def test_a_disabled_feed_is_not_due(store: Store) -> None:
    sync(store, FEED)
    off = replace(READ, disabled=True)
    store.write_now(lambda conn: sources.set_feed_state(conn, "news", off, None))
    assert due(store, 10_000) == []


def test_an_unknown_source_has_no_state(store: Store) -> None:
    assert store.read_now(lambda conn: sources.feed_state(conn, "nobody")) is None
    assert not store.write_now(lambda conn: sources.set_feed_state(conn, "nobody", READ, None))
