from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.model import DeliveryState, Severity
from bot.store import items, outbox, people
from bot.store.moves import move_chat
from bot.store.schema import deliveries
from tests.store.things import NOW, arrival, message, subscriber

if TYPE_CHECKING:
    from bot.store.engine import Store

OLD, NEW = -5, -1005


def test_everything_goes_along(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, OLD, "topic:war", "query:grain", thread_id=3))
    store.write_now(lambda conn: items.record(conn, [arrival("one", "topic:war")], NOW))
    store.write_now(lambda conn: outbox.enqueue(conn, OLD, message(), now=NOW))
    for _ in range(2):  # safe to repeat
        store.write_now(lambda conn: move_chat(conn, OLD, NEW, "moved", NOW))

    chat = store.read_now(lambda conn: people.chat(conn, NEW))
    assert chat is not None
    assert (chat.kind, chat.title) == ("supergroup", f"Chat {OLD}")
    assert store.read_now(lambda conn: people.chat(conn, OLD)) is None
    kept = store.read_now(lambda conn: people.subscriptions(conn, NEW))
    assert {(each.rule, each.thread_id) for each in kept} == {("topic:war", 3), ("query:grain", 3)}
    chats = store.read_now(lambda conn: list(conn.scalars(select(deliveries.c.chat_id))))
    assert chats == [NEW, NEW]


def test_what_the_new_chat_has_stays_and_nothing_doubles(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, OLD, "topic:war"))
    store.write_now(lambda conn: subscriber(conn, NEW, "topic:war"))
    store.write_now(lambda conn: items.record(conn, [arrival("one", "topic:war")], NOW))
    store.write_now(lambda conn: move_chat(conn, OLD, NEW, "moved", NOW))

    assert len(store.read_now(lambda conn: people.subscriptions(conn, NEW))) == 1
    claim = store.write_now(
        lambda conn: outbox.claim_deliveries(conn, 9, timedelta(minutes=1), NOW, ())
    )
    assert [owed.chat_id for owed in claim.rows] == [NEW]
    counts = store.read_now(outbox.counts)
    assert counts[DeliveryState.REFUSED] == 1


def test_a_story_that_the_group_had_does_not_ring_in_the_supergroup(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, OLD, "topic:war"))
    store.write_now(lambda conn: items.record(conn, [arrival("one", "topic:war")], NOW))
    claim = store.write_now(
        lambda conn: outbox.claim_deliveries(conn, 9, timedelta(minutes=1), NOW, ())
    )
    [owed] = claim.rows
    store.write_now(lambda conn: outbox.sent(conn, owed.id, claim.token, 1, NOW))
    store.write_now(lambda conn: move_chat(conn, OLD, NEW, "moved", NOW))
    assert owed.item is not None
    assert owed.match is not None
    number, match = owed.item.number, owed.match

    rung = store.write_now(
        lambda conn: outbox.ring(conn, number, match, NEW, 0, Severity.NORMAL, NOW)
    )
    assert not rung


def test_a_chat_that_was_never_saved(store: Store) -> None:
    number = store.write_now(lambda conn: outbox.enqueue(conn, OLD, message(), now=NOW))
    store.write_now(lambda conn: move_chat(conn, OLD, NEW, "moved", NOW))

    row = select(deliveries.c.chat_id).where(deliveries.c.id == number)
    assert store.read_now(lambda conn: conn.scalar(row)) == NEW
    assert store.read_now(lambda conn: people.chat(conn, NEW)) is None
