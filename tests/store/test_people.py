from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.model import Chat, DeliveryState, Subscription
from bot.store import forgetting, inbox, items, outbox, people, schema
from bot.store.leases import INBOX, claim
from tests.store.things import LEASE, NOW, arrival, at, message, subscriber

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.engine import Store
    from bot.store.people import Role

GROUP = Chat(-100123, "supergroup", "Редакция", "ru", "Europe/Moscow")


def test_a_chat_comes_back_as_it_was_saved(store: Store) -> None:
    assert store.read_now(lambda conn: people.chat(conn, GROUP.id)) is None
    store.write_now(lambda conn: people.save_chat(conn, GROUP, NOW))
    assert store.read_now(lambda conn: people.chat(conn, GROUP.id)) == GROUP
    changed = replace(GROUP, language="fr", title="Rédaction")
    store.write_now(lambda conn: people.save_chat(conn, changed, at(1)))
    assert store.read_now(lambda conn: people.chat(conn, GROUP.id)) == changed


def test_saving_does_not_touch_the_refusal(store: Store) -> None:
    def work(conn: Connection) -> list[str | None]:
        refusals = []
        people.save_chat(conn, GROUP, NOW)
        outbox.chat_refuses(conn, GROUP.id, "kicked", NOW)
        people.save_chat(conn, GROUP, NOW)
        for _ in range(2):
            chat = people.chat(conn, GROUP.id)
            refusals.append(chat.refuses if chat else "?")
            people.chat_answers(conn, GROUP.id)
        return refusals

    assert store.write_now(work) == ["kicked", None]


# Access


def role(store: Store, user: int) -> Role | None:
    return store.read_now(lambda conn: people.role_of(conn, user))


def test_an_admin_stays_one(store: Store) -> None:
    assert role(store, 1) is None
    steps: list[tuple[Role, Role]] = [
        ("member", "member"),
        ("admin", "admin"),
        ("member", "admin"),
    ]
    for granted, expected in steps:
        store.write_now(partial(people.admit, user_id=1, role=granted, now=NOW))
        assert role(store, 1) == expected


def test_an_invitation_lets_one_person_in_once(store: Store) -> None:
    code = store.write_now(lambda conn: people.invite(conn, "admin", NOW, at(60)))
    # It must fit behind /start, and be nowhere in the store.
    assert re.fullmatch(r"[A-Za-z0-9_-]{16,64}", code)
    rows = store.read_now(lambda conn: conn.execute(select(schema.invitations)).all())
    assert code not in str(rows)
    assert store.write_now(lambda conn: people.redeem(conn, "wrong", 1, NOW)) is None
    assert store.write_now(lambda conn: people.redeem(conn, code, 1, at(59))) == "admin"
    assert store.write_now(lambda conn: people.redeem(conn, code, 2, at(59))) is None
    assert (role(store, 1), role(store, 2)) == ("admin", None)


def test_an_invitation_expires(store: Store) -> None:
    code = store.write_now(lambda conn: people.invite(conn, "member", NOW, at(60)))
    assert store.write_now(lambda conn: people.redeem(conn, code, 1, at(60))) is None


# Subscriptions


def test_subscribing_twice_is_once(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1))

    def subscribe(rule: str, thread: int = 0) -> tuple[Subscription, bool]:
        return store.write_now(lambda conn: people.subscribe(conn, 1, thread, rule, NOW))

    topic, new = subscribe("topic:war")
    assert new
    assert (topic.topic, topic.query, topic.rule, topic.created) == ("war", None, "topic:war", NOW)
    assert subscribe("topic:war") == (topic, False)
    query, new = subscribe("query:topic:war OR peace", thread=9)
    assert new
    assert (query.query, query.thread_id) == ("topic:war OR peace", 9)
    assert store.read_now(lambda conn: people.subscriptions(conn, 1, None)) == [topic, query]
    assert store.read_now(lambda conn: people.subscriptions(conn, 1, 9)) == [query]
    assert store.read_now(lambda conn: people.rule_subscribers(conn, "topic:war")) == 1
    assert store.read_now(people.watched_queries) == {"topic:war OR peace": 1}


def test_only_the_chat_itself_unsubscribes(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "topic:war"))
    (mine,) = store.read_now(lambda conn: people.subscriptions(conn, 1, None))
    assert store.write_now(lambda conn: people.unsubscribe(conn, mine.id, 2)) is None
    assert store.write_now(lambda conn: people.unsubscribe(conn, mine.id, 1)) == mine
    assert store.write_now(lambda conn: people.unsubscribe(conn, mine.id, 1)) is None
    assert store.read_now(lambda conn: people.subscriptions(conn, 1, None)) == []


