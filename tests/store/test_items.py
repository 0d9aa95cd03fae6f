from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from bot.model import Item, Severity
from bot.store import items, outbox, people, schema, search
from bot.store.engine import Store
from bot.store.incoming import Arrival
from bot.store.items import Recorded
from bot.store.matches import get_match
from bot.store.paging import pages
from bot.store.stories import drop_empty
from tests.store.things import LEASE, NOW, arrival, at, item, match, subscriber

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


WAR = "topic:war"


def record(store: Store, *arrivals: Arrival, seconds: float = 0) -> Recorded:
    return store.write_now(lambda conn: items.record(conn, arrivals, at(seconds)))


def alerts(store: Store) -> list[tuple[int, str]]:
    """Chat and item of every delivery, in their order."""
    table = schema.deliveries
    owed = (
        select(table.c.chat_id, schema.items.c.id)
        .select_from(table)
        .join(schema.matches, schema.matches.c.id == table.c.match_id)
        .join(schema.items, schema.items.c.number == schema.matches.c.item)
        .order_by(table.c.id)
    )
    return store.read_now(lambda conn: [tuple(row) for row in conn.execute(owed)])


def count(store: Store, table: Any) -> int:
    query = select(func.count()).select_from(table)
    return store.read_now(lambda conn: conn.scalar(query)) or 0


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('stories') / 'tocsin.db'}") as opened:
        yield opened


@pytest.fixture
def readers(store: Store) -> None:
    """Chat 1 and a thread of chat -2 subscribe to the war, chat 3 to something else."""

    def subscribe(conn: Connection) -> None:
        subscriber(conn, 1, WAR)
        subscriber(conn, -2, WAR, thread_id=7)
        subscriber(conn, 3, "topic:peace", "query:bread")

    store.write_now(subscribe)


def test_an_item_comes_back_as_it_arrived(store: Store) -> None:
    full = Item(
        id="guid-1",
        source="aa",
        url="https://example.org/a?b=1",
        title="Pourparlers à Istanbul",
        text="Un.\n\nDeux 🕊.",
        published=NOW - timedelta(days=1, microseconds=0),
        updated=NOW,
        lang="fr",
        tags=("Poutine", "#Ukraine"),
        authors=("A. B.",),
        agency="AA",
        captions=("Une photo",),
    )
    record(store, Arrival(full, (), rings=False, waiting=True))
    (stored,) = store.read_now(lambda conn: items.newest(conn, limit=5))
    assert stored.item == full
    assert (stored.waiting, stored.first_seen) == (True, NOW)
    assert store.read_now(lambda conn: items.get_item(conn, stored.number)) == stored
    assert store.read_now(lambda conn: items.get_item(conn, 99)) is None


@pytest.mark.usefixtures("readers")
def test_subscribers_are_owed_an_alert_and_nobody_else(store: Store) -> None:
    assert record(store, arrival("a", WAR), arrival("b")) == Recorded(new=2, rung=2)
    assert alerts(store) == [(-2, "a"), (1, "a")]


@pytest.mark.usefixtures("readers")
def test_recording_again_changes_nothing(store: Store) -> None:
    batch = [arrival("a", WAR), arrival("b", WAR)]
    record(store, *batch)
    before = alerts(store)
    assert record(store, *batch, seconds=60) == Recorded()
    assert alerts(store) == before


@pytest.mark.usefixtures("readers")
def test_an_item_twice_in_one_batch_is_one(store: Store) -> None:
    assert record(store, arrival("a", WAR), arrival("a", WAR)) == Recorded(new=1, rung=2)


@pytest.mark.usefixtures("readers")
def test_a_backlog_is_kept_with_its_matches_and_rings_nobody(store: Store) -> None:
    assert record(store, arrival("a", WAR, rings=False)) == Recorded(new=1)
    assert count(store, schema.matches) == 1
    assert alerts(store) == []


@pytest.mark.usefixtures("readers")
def test_a_chat_that_refuses_is_owed_nothing(store: Store) -> None:
    store.write_now(lambda conn: outbox.chat_refuses(conn, 1, "blocked", NOW))
    assert record(store, arrival("a", WAR)).rung == 1
    assert alerts(store) == [(-2, "a")]


def test_several_rules_of_a_chat_make_one_alert_of_the_most_severe(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "topic:low", "topic:high", "query:x"))
    matched = tuple(
        (match(rule), severity)
        for rule, severity in [
            ("query:x", Severity.NORMAL),
            ("topic:high", Severity.HIGH),
            ("topic:low", Severity.LOW),
        ]
    )
    assert record(store, Arrival(item("a"), matched, rings=True)).rung == 1
    claimed = store.write_now(lambda conn: outbox.claim_deliveries(conn, 9, LEASE, NOW))
    (owed,) = claimed.rows
    assert owed.match == match("topic:high")
    assert owed.severity is Severity.HIGH


