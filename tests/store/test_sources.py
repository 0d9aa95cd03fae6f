from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.model import FeedState, Pace, Source, SourceKind
from bot.store import items, polls, sources
from bot.store.known import KnownSources
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


def both(taken: Claim[polls.DueFeed]) -> list[tuple[Source, FeedState]]:
    return [(due.source(), due.state()) for due in taken.rows]


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


def test_those_that_need_a_look_come_first_and_all_are_counted(store: Store) -> None:
    feeds = [Source(key, SourceKind.FEED, f"https://{key}.example/") for key in "abcd"]
    sync(store, FEED, *feeds)
    states = {"b": READ, "c": replace(READ, disabled=True), "d": replace(READ, failures=0)}
    for key, state in states.items():
        store.write_now(partial(sources.set_feed_state, key=key, state=state, token=None))
    shown = store.read_now(lambda conn: sources.need_a_look(conn, 3))
    assert [source.key for source, _ in shown] == ["c", "b", "a"]
    assert store.read_now(sources.count_health) == {
        "disabled": 1,
        "failing": 1,
        "good": 1,
        "new": 2,
    }


def test_sources_are_known_when_they_are_asked_for(store: Store) -> None:
    known = KnownSources(store)
    assert known.get("news") is None
    sync(store, FEED)
    assert known["news"] == FEED
    assert (list(known), len(known)) == (["news"], 1)


def test_a_claim_of_many_and_its_settling(store: Store) -> None:
    feeds = [
        Source(f"f{n}", SourceKind.FEED, f"https://{n}.example/", tags=("x",)) for n in range(5)
    ]
    sync(store, *feeds)
    taken = store.write_now(lambda conn: polls.claim_feeds(conn, limit=3, lease=LEASE, now=NOW))
    assert both(taken) == [(feed, FeedState(next_poll=NOW)) for feed in feeds[:3]]
    rest = store.write_now(lambda conn: polls.claim_feeds(conn, limit=9, lease=LEASE, now=NOW))
    assert [due.key for due in rest.rows] == ["f3", "f4"]
    after = replace(READ, pace=Pace.QUIET, answers=(200, 304), location="https://l.example/")
    settled = [("f0", after, taken.token), ("f1", after, "lost"), ("f3", after, rest.token)]
    store.write_now(lambda conn: polls.settle_polls(conn, settled))
    store.write_now(lambda conn: polls.put_off(conn, [("f2", at(50), taken.token)]))
    states = {key: state for key, (_, state) in listed(store).items()}
    assert states["f0"] == states["f3"] == after
    assert states["f1"] == FeedState(next_poll=NOW)
    assert states["f2"] == FeedState(next_poll=at(50))
    assert due(store, 55) == ["f2"]


def test_a_claim_gives_back_what_was_kept(store: Store) -> None:
    feed = Source(
        *("f", SourceKind.FEED, "https://f.example/", "Ünïcode", "tr"),
        *(("a", "b"), timedelta(minutes=7), "Europe/Istanbul"),
    )
    sync(store, feed)
    state = FeedState(
        etag='W/"é\\"',
        last_modified="yesterday",
        body_hash="0f",
        next_poll=at(1),
        interval=timedelta(milliseconds=1501),
        failures=3,
        last_error='it says “no”, \x01 and "\n\\',
        last_success=datetime(2026, 5, 18, 12, 0, 0, 123_000, UTC),
        first_read=datetime(1969, 12, 31, 23, 59, 59, 999_000, UTC),
        pace=Pace.BUSY,
        last_poll=datetime(2199, 1, 1, 0, 0, 0, 1_000, UTC),
        answers=(0, 200, 304),
        location="https://l.example/",
        moved_to="https://m.example/",
        moved_polls=2,
    )
    claim = partial(polls.claim_feeds, limit=1, lease=LEASE, now=at(2))
    token = store.write_now(claim).token
    for kept in (state, FeedState(next_poll=at(1))):
        store.write_now(partial(polls.settle_polls, polled=[("f", kept, token)]))
        again = store.write_now(claim)
        assert both(again) == [(feed, kept)]
        token = again.token