@pytest.mark.parametrize("rule", ["war", "topic:", ":war", "list:x"])
def test_what_is_not_a_rule_is_a_defect(store: Store, rule: str) -> None:
    store.write_now(lambda conn: subscriber(conn, 1))
    with pytest.raises(ValueError, match="not a rule"):
        store.write_now(lambda conn: people.subscribe(conn, 1, 0, rule, NOW))
    assert store.read_now(lambda conn: people.subscriptions(conn, 1, None)) == []


# Forgetting


def everything(conn: Connection) -> str:
    """All that the store says, as text."""
    tables = {
        table.name: [list(map(str, row)) for row in conn.execute(select(table))]
        for table in schema.metadata.sorted_tables
    }
    return json.dumps(tables, ensure_ascii=False)


def update(number: int, text: str, chat: int, user: int) -> dict[str, object]:
    origin = {"chat": {"id": chat}, "from": {"id": user}}
    return {"update_id": number, "message": {"text": text, **origin}}


def test_a_person_who_is_forgotten_is_in_no_table(store: Store) -> None:
    secret, person = "Жужжелица", 987654321

    def live(conn: Connection) -> None:
        people.save_chat(conn, Chat(person, "private", secret), NOW)
        people.admit(conn, person, "member", NOW)
        people.subscribe(conn, person, 0, f"query:{secret}", NOW)
        people.subscribe(conn, person, 0, "topic:war", NOW)
        subscriber(conn, 2, "topic:war")
        items.record(conn, [arrival("a", f"query:{secret}", "topic:war")], NOW)
        outbox.enqueue(conn, person, message(secret), now=NOW)
        # Two updates that were given up keep their payload, one of them said in a group.
        inbox.receive(conn, [update(1, secret, person, person), update(2, secret, -5, person)], NOW)
        for _ in range(inbox.MAX_ATTEMPTS):
            claimed = claim(conn, INBOX, limit=9, lease=LEASE, now=NOW)
            for row in claimed.rows:
                inbox.failed(conn, row["update_id"], claimed.token, secret, NOW)

    store.write_now(live)
    assert secret in store.read_now(everything)

    def forget(conn: Connection) -> None:
        inbox.receive(conn, [update(4, "/forgetme", person, person)], NOW)
        taken = claim(conn, INBOX, limit=9, lease=LEASE, now=NOW)
        forgetting.forget(conn, person, person)
        outbox.enqueue(conn, person, message("Farewell"), now=NOW)
        assert [inbox.done(conn, row["update_id"], taken.token, NOW) for row in taken.rows] == [
            True
        ]

    store.write_now(forget)

    def farewell(conn: Connection) -> None:
        claimed = outbox.claim_deliveries(conn, 9, LEASE, NOW, {2})
        (owed,) = claimed.rows
        assert owed.message == message("Farewell")
        outbox.sent(conn, owed.id, claimed.token, 1, NOW)

    store.write_now(farewell)
    left = store.read_now(everything)
    assert secret not in left
    # What remains is that a message went to this chat: its record, and whose turn it was last.
    assert left.count(str(person)) == 2
    assert store.read_now(lambda conn: people.rule_subscribers(conn, "topic:war")) == 1
    assert store.read_now(outbox.counts)[DeliveryState.PENDING] == 1


def test_a_query_that_others_watch_keeps_its_matches(store: Store) -> None:
    def work(conn: Connection) -> int:
        for chat in (1, 2):
            subscriber(conn, chat, "query:bread")
        items.record(conn, [arrival("a", "query:bread")], NOW)
        forgetting.forget(conn, 1, 1)
        return len(outbox.claim_deliveries(conn, 9, LEASE, NOW).rows)

    assert store.write_now(work) == 1
    assert store.read_now(people.watched_queries) == {"bread": 1}


def test_open_invitations_are_listed_and_revoked(store: Store) -> None:
    code = store.write_now(lambda conn: people.invite(conn, "member", NOW, at(60)))
    used = store.write_now(lambda conn: people.invite(conn, "admin", NOW, at(60)))
    store.write_now(lambda conn: people.redeem(conn, used, 1, at(1)))
    (open_one,) = store.read_now(lambda conn: people.open_invitations(conn, at(2), 10))
    assert (open_one.role, open_one.expires) == ("member", at(60))
    assert store.read_now(lambda conn: people.open_invitations(conn, at(60), 10)) == []
    assert store.write_now(lambda conn: people.revoke(conn, open_one.id))
    assert not store.write_now(lambda conn: people.revoke(conn, open_one.id))
    assert store.write_now(lambda conn: people.redeem(conn, code, 2, at(3))) is None
