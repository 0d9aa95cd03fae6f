from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

import pytest
from sqlalchemy import insert, select

from bot.model import Chat, DeliveryState, Message, Priority, Severity
from bot.store import items, outbox, people, schema
from bot.store.leases import DELIVERIES, release
from tests.store.things import LEASE, NOW, arrival, at, match, message, subscriber

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Row

    from bot.store.engine import Store
    from bot.store.leases import Claim
    from bot.store.outbox import OwedDelivery


def owe(store: Store, chat: int, text: str = "hello", priority: Priority = Priority.ANSWER) -> int:
    return store.write_now(
        lambda conn: outbox.enqueue(conn, chat, message(text), priority=priority, now=NOW)
    )


def take(
    store: Store, limit: int = 10, seconds: float = 0, busy: Collection[int] = ()
) -> Claim[OwedDelivery]:
    return store.write_now(
        lambda conn: outbox.claim_deliveries(conn, limit, LEASE, at(seconds), busy)
    )


def texts(claim: Claim[OwedDelivery]) -> list[str]:
    return [owed.message.arguments["text"] for owed in claim.rows if owed.message]


def drain(store: Store, limit: int = 1) -> list[str]:
    """What leaves in which order when everything is sent at once."""
    gone: list[str] = []
    while (claim := take(store, limit)).rows:
        gone += texts(claim)
        for owed in claim.rows:
            assert send(store, owed.id, claim.token)
    return gone


def send(store: Store, delivery: int, token: str, seconds: float = 0) -> bool:
    return store.write_now(lambda conn: outbox.sent(conn, delivery, token, 42, at(seconds)))


def row(store: Store, delivery: int) -> Row[Any]:
    query = select(schema.deliveries).where(schema.deliveries.c.id == delivery)
    return store.read_now(lambda conn: conn.execute(query).one())


def test_an_answer_comes_back_as_it_was_owed(store: Store) -> None:
    chat = store.write_now(lambda conn: subscriber(conn, 1))
    reply = Message("editMessageText", {"text": "é", "reply_markup": {"inline_keyboard": [[]]}})
    number = store.write_now(lambda conn: outbox.enqueue(conn, 1, reply, thread_id=4, now=NOW))
    (owed,) = take(store).rows
    assert owed == outbox.OwedDelivery(
        number, 1, 4, Priority.ANSWER, 1, reply, None, None, None, None, chat
    )


def test_an_alert_carries_its_item_match_and_chat(store: Store) -> None:
    chat = store.write_now(lambda conn: subscriber(conn, -5, "query:war", thread_id=2))
    urgent = arrival("a", "query:war", severity=Severity.URGENT)
    store.write_now(lambda conn: items.record(conn, [urgent], NOW))
    (owed,) = take(store).rows
    assert (owed.message, owed.match, owed.chat) == (None, match("query:war"), chat)
    assert (owed.chat_id, owed.thread_id) == (-5, 2)
    assert (owed.priority, owed.severity) == (Priority.URGENT, Severity.URGENT)
    assert owed.item is not None
    assert owed.item.item == urgent.item


@pytest.mark.parametrize(("chat_id", "kind"), [(1, "private"), (-1, "supergroup")])
def test_a_chat_that_was_never_saved_gets_its_answer(
    store: Store, chat_id: int, kind: Literal["private", "supergroup"]
) -> None:
    owe(store, chat_id)
    (owed,) = take(store).rows
    assert owed.chat == Chat(chat_id, kind)


# Order


def test_priority_goes_before_all_and_age_within_a_chat(store: Store) -> None:
    for n, priority in enumerate([Priority.DIGEST, Priority.NORMAL, Priority.ANSWER] * 2):
        owe(store, 1, f"{priority.name} {n}", priority)
    owe(store, 1, "URGENT 6", Priority.URGENT)
    assert drain(store) == [
        "ANSWER 2",
        "ANSWER 5",
        "URGENT 6",
        "NORMAL 1",
        "NORMAL 4",
        "DIGEST 0",
        "DIGEST 3",
    ]