# Stories


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize("shared", ["url:x", "text:y"])
def test_a_story_rings_once_whichever_source_brings_it(store: Store, shared: str) -> None:
    record(store, arrival("a", WAR, keys=("url:a", shared)))
    again = arrival("b", WAR, keys=("text:b", shared), source="other")
    assert record(store, again) == Recorded(new=1, rung=0)
    assert [item for _, item in alerts(store)] == ["a", "a"]


@pytest.mark.usefixtures("readers")
def test_a_story_rings_once_within_one_batch(store: Store) -> None:
    batch = [arrival("a", WAR, keys=("url:x",)), arrival("b", WAR, keys=("url:x",))]
    assert record(store, *batch) == Recorded(new=2, rung=2)
    assert alerts(store) == [(-2, "a"), (1, "a")]


@pytest.mark.usefixtures("readers")
def test_items_without_keys_are_stories_of_their_own(store: Store) -> None:
    assert record(store, arrival("a", WAR), arrival("b", WAR)).rung == 4


def test_a_backlogged_story_rings_when_a_known_feed_brings_it(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, WAR))
    record(store, arrival("a", WAR, rings=False, keys=("url:x",)))
    assert record(store, arrival("b", WAR, keys=("url:x",), source="other")).rung == 1


def test_two_stories_that_prove_to_be_one_ring_no_more(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, WAR))
    record(store, arrival("a", keys=("url:a",)))
    record(store, arrival("b", WAR, keys=("text:b",)))
    # Only the younger story rang. The third item has a key of each.
    assert record(store, arrival("c", WAR, keys=("url:a", "text:b"))).rung == 0
    assert record(store, arrival("d", WAR, keys=("text:b",))).rung == 0
    stories = store.read_now(lambda conn: {each.story_id for each in items.newest(conn, limit=9)})
    assert len(stories) == 1
    assert count(store, schema.stories) == 1


def test_merging_keeps_both_alerts_of_a_chat_that_had_both(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, WAR))
    record(store, arrival("a", WAR, keys=("url:a",)), arrival("b", WAR, keys=("text:b",)))
    assert record(store, arrival("c", WAR, keys=("url:a", "text:b"))).rung == 0
    assert alerts(store) == [(1, "a"), (1, "b")]


@given(
    batches=st.lists(
        st.lists(st.sets(st.sampled_from("abcdef"), max_size=3), min_size=1, max_size=4), max_size=4
    )
)
@settings(max_examples=30, deadline=None)
def test_items_are_one_story_when_keys_connect_them(
    empty: Store, batches: list[list[set[str]]]
) -> None:
    components: list[tuple[set[str], set[str]]] = []

    def work(conn: Connection) -> set[frozenset[str]]:
        conn.execute(delete(schema.items))
        conn.execute(delete(schema.stories))
        for number, batch in enumerate(batches):
            named = [(f"{number}-{n}", keys) for n, keys in enumerate(batch)]
            for name, keys in named:
                joined = [each for each in components if each[0] & keys]
                for each in joined:
                    components.remove(each)
                all_keys = keys.union(*(each[0] for each in joined))
                components.append((all_keys, {name}.union(*(each[1] for each in joined))))
            rows = [arrival(name, keys=tuple(sorted(keys))) for name, keys in named]
            items.record(conn, rows, NOW)
        found: dict[int, set[str]] = {}
        for stored in items.newest(conn, limit=99):
            found.setdefault(stored.story_id, set()).add(stored.item.id)
        return {frozenset(names) for names in found.values()}

    assert empty.write_now(work) == {frozenset(names) for _, names in components}


# Edits


@pytest.mark.usefixtures("readers")
def test_an_edited_item_gets_its_new_text_and_never_rings(store: Store) -> None:
    record(store, arrival("a"))
    edited = arrival("a", WAR, text="Now of war")
    assert record(store, edited, seconds=60) == Recorded(edited=1)
    assert alerts(store) == []
    (stored,) = store.read_now(lambda conn: items.newest(conn, limit=9))
    assert (stored.item.text, stored.first_seen) == ("Now of war", NOW)
    assert count(store, schema.matches) == 1


@pytest.mark.usefixtures("readers")
def test_an_alert_outlives_an_edit_that_no_longer_matches(store: Store) -> None:
    record(store, arrival("a", WAR))
    record(store, arrival("a", title="T"), seconds=60)
    claimed = store.write_now(lambda conn: outbox.claim_deliveries(conn, 1, LEASE, at(60)))
    (owed,) = claimed.rows
    assert owed.item is not None
    assert owed.item.item.title == "T"
    # Its spans point into the earlier title.
    assert owed.match is not None
    assert (owed.match.topic, owed.match.spans) == ("war", ())


