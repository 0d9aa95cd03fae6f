"""``every report`` is a choice of a subscription; everybody else hears of a story once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.model import Cadence, DeliveryState
from bot.store import fan_out, items, outbox, people, schema
from tests.store.things import LEASE, NOW, arrival, at, subscriber

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Connection

    from bot.store.engine import Store
    from bot.store.incoming import Arrival

WAR, PEACE = "topic:war", "topic:peace"
SHARED = ("url:x",)


def subscribe(store: Store, chat: int, rule: str, **how: object) -> None:
    def work(conn: Connection) -> None:
        subscriber(conn, chat, rule)
        if not how:
            return
        mine = next(each for each in people.subscriptions(conn, chat) if each.rule == rule)
        people.tune(conn, mine.id, chat, **how)

    store.write_now(work)


def record(store: Store, *arrivals: Arrival, seconds: float = 0) -> int:
    return store.write_now(lambda conn: items.record(conn, arrivals, at(seconds))).rung


def told(store: Store) -> list[tuple[int, str]]:
    """Chat and item of every delivery, in their order."""
    owed = (
        select(schema.deliveries.c.chat_id, schema.items.c.id)
        .join(schema.matches, schema.matches.c.id == schema.deliveries.c.match_id)
        .join(schema.items, schema.items.c.number == schema.matches.c.item)
        .order_by(schema.deliveries.c.id)
    )
    return store.read_now(lambda conn: [(row[0], row[1]) for row in conn.execute(owed)])


def test_every_report_rings_where_that_is_asked_for(store: Store) -> None:
    subscribe(store, 1, WAR)
    subscribe(store, 2, WAR, every_report=True)
    for name in "abc":
        record(store, arrival(name, WAR, keys=SHARED))
    assert told(store) == [(1, "a"), (2, "a"), (2, "b"), (2, "c")]


def test_reports_of_one_batch_ring_each(store: Store) -> None:
    subscribe(store, 2, WAR, every_report=True)
    assert record(store, arrival("a", WAR, keys=SHARED), arrival("b", WAR, keys=SHARED)) == 2


def test_recording_again_rings_nobody_again(store: Store) -> None:
    subscribe(store, 2, WAR, every_report=True)
    batch = [arrival("a", WAR, keys=SHARED), arrival("b", WAR, keys=SHARED)]
    record(store, *batch)
    assert record(store, *batch) == 0


def test_a_rule_that_wants_each_story_once_keeps_quiet_after_one_that_wants_every_report(
    store: Store,
) -> None:
    subscribe(store, 1, WAR, every_report=True)
    subscribe(store, 1, PEACE)
    record(store, arrival("a", WAR, keys=SHARED))
    record(store, arrival("b", PEACE, keys=SHARED))
    record(store, arrival("c", WAR, PEACE, keys=SHARED))
    assert told(store) == [(1, "a"), (1, "c")]


def test_every_report_rings_after_another_rule_told_of_the_story(store: Store) -> None:
    subscribe(store, 1, WAR, every_report=True)
    subscribe(store, 1, PEACE)
    record(store, arrival("a", PEACE, keys=SHARED))
    record(store, arrival("b", WAR, keys=SHARED))
    assert told(store) == [(1, "a"), (1, "b")]


def test_the_rule_that_wants_every_report_says_how(store: Store) -> None:
    """Another rule of the chat would ring at once, but wants each story once."""
    subscribe(store, 1, WAR, every_report=True, cadence=Cadence.DAILY)
    subscribe(store, 1, PEACE)
    record(store, arrival("a", WAR, PEACE, keys=SHARED))
    record(store, arrival("b", WAR, PEACE, keys=SHARED))
    counts = store.read_now(outbox.counts)
    assert (counts[DeliveryState.PENDING], counts[DeliveryState.HELD]) == (1, 1)


def test_threads_have_their_own(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, -2, WAR, thread_id=7))
    store.write_now(lambda conn: subscriber(conn, -2, WAR, thread_id=8))
    (mine, _) = store.read_now(lambda conn: people.subscriptions(conn, -2))
    store.write_now(lambda conn: people.tune(conn, mine.id, -2, every_report=True))
    record(store, arrival("a", WAR, keys=SHARED))
    assert record(store, arrival("b", WAR, keys=SHARED)) == 1


def test_many_subscribers_are_told_by_the_page(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "FEW", 3)
    monkeypatch.setattr(fan_out, "_FEWEST_OF_A_RULE", 1)
    for chat in range(1, 8):
        subscribe(store, chat, WAR, every_report=chat % 2 == 0)
    for name in "ab":
        record(store, arrival(name, WAR, keys=SHARED))
    while store.write_now(lambda conn: fan_out.expand(conn, 2, NOW)) is not None:
        pass
    assert [chat for chat, item in told(store) if item == "a"] == list(range(1, 8))
    assert [chat for chat, item in told(store) if item == "b"] == [2, 4, 6]


def test_an_alert_that_was_settled_long_ago_is_forgotten_with_its_like(store: Store) -> None:
    subscribe(store, 2, WAR, every_report=True)
    for name in "ab":
        record(store, arrival(name, WAR, keys=SHARED))

    def send(conn: Connection) -> None:
        claim = outbox.claim_deliveries(conn, 9, LEASE, NOW)
        (owed,) = claim.rows
        assert owed.match is not None
        assert outbox.sent(conn, owed.id, claim.token, 1, NOW)

    store.write_now(send)
    store.write_now(send)
    assert store.write_now(lambda conn: outbox.purge_settled(conn, at(1))) == 1
    assert len(told(store)) == 1