def test_a_long_queue_of_one_chat_does_not_hold_up_the_others(store: Store) -> None:
    for n in range(50):
        owe(store, 1, f"1 {n}")
    for chat in (2, 3, -4):
        for n in range(2):
            owe(store, chat, f"{chat} {n}")
    gone = drain(store)
    assert {text.split()[0] for text in gone[:4]} == {"1", "2", "3", "-4"}
    assert {text.split()[0] for text in gone[4:8]} == {"1", "2", "3", "-4"}
    assert gone[8:] == [f"1 {n}" for n in range(2, 50)]


def test_one_delivery_of_a_chat_is_in_flight_at_a_time(store: Store) -> None:
    owe(store, 1, "a", Priority.NORMAL)
    owe(store, 1, "b", Priority.ANSWER)
    owe(store, 2, "c", Priority.DIGEST)
    first = take(store)
    assert texts(first) == ["b", "c"]
    assert take(store).rows == ()
    number = first.rows[0].id
    send(store, number, first.token)
    assert texts(take(store)) == ["a"]


def test_busy_chats_are_passed_over(store: Store) -> None:
    for chat in (1, 2, 3):
        owe(store, chat, str(chat))
    assert texts(take(store, busy={1, 3})) == ["2"]
    assert texts(take(store, busy={1, 3})) == []


def test_the_limit_counts_over_all_priorities(store: Store) -> None:
    for chat in (1, 2):
        owe(store, chat, f"answer {chat}")
        owe(store, chat + 10, f"digest {chat}", Priority.DIGEST)
    assert texts(take(store, limit=3)) == ["answer 1", "answer 2", "digest 1"]
    assert take(store, limit=0).rows == ()


def test_a_postponed_one_holds_its_lane_and_no_other(store: Store) -> None:
    first = owe(store, 1, "first", Priority.NORMAL)
    owe(store, 1, "second", Priority.NORMAL)
    claim = take(store)
    assert store.write_now(
        lambda conn: outbox.postpone(conn, first, claim.token, at(30), "flood", NOW)
    )
    assert store.read_now(outbox.next_due) == at(30)
    assert row(store, first).reason == "flood"
    assert take(store, seconds=29).rows == ()
    answer = owe(store, 1, "answer")
    passing = take(store, seconds=29)
    assert texts(passing) == ["answer"]
    send(store, answer, passing.token, 29)
    again = take(store, seconds=30)
    assert texts(again) == ["first"]
    assert again.rows[0].attempts == 2
    assert store.read_now(outbox.next_due) is None


# Leases


def test_a_lost_lease_settles_nothing(store: Store) -> None:
    number = owe(store, 1)
    lost = take(store).token
    held = take(store, seconds=61)
    assert held.rows[0].attempts == 2
    for settle in (
        lambda conn: outbox.sent(conn, number, lost, 1, NOW),
        lambda conn: outbox.postpone(conn, number, lost, at(9), "", NOW),
        lambda conn: outbox.refuse(conn, number, lost, "", NOW),
    ):
        assert not store.write_now(settle)
    assert row(store, number).state == DeliveryState.IN_FLIGHT
    assert send(store, number, held.token)
    assert not send(store, number, held.token)


def test_what_is_given_back_is_pending_again(store: Store) -> None:
    number = owe(store, 1)
    claim = take(store)
    store.write_now(lambda conn: release(conn, DELIVERIES, claim.token))
    assert row(store, number).state == DeliveryState.PENDING
    assert take(store).rows[0].attempts == 1


# Ends


def test_a_sent_answer_is_on_record_without_its_words(store: Store) -> None:
    number = owe(store, 1, "private words")
    claim = take(store)
    send(store, number, claim.token, 2)
    kept = row(store, number)
    assert (kept.state, kept.message_id, kept.settled) == (DeliveryState.SENT, 42, at(2))
    assert (kept.arguments, kept.lease_token) == (None, None)


@pytest.mark.parametrize(
    ("priority", "kept"), [(Priority.ANSWER, None), (Priority.DIGEST, {"text": "words"})]
)
def test_a_refused_one_keeps_its_words_unless_it_is_an_answer(
    store: Store, priority: Priority, kept: object
) -> None:
    number = owe(store, 1, "words", priority)
    claim = take(store)
    store.write_now(lambda conn: outbox.refuse(conn, number, claim.token, "too long", at(2)))
    refused = row(store, number)
    assert (refused.state, refused.reason) == (DeliveryState.REFUSED, "too long")
    assert refused.arguments == kept
    assert take(store).rows == ()