@pytest.mark.usefixtures("readers")
def test_a_new_time_alone_is_no_edit(store: Store) -> None:
    record(store, arrival("a", WAR))
    assert record(store, arrival("a", WAR, updated=at(5))) == Recorded()


# Reading


def test_paging_through_the_newest(store: Store) -> None:
    record(store, *[arrival(f"i{n}") for n in range(7)])
    seen: list[str] = []
    before: int | None = None
    while page := store.read_now(partial(items.newest, before=before, limit=3)):
        seen += [each.item.id for each in page]
        before = page[-1].number
    assert seen == [f"i{n}" for n in reversed(range(7))]


def test_known_items(store: Store) -> None:
    record(store, arrival("a"), arrival("b", source="other"))
    assert store.read_now(lambda conn: items.known(conn, "news", ["a", "b", "c"])) == {"a"}
    assert store.read_now(lambda conn: items.known(conn, "news", [])) == set()


def test_waiting_items_newest_first(store: Store) -> None:
    record(store, arrival("a", waiting=True), arrival("b"), arrival("c", waiting=True))
    waiting = store.read_now(items.waiting_items)
    assert [each.item.id for each in waiting] == ["c", "a"]
    before = waiting[0].number
    assert [
        each.item.id
        for each in store.read_now(lambda conn: items.waiting_items(conn, before=before, limit=5))
    ] == ["a"]


# Retention


def test_what_is_old_goes_and_does_not_come_back_as_news(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1))
    record(store, arrival("a", WAR, keys=("url:a",)), arrival("b", keys=("url:b",)))
    record(store, arrival("c", keys=("url:b",)), seconds=100)
    store.write_now(lambda conn: search.index_pending(conn, str.lower))
    assert store.write_now(lambda conn: items.prune(conn, at(50))) == 2
    assert [each.item.id for each in store.read_now(lambda conn: items.newest(conn, limit=9))] == [
        "c"
    ]
    assert store.write_now(lambda conn: drop_empty(conn, at(50), 9)) == 1
    assert [count(store, table) for table in (schema.matches, schema.stories)] == [0, 1]
    assert store.read_now(lambda conn: search.candidates(conn, [["title"]], limit=9)) != []
    assert store.read_now(lambda conn: items.known(conn, "news", ["a", "b", "c"])) == {*"abc"}
    store.write_now(lambda conn: people.subscribe(conn, 1, 0, WAR, NOW))
    assert record(store, arrival("a", WAR, keys=("url:a",)), seconds=200) == Recorded()


def test_what_is_still_owed_stays(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, WAR))
    record(store, arrival("a", WAR), arrival("b"))
    assert store.write_now(lambda conn: items.prune(conn, at(50))) == 1
    claimed = store.write_now(lambda conn: outbox.claim_deliveries(conn, 1, LEASE, NOW))
    (owed,) = claimed.rows
    store.write_now(lambda conn: outbox.sent(conn, owed.id, claimed.token, 1, NOW))
    assert store.write_now(lambda conn: items.prune(conn, at(50))) == 1
    assert store.write_now(lambda conn: outbox.purge_settled(conn, at(50))) == 0
    assert store.write_now(lambda conn: drop_empty(conn, at(50), 9)) == 2
    assert store.write_now(lambda conn: outbox.purge_settled(conn, at(50))) == 1
    assert count(store, schema.deliveries) == 0


def test_retention_goes_by_pages(store: Store) -> None:
    record(store, *[arrival(f"i{n}") for n in range(5)])
    pages = [store.write_now(lambda conn: items.prune(conn, at(50), 2)) for _ in range(4)]
    assert pages == [2, 2, 1, 0]


def test_many_arrivals_go_in_pages(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "__defaults__", (3,))
    store.write_now(lambda conn: subscriber(conn, 1, WAR))
    batch = [arrival(f"i{n}", WAR, keys=("url:same",) if n in {2, 7} else ()) for n in range(8)]
    assert record(store, *batch) == Recorded(new=8, rung=7)
    assert record(store, *batch) == Recorded()
    names = [f"i{n}" for n in range(9)]
    assert store.read_now(lambda conn: items.known(conn, "news", names)) == set(names[:8])


def test_a_match_by_its_number(store: Store) -> None:
    record(store, arrival("a", WAR), arrival("b", "query:x"))
    found = store.read_now(lambda conn: get_match(conn, 2))
    assert found == (item("b"), match("query:x"))
    assert store.read_now(lambda conn: get_match(conn, 9)) is None
