from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Chat, DeliveryState, Message
from bot.store import items, outbox, people
from bot.store.moves import move_chat
from tests.store.things import LEASE, NOW, arrival, message, subscriber

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.engine import Store

OLD, NEW = -5, -1005


@pytest.fixture
def moved(store: Store) -> Store:
    """A group with a subscription, an alert that was sent, one that was not, and an answer."""

    def work(conn: Connection) -> None:
        people.save_chat(conn, Chat(OLD, "group", "Desk", "fr", "Europe/Paris"), NOW)
        people.subscribe(conn, OLD, 0, "topic:war", NOW)
        items.record(conn, [arrival("a", "topic:war", keys=("url:a",))], NOW)
        claimed = outbox.claim_deliveries(conn, 1, LEASE, NOW)
        outbox.sent(conn, claimed.rows[0].id, claimed.token, 1, NOW)
        items.record(conn, [arrival("b", "topic:war", keys=("url:b",))], NOW)
        outbox.enqueue(conn, OLD, message("answer"), now=NOW)

    store.write_now(work)
    return store


def move(store: Store) -> bool:
    return store.write_now(lambda conn: move_chat(conn, OLD, NEW, "upgraded", NOW))


def test_settings_and_subscriptions_go_along(moved: Store) -> None:
    assert move(moved)
    assert moved.read_now(lambda conn: people.chat(conn, OLD)) is None
    expected = Chat(NEW, "supergroup", "Desk", "fr", "Europe/Paris")
    assert moved.read_now(lambda conn: people.chat(conn, NEW)) == expected
    (kept,) = moved.read_now(lambda conn: people.subscriptions(conn, NEW))
    assert kept.rule == "topic:war"
    assert not move(moved)


def test_what_is_owed_goes_along_and_what_was_told_is_not_told_again(moved: Store) -> None:
    move(moved)
    again = [arrival("a2", "topic:war", keys=("url:a",))]
    assert moved.write_now(lambda conn: items.record(conn, again, NOW)).rung == 0
    claimed = moved.write_now(lambda conn: outbox.claim_deliveries(conn, 9, LEASE, NOW))
    (first,) = claimed.rows
    assert first.message == Message("sendMessage", {"text": "answer"})
    moved.write_now(lambda conn: outbox.sent(conn, first.id, claimed.token, 2, NOW))
    (second,) = moved.write_now(lambda conn: outbox.claim_deliveries(conn, 9, LEASE, NOW)).rows
    assert (second.chat_id, second.item and second.item.item.id) == (NEW, "b")


def test_what_the_new_chat_has_stays(moved: Store) -> None:
    def work(conn: Connection) -> None:
        subscriber(conn, NEW, "topic:war", "topic:peace")
        items.record(conn, [arrival("c", "topic:peace", keys=("url:b",))], NOW)

    moved.write_now(work)
    assert move(moved)
    rules = [each.rule for each in moved.read_now(lambda conn: people.subscriptions(conn, NEW))]
    assert rules == ["topic:war", "topic:peace"]
    # Both were owed the story: one alert of it remains, the other's end is on record.
    counts = moved.read_now(outbox.counts)
    assert (counts[DeliveryState.PENDING], counts[DeliveryState.REFUSED]) == (2, 1)
