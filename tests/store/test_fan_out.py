"""Whom an item rings, at once or page by page: the same, whatever the pages and the crashes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.model import DeliveryState, Held, Severity
from bot.service.fanning import Fanning
from bot.store import fan_out, items, outbox, people, schema
from bot.store.engine import Store
from bot.store.incoming import Arrival
from tests.store.things import NOW, arrival, at, subscriber

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.store.items import Recorded


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small figures, so that a dozen chats are many."""
    monkeypatch.setattr(fan_out, "FEW", 3)
    monkeypatch.setattr(fan_out, "_FEWEST_OF_A_RULE", 1)


def record(store: Store, *arrivals: Arrival, seconds: float = 0) -> Recorded:
    return store.write_now(lambda conn: items.record(conn, arrivals, at(seconds)))


def expand(store: Store, limit: int = 2) -> fan_out.Page | None:
    return store.write_now(lambda conn: fan_out.expand(conn, limit, NOW))


def expand_all(store: Store, limit: int = 2) -> int:
    pages = 0
    while expand(store, limit) is not None:
        pages += 1
    return pages


def subscribers(store: Store, count: int, *rules: str) -> None:
    def work(conn: Connection) -> None:
        for chat in range(1, count + 1):
            subscriber(conn, chat, *rules)

    store.write_now(work)


def owed(store: Store) -> list[tuple[int, int]]:
    """Chat and story of what is owed, in the order in which it came to be."""
    table = schema.deliveries
    chosen = select(table.c.chat_id, table.c.story_id).order_by(table.c.id)
    return store.read_now(lambda conn: [(row[0], row[1]) for row in conn.execute(chosen)])


def test_few_are_rung_with_their_item(store: Store) -> None:
    subscribers(store, 3, "topic:war")
    recorded = record(store, arrival("a", "topic:war"))
    assert (recorded.rung, recorded.queued) == (3, 0)
    assert expand(store) is None


def test_many_follow_page_by_page(store: Store) -> None:
    subscribers(store, 7, "topic:war")
    recorded = record(store, arrival("a", "topic:war"))
    assert (recorded.rung, recorded.queued) == (0, 1)
    assert owed(store) == []
    assert store.read_now(fan_out.open_fan_outs) == 1
    first = expand(store)
    assert first == fan_out.Page(1, 2, done=False)
    assert [chat for chat, _ in owed(store)] == [1, 2]
    assert expand_all(store) == 3
    assert [chat for chat, _ in owed(store)] == [1, 2, 3, 4, 5, 6, 7]
    assert store.read_now(fan_out.open_fan_outs) == 0


def test_a_crash_goes_on_behind_the_last_page(sqlite_store: Store, database: Path) -> None:
    store = sqlite_store
    subscribers(store, 7, "topic:war")
    record(store, arrival("a", "topic:war"))
    expand(store)

    def dies(conn: Connection) -> None:
        fan_out.expand(conn, 2, NOW)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.write_now(dies)
    assert [chat for chat, _ in owed(store)] == [1, 2]
    with Store.open(f"sqlite:///{database}") as again:
        expand_all(again)
    assert [chat for chat, _ in owed(store)] == [1, 2, 3, 4, 5, 6, 7]


def test_who_subscribes_later_is_not_rung_and_who_leaves_neither(store: Store) -> None:
    subscribers(store, 5, "topic:war")
    record(store, arrival("a", "topic:war"))
    store.write_now(lambda conn: subscriber(conn, 9, "topic:war"))
    store.write_now(lambda conn: people.unsubscribe(conn, 4, 4))
    store.write_now(lambda conn: outbox.chat_refuses(conn, 5, "blocked", NOW))
    expand_all(store)
    assert [chat for chat, _ in owed(store)] == [1, 2, 3]


def test_later_items_queue_behind_so_that_a_chat_hears_them_in_order(store: Store) -> None:
    subscribers(store, 5, "topic:war")
    store.write_now(lambda conn: subscriber(conn, 5, "topic:peace"))
    record(store, arrival("a", "topic:war"))
    assert record(store, arrival("b", "topic:peace"), seconds=1).queued == 1
    expand_all(store)
    assert [story for chat, story in owed(store) if chat == 5] == [1, 2]
    assert record(store, arrival("c", "topic:peace"), seconds=2).rung == 1, "the way is free again"


