from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import DeliveryState, Message, Priority, Severity
from bot.store import deliveries, forgetting, items, meta, outbox, pauses, people
from tests.store.things import LEASE, NOW, arrival, at, message, subscriber

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.engine import Store

REFUSED, PENDING, POSTPONED = DeliveryState.REFUSED, DeliveryState.PENDING, DeliveryState.POSTPONED


def refuse_all(conn: Connection, reason: str = "no") -> None:
    while rows := (claim := outbox.claim_deliveries(conn, 9, LEASE, at(99))).rows:
        for owed in rows:
            outbox.refuse(conn, owed.id, claim.token, reason, at(99))


def test_each_delivery_tells_where_it_stands(store: Store) -> None:
    def work(conn: Connection) -> None:
        subscriber(conn, 1, "topic:war")
        items.record(conn, [arrival("one", "topic:war", severity=Severity.HIGH)], NOW)
        outbox.enqueue(conn, 2, message("for your eyes only"), now=NOW)
        broadcast = Message("sendMessage", {"text": "to\nall of you"})
        outbox.enqueue(conn, 3, broadcast, priority=Priority.DIGEST, now=NOW)
        claim = outbox.claim_deliveries(conn, 9, LEASE, NOW)
        answer, alert, digest = claim.rows
        outbox.sent(conn, answer.id, claim.token, 77, at(1))
        outbox.postpone(conn, alert.id, claim.token, at(60), "too fast", at(1))
        outbox.refuse(conn, digest.id, claim.token, "blocked", at(1))

    store.write_now(work)
    digest, answer, alert = store.read_now(deliveries.listed)

    assert (alert.state, alert.until, alert.reason) == (POSTPONED, at(60), "too fast")
    assert (alert.rule, alert.what, alert.chat) == ("topic:war", "Title one", "Chat 1")
    assert (answer.state, answer.message_id, answer.what) == (DeliveryState.SENT, 77, "an answer")
    assert (digest.state, digest.reason, digest.what) == (REFUSED, "blocked", "to all of you")
    assert digest.until is None
    refused = store.read_now(lambda conn: deliveries.listed(conn, states=[REFUSED]))
    assert refused == [digest]
    of_one = store.read_now(lambda conn: deliveries.listed(conn, chat_id=1))
    assert of_one == [alert]


def test_a_refused_one_is_owed_anew(store: Store) -> None:
    def work(conn: Connection) -> list[int]:
        subscriber(conn, 1, "topic:war")
        items.record(conn, [arrival("one", "topic:war", severity=Severity.URGENT)], NOW)
        claim = outbox.claim_deliveries(conn, 1, LEASE, NOW)
        number = claim.rows[0].id
        outbox.postpone(conn, number, claim.token, NOW, "odd", NOW, blamed=True, aside=True)
        assert outbox.claim_deliveries(conn, 1, LEASE, NOW).rows[0].failures == 1
        outbox.chat_refuses(conn, 1, "blocked", NOW)
        return deliveries.retry(conn, [number, 999], at(5))

    (again,) = store.write_now(work)
    claim = store.write_now(lambda conn: outbox.claim_deliveries(conn, 9, LEASE, at(5)))
    (owed,) = claim.rows

    assert owed.id == again
    assert (owed.priority, owed.attempts, owed.failures) == (Priority.URGENT, 1, 0)
    assert owed.item is not None
    assert owed.item.item.id == "one"  # the item's own id, and not its match's


def test_what_is_gone_or_not_refused_is_not_tried_again(store: Store) -> None:
    def work(conn: Connection) -> None:
        outbox.enqueue(conn, 1, message(), now=NOW)  # an answer: its words are forgotten
        outbox.enqueue(conn, 2, message(), priority=Priority.DIGEST, now=NOW)
        refuse_all(conn)
        outbox.enqueue(conn, 3, message(), now=NOW)

    store.write_now(work)
    every = [record.id for record in store.read_now(deliveries.listed)]

    assert store.read_now(deliveries.refused_count) == 1
    assert store.write_now(lambda conn: deliveries.retry_all(conn, NOW, 7)) == 0
    assert len(store.write_now(lambda conn: deliveries.retry(conn, every, NOW))) == 1
    assert store.write_now(lambda conn: deliveries.retry_all(conn, NOW)) == 0