def test_polls_that_found_nothing_change_the_times_alone(store: Store) -> None:
    feeds = [Source(n, SourceKind.FEED, f"https://{n}.example/") for n in "abc"]
    sync(store, *feeds)
    read_once = replace(READ, failures=0, last_error=None, next_poll=at(1), answers=(200,))
    for feed in feeds:
        store.write_now(partial(sources.set_feed_state, key=feed.key, state=read_once, token=None))
    claim = partial(polls.claim_feeds, limit=9, lease=LEASE, now=at(2))
    a, b, c = store.write_now(claim).rows
    lost = b._replace(token="lost")
    outcomes = [each.quiet(at(3), 5_000, 4_001, Pace.QUIET, "200 304") for each in (a, lost)]
    store.write_now(partial(polls.settle_quiet, polled=outcomes))
    after = replace(
        read_once,
        next_poll=at(8),
        interval=timedelta(milliseconds=4_001),
        pace=Pace.QUIET,
        last_success=at(3),
        last_poll=at(3),
        answers=(200, 304),
    )
    states = {key: state for key, (_, state) in listed(store).items()}
    assert states == {"a": after, "b": read_once, "c": read_once}
    # Its lease has ended; those of the others have not.
    assert due(store, 9) == ["a"]
    store.write_now(partial(polls.settle_quiet, polled=[]))
    assert c.token == b.token


def test_a_feed_nobody_named_a_key_for_gets_a_free_one(store: Store) -> None:
    sync(store, FEED)
    other = replace(FEED, address="https://other.example/")
    add = partial(sources.add_feed, source=other, now=NOW)
    assert store.write_now(add) is None
    assert store.write_now(partial(add, any_key=True)) == replace(other, key="news-2")
    moved = replace(READ, location="https://moved.example/")
    store.write_now(partial(sources.set_feed_state, key="news", state=moved, token=None))
    same = replace(FEED, key="same", address="https://moved.example/")
    assert store.write_now(partial(sources.add_feed, source=same, now=NOW)) is None


def test_yields_count_the_last_week(store: Store) -> None:
    published = {"a": at(-3600), "b": at(-9 * 86400), "c": None}
    arrivals = [arrival(name, published=when) for name, when in published.items()]
    store.write_now(lambda conn: items.record(conn, arrivals, NOW))
    found = store.read_now(lambda conn: sources.yields(conn, NOW))
    assert found == {"news": sources.Yield(a_day=2 / 7, last=NOW)}


def test_a_disabled_feed_is_not_due(store: Store) -> None:
    sync(store, FEED)
    off = replace(READ, disabled=True)
    store.write_now(lambda conn: sources.set_feed_state(conn, "news", off, None))
    assert due(store, 10_000) == []


def test_an_unknown_source_has_no_state(store: Store) -> None:
    assert store.read_now(lambda conn: sources.feed_state(conn, "nobody")) is None
    assert not store.write_now(lambda conn: sources.set_feed_state(conn, "nobody", READ, None))


def test_a_feed_is_paused_and_goes_on(store: Store) -> None:
    store.write_now(lambda conn: sources.add_source(conn, FEED, NOW))
    assert store.write_now(lambda conn: sources.pause(conn, FEED.key))
    paused = store.read_now(lambda conn: sources.feed_state(conn, FEED.key))
    assert paused is not None
    assert (paused.disabled, paused.next_poll) == (True, None)
    assert not store.write_now(lambda conn: sources.set_due(conn, FEED.key, at(1))), "it is paused"
    assert store.write_now(lambda conn: sources.resume(conn, FEED.key, at(2)))
    going = store.read_now(lambda conn: sources.feed_state(conn, FEED.key))
    assert going is not None
    assert (going.disabled, going.failures, going.next_poll) == (False, 0, at(2))
    assert store.write_now(lambda conn: sources.set_due(conn, FEED.key, at(3)))
    assert not store.write_now(lambda conn: sources.pause(conn, "nobody"))