def test_the_most_pressing_item_is_fanned_out_first(store: Store) -> None:
    subscribers(store, 5, "topic:war", "topic:quake")
    record(store, arrival("a", "topic:war"))
    record(store, arrival("b", "topic:quake", severity=Severity.URGENT))
    expand_all(store)
    assert [story for _, story in owed(store)] == [2] * 5 + [1] * 5


def test_an_item_that_is_being_fanned_out_is_not_pruned(store: Store) -> None:
    subscribers(store, 5, "topic:war")
    record(store, arrival("a", "topic:war"))
    later = NOW + timedelta(days=100)
    assert store.write_now(lambda conn: items.prune(conn, later)) == 0
    expand_all(store)
    assert len(owed(store)) == 5


def test_a_digest_and_a_threshold(store: Store) -> None:
    subscribers(store, 3, "topic:war")
    store.write_now(lambda conn: people.tune(conn, 2, 2, cadence="hourly", silent=True))
    store.write_now(lambda conn: people.tune(conn, 3, 3, threshold=int(Severity.HIGH)))
    record(store, arrival("a", "topic:war"))
    table = schema.deliveries
    chosen = select(table.c.chat_id, table.c.state, table.c.reason, table.c.silent)
    rows = store.read_now(lambda conn: [tuple(row) for row in conn.execute(chosen)])
    assert rows == [
        (1, DeliveryState.PENDING, None, False),
        (2, DeliveryState.HELD, Held.DIGEST, True),
    ]


async def test_the_loop_takes_up_what_an_earlier_run_left(store: Store) -> None:
    subscribers(store, 9, "topic:war")
    record(store, arrival("a", "topic:war"))
    rung: list[int] = []
    fanning = Fanning(store, lambda: rung.append(1), now=lambda: NOW)
    assert await fanning.drain() == 9
    assert rung
    assert await fanning.drain() == 0


CHATS = st.integers(1, 6)
RULES = st.sampled_from(["topic:war", "topic:peace", "query:x"])
SUBSCRIBED = st.sets(st.tuples(CHATS, st.integers(0, 2), RULES), max_size=25)
MATCHED = st.lists(
    st.dictionaries(RULES, st.sampled_from(list(Severity)), max_size=3), min_size=1, max_size=3
)


@given(SUBSCRIBED, MATCHED, st.integers(1, 9))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # it is emptied each time
)
def test_pages_ring_the_same_as_one_transaction_would(
    store: Store,
    subscribed: set[tuple[int, int, str]],
    matched: Sequence[dict[str, Severity]],
    limit: int,
) -> None:
    whole = outcome(store, subscribed, matched, few=10_000, limit=9)
    paged = outcome(store, subscribed, matched, few=0, limit=limit)
    assert paged == whole


def outcome(
    store: Store,
    subscribed: set[tuple[int, int, str]],
    matched: Sequence[dict[str, Severity]],
    *,
    few: int,
    limit: int,
) -> set[tuple[object, ...]]:
    """Chat, thread, item and rule of what is owed in the end."""

    def work(conn: Connection) -> set[tuple[object, ...]]:
        for table in reversed(schema.metadata.sorted_tables):
            conn.execute(delete(table))
        for chat, thread, rule in sorted(subscribed):
            subscriber(conn, chat, rule, thread_id=thread)
        for number, rules in enumerate(matched):
            one = arrival(f"item {number}", *rules)
            severities = zip(one.matches, rules.values(), strict=True)
            found = tuple((match, severity) for (match, _), severity in severities)
            items.record(conn, [Arrival(one.item, found, rings=True)], NOW)
        while fan_out.expand(conn, limit, NOW) is not None:
            pass
        chosen = select(
            schema.deliveries.c.chat_id,
            schema.deliveries.c.thread_id,
            schema.items.c.id,
            schema.matches.c.rule,
        ).select_from(
            schema.deliveries.join(
                schema.matches, schema.matches.c.id == schema.deliveries.c.match_id
            ).join(schema.items, schema.items.c.number == schema.matches.c.item)
        )
        return {tuple(row) for row in conn.execute(chosen)}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fan_out, "FEW", few)
        return store.write_now(work)