def test_what_is_set_aside_holds_up_nothing(store: Store) -> None:
    def work(conn: Connection) -> list[str]:
        for text in ("poison", "bread", "water"):
            outbox.enqueue(conn, 1, message(text), priority=Priority.NORMAL, now=NOW)
        claim = outbox.claim_deliveries(conn, 1, LEASE, NOW)
        first = claim.rows[0].id
        outbox.postpone(conn, first, claim.token, at(5), "500", NOW, blamed=True, aside=True)
        told = []
        while rows := (claim := outbox.claim_deliveries(conn, 1, LEASE, at(9))).rows:
            assert rows[0].message is not None
            told.append(rows[0].message.arguments["text"])
            outbox.sent(conn, rows[0].id, claim.token, 1, at(9))
        return told

    assert store.write_now(work) == ["bread", "water", "poison"]


def test_a_topic_of_a_forum_refuses_and_answers_again(store: Store) -> None:
    def work(conn: Connection) -> None:
        subscriber(conn, -100, "topic:war", thread_id=5)
        subscriber(conn, -100, "topic:war", thread_id=6)
        items.record(conn, [arrival("one", "topic:war")], NOW)
        assert outbox.thread_refuses(conn, -100, 5, "TOPIC_CLOSED", NOW) == 1
        items.record(conn, [arrival("two", "topic:war")], NOW)

    store.write_now(work)
    told = [(r.thread_id, r.state) for r in store.read_now(deliveries.listed)]
    assert told == [(6, PENDING), (6, PENDING), (5, REFUSED)]

    def answers(conn: Connection) -> None:
        assert people.thread_refuses(conn, -100, 5)
        people.thread_answers(conn, -100, 5)
        items.record(conn, [arrival("three", "topic:war")], NOW)

    store.write_now(answers)
    newest = store.read_now(lambda conn: deliveries.listed(conn, limit=2))
    assert {record.thread_id for record in newest} == {5, 6}


def test_a_pause_is_kept_until_its_end(store: Store) -> None:
    def work(conn: Connection) -> None:
        pauses.pause(conn, -7, at(30), "too many")
        pauses.pause(conn, -7, at(20), "too many")  # ends earlier: nothing new
        pauses.pause(conn, pauses.EVERYONE, at(10), "too many")

    store.write_now(work)
    assert store.read_now(lambda conn: pauses.pauses_at(conn, NOW)) == {-7: at(30), 0: at(10)}
    assert store.read_now(lambda conn: pauses.pauses_at(conn, at(15))) == {-7: at(30)}
    store.write_now(lambda conn: pauses.end_pauses(conn, at(99)))
    assert store.read_now(lambda conn: pauses.pauses_at(conn, NOW)) == {}


def test_who_is_forgotten_is_forgotten_by_the_turns_too(store: Store) -> None:
    def work(conn: Connection) -> None:
        subscriber(conn, 4711)
        outbox.enqueue(conn, 4711, message(), now=NOW)
        refuse_all(conn)
        pauses.pause(conn, 4711, at(30), "too many")
        assert "4711" in str(meta.get(conn, "outbox.served"))
        forgetting.forget(conn, 4711, 4711)
        assert "4711" not in str(meta.get(conn, "outbox.served"))
        assert pauses.pauses_at(conn, NOW) == {}

    store.write_now(work)


def test_many_are_recorded_at_once(store: Store) -> None:
    def work(conn: Connection) -> int:
        for chat in range(5):
            outbox.enqueue(conn, chat, message(), now=NOW)
        claim = outbox.claim_deliveries(conn, 5, LEASE, NOW)
        taken = [outbox.Taken(owed.id, claim.token, owed.id) for owed in claim.rows]
        stolen = outbox.Taken(claim.rows[0].id, "another's", 1)
        return outbox.all_sent(conn, [stolen, *taken[1:]], NOW)

    assert store.write_now(work) == 4
    states = [record.state for record in store.read_now(deliveries.listed)]
    assert states.count(DeliveryState.SENT) == 4