def test_a_chat_that_refuses_ends_all_that_it_is_owed(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1))
    for n in range(3):
        owe(store, 1, str(n), Priority.NORMAL)
    owe(store, 2, "other")
    claim = take(store, limit=1, busy={2})
    assert store.write_now(lambda conn: outbox.chat_refuses(conn, 1, "blocked", at(3))) == 3
    assert not send(store, claim.rows[0].id, claim.token, 3)
    assert store.read_now(lambda conn: people.chat(conn, 1)) == Chat(
        1, "private", "Chat 1", refuses="blocked"
    )
    assert texts(take(store)) == ["other"]
    assert store.read_now(outbox.counts)[DeliveryState.REFUSED] == 3
    store.write_now(lambda conn: people.chat_answers(conn, 1))
    owe(store, 1, "again")
    assert texts(take(store)) == ["again"]


def test_counts_and_recent_sends(store: Store) -> None:
    for chat in (1, 2, 3, 4):
        owe(store, chat)
    claim = take(store, limit=3)
    for seconds, owed in enumerate(claim.rows[:2]):
        assert send(store, owed.id, claim.token, seconds)
    assert store.read_now(outbox.counts) == {
        DeliveryState.PENDING: 1,
        DeliveryState.IN_FLIGHT: 1,
        DeliveryState.POSTPONED: 0,
        DeliveryState.SENT: 2,
        DeliveryState.REFUSED: 0,
        DeliveryState.HELD: 0,
        DeliveryState.FOLDED: 0,
    }
    assert store.read_now(lambda conn: outbox.recent_sends(conn, NOW)) == [(1, at(0)), (2, at(1))]
    assert store.read_now(lambda conn: outbox.recent_sends(conn, at(1))) == [(2, at(1))]


# Ringing one chat


def test_ringing_one_chat_once_a_story(store: Store) -> None:
    def ring(number: int, rule: str = "query:new", chat: int = 1) -> bool:
        return store.write_now(
            lambda conn: outbox.ring(conn, number, match(rule), chat, 0, Severity.HIGH, NOW)
        )

    store.write_now(lambda conn: subscriber(conn, 1))
    store.write_now(
        lambda conn: items.record(
            conn, [arrival("a", keys=("url:x",)), arrival("b", keys=("url:x",))], NOW
        )
    )
    newer, older = [each.number for each in store.read_now(lambda c: items.newest(c, limit=2))]
    assert ring(older)
    assert not ring(older)
    assert not ring(newer, "topic:war")
    assert not ring(99)
    (owed,) = take(store).rows
    assert (owed.match, owed.priority) == (match("query:new"), Priority.HIGH)


def test_a_chat_that_refuses_is_not_rung(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1))
    store.write_now(lambda conn: items.record(conn, [arrival("a")], NOW))
    store.write_now(lambda conn: outbox.chat_refuses(conn, 1, "blocked", NOW))
    (stored,) = store.read_now(lambda conn: items.newest(conn, limit=1))
    assert not store.write_now(
        lambda conn: outbox.ring(conn, stored.number, match(), 1, 0, Severity.LOW, NOW)
    )


# Size


def test_claiming_from_a_long_backlog_looks_at_few_rows(sqlite_store: Store) -> None:
    store = sqlite_store
    """Counted in steps of SQLite's machine and not in seconds: 100,000 rows cost as 1,000 do."""
    steps = 0

    def fill(first: int, last: int) -> None:
        columns = {"state": "pending", "created": NOW, "not_before": NOW}
        rows = [
            {"chat_id": 1 if n % 2 else n, "priority": 3, "arguments": {}} | columns
            for n in range(first, last)
        ]
        store.write_now(lambda conn: conn.execute(insert(schema.deliveries), rows))

    def counted() -> int:
        nonlocal steps
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 1
            return 0

        def work(conn: Connection) -> None:
            driver = conn.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.set_progress_handler(step, 10)
            claimed = outbox.claim_deliveries(conn, 4, timedelta(0), NOW, {2, 4, 6})
            driver.set_progress_handler(None, 0)
            assert len(claimed.rows) == 4

        store.write_now(work)
        return steps

    fill(0, 1_000)
    few = counted()
    fill(1_000, 100_000)
    assert counted() <= few * 2
