from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.store import inbox, schema
from bot.store.leases import INBOX, claim
from tests.store.things import LEASE, NOW, at

if TYPE_CHECKING:
    from sqlalchemy import RowMapping

    from bot.store.engine import Store
    from bot.store.leases import Claim

CHAT, PERSON = {"id": -7, "type": "supergroup"}, {"id": 3, "is_bot": False}


def said(update_id: int, chat: int = 1, text: str = "hello") -> dict[str, Any]:
    origin = {"chat": {"id": chat}, "from": {"id": chat}}
    return {"update_id": update_id, "message": {"text": text, **origin}}


def receive(store: Store, *updates: dict[str, Any]) -> None:
    store.write_now(lambda conn: inbox.receive(conn, updates, NOW))


def take(store: Store, limit: int = 9, seconds: float = 0) -> Claim[RowMapping]:
    return store.write_now(
        lambda conn: claim(conn, INBOX, limit=limit, lease=LEASE, now=at(seconds))
    )


def ids(claimed: Claim[RowMapping]) -> list[int]:
    return [row["update_id"] for row in claimed.rows]


def done(store: Store, update_id: int, token: str) -> bool:
    return store.write_now(lambda conn: inbox.done(conn, update_id, token, at(1)))


def failed(store: Store, update_id: int, token: str) -> bool:
    return store.write_now(lambda conn: inbox.failed(conn, update_id, token, "boom", at(1)))


def row(store: Store, update_id: int) -> RowMapping:
    query = select(schema.inbox).where(schema.inbox.c.update_id == update_id)
    return store.read_now(lambda conn: conn.execute(query).mappings().one())


def test_an_update_is_kept_once(store: Store) -> None:
    assert store.read_now(inbox.last_update_id) is None
    receive(store, said(5, text="first"), said(6))
    receive(store, said(5, text="second"), said(7))
    receive(store)
    assert store.read_now(inbox.last_update_id) == 7
    assert row(store, 5)["payload"] == said(5, text="first")
    assert store.read_now(inbox.open_count) == 3


def test_updates_of_a_chat_are_handled_one_after_the_other(store: Store) -> None:
    receive(store, said(1, chat=1), said(2, chat=1), said(3, chat=2), {"update_id": 4, "poll": {}})
    first = take(store)
    assert ids(first) == [1, 3, 4]
    assert ids(take(store)) == []
    assert done(store, 1, first.token)
    assert ids(take(store)) == [2]


def test_what_was_handled_keeps_nothing_that_was_said(store: Store) -> None:
    receive(store, said(1))
    claimed = take(store)
    assert done(store, 1, claimed.token)
    assert not done(store, 1, claimed.token)
    kept = row(store, 1)
    assert (kept["payload"], kept["chat_id"], kept["user_id"]) == ({}, None, None)
    assert kept["done"] == at(1)
    receive(store, said(1))
    assert ids(take(store)) == []


def test_a_lost_lease_is_not_done(store: Store) -> None:
    receive(store, said(1))
    lost = take(store).token
    held = take(store, seconds=61).token
    assert not done(store, 1, lost)
    assert not failed(store, 1, lost)
    assert done(store, 1, held)


def test_an_update_that_fails_is_given_up_after_three_times(store: Store) -> None:
    receive(store, said(1), said(2))
    for _ in range(3):
        claimed = take(store)
        assert ids(claimed) == [1]
        assert failed(store, 1, claimed.token)
    assert row(store, 1)["error"] == "boom"
    assert row(store, 1)["payload"] == said(1)
    assert ids(take(store)) == [2]


def test_a_crash_while_handling_counts_as_an_attempt(store: Store) -> None:
    receive(store, said(1))
    for attempt in (1, 2):
        assert take(store, seconds=100 * attempt).rows[0]["attempts"] == attempt
    assert failed(store, 1, take(store, seconds=300).token)
    assert ids(take(store, seconds=400)) == []


@pytest.mark.parametrize(
    ("update", "origin"),
    [
        ({"message": {"chat": CHAT, "from": PERSON}}, (-7, 3)),
        ({"edited_message": {"chat": CHAT, "from": PERSON}}, (-7, 3)),
        ({"channel_post": {"chat": CHAT}}, (-7, None)),
        ({"callback_query": {"id": "1", "from": PERSON, "message": {"chat": CHAT}}}, (-7, 3)),
        ({"callback_query": {"id": "1", "from": PERSON, "inline_message_id": "x"}}, (3, 3)),
        ({"inline_query": {"id": "1", "from": PERSON, "query": ""}}, (3, 3)),
        ({"my_chat_member": {"chat": CHAT, "from": PERSON}}, (-7, 3)),
        ({"poll": {"id": "1"}}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_whose_an_update_is(
    store: Store, update: dict[str, Any], origin: tuple[int | None, int | None]
) -> None:
    receive(store, {"update_id": 1} | update)
    assert (row(store, 1)["chat_id"], row(store, 1)["user_id"]) == origin


def test_purging_keeps_what_is_open_and_the_newest(store: Store) -> None:
    receive(store, said(1), said(2, chat=2), said(3))
    claimed = take(store)
    for update_id in ids(claimed):
        done(store, update_id, claimed.token)
    last = take(store)
    done(store, 3, last.token)
    assert store.write_now(lambda conn: inbox.purge_done(conn, at(1))) == 0
    assert store.write_now(lambda conn: inbox.purge_done(conn, at(2))) == 2
    assert store.read_now(inbox.last_update_id) == 3
