"""The statements themselves: that either database takes them, and what they cost on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, event, select

from bot.model import DeliveryState, Severity
from bot.store import (
    deliveries,
    fan_out,
    forgetting,
    inbox,
    items,
    meta,
    moves,
    outbox,
    pauses,
    people,
    ringing,
    schema,
    search,
    sources,
)
from bot.store.leases import DELIVERIES, FEEDS, INBOX, claim, expire, release
from tests.store.things import FEED, LEASE, NOW, arrival, at, match, message, subscriber

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ClauseElement
    from sqlalchemy.engine.interfaces import DBAPICursor

    from bot.store.engine import Store

HIT = ringing.Hit(1, 1, 1, "topic:war", Severity.NORMAL, 1.0)


def everything(conn: Connection) -> None:
    """Runs all that the store can do."""
    sources.sync_sources(conn, [FEED], NOW)
    sources.list_sources(conn)
    sources.all_sources(conn)
    state = sources.feed_state(conn, FEED.key)
    feeds = claim(conn, FEEDS, limit=1, lease=LEASE, now=NOW)
    assert state is not None
    sources.set_feed_state(conn, FEED.key, state, feeds.token)
    release(conn, FEEDS, feeds.token)
    expire(conn, FEEDS, NOW)
    subscriber(conn, 1, "topic:war", "query:x")
    batch = [arrival("a", "topic:war", keys=("url:a",)), arrival("b", "topic:war", keys=("url:b",))]
    items.record(conn, batch, NOW)
    items.record(conn, [arrival("a", title="new"), arrival("c", keys=("url:a", "url:b"))], NOW)
    newest = items.newest(conn, before=99, limit=1)[0].number
    items.get_item(conn, newest)
    items.waiting_items(conn, before=9)
    items.known(conn, "news", ["a"])
    outbox.ring(conn, newest, match(), 1, 0, Severity.HIGH, NOW)
    outbox.enqueue(conn, 1, message(), now=NOW)
    claimed = outbox.claim_deliveries(conn, 1, LEASE, NOW, {5})
    outbox.sent(conn, claimed.rows[0].id, claimed.token, 1, NOW)
    outbox.postpone(conn, 1, "", NOW, "", NOW)
    outbox.refuse(conn, 1, "", "", NOW)
    outbox.chat_refuses(conn, 1, "", NOW)
    outbox.recent_sends(conn, NOW)
    outbox.counts(conn)
    outbox.next_due(conn)
    outbox.purge_settled(conn, at(9))
    moves.move_chat(conn, 1, -100, "", NOW)
    inbox.receive(conn, [{"update_id": 1}], NOW)
    updates = claim(conn, INBOX, limit=1, lease=LEASE, now=NOW)
    inbox.failed(conn, 1, updates.token, "", NOW)
    inbox.done(conn, 1, updates.token, NOW)
    inbox.purge_done(conn, NOW)
    inbox.last_update_id(conn)
    people.chat_answers(conn, 1)
    of_deliveries(conn)
    code = people.invite(conn, "member", NOW, at(9))
    people.redeem(conn, code, 1, NOW)
    people.watched_queries(conn)
    people.rule_subscribers(conn, "topic:war")
    people.unsubscribe(conn, people.subscriptions(conn, -100, 0)[0].id, -100)
    forgetting.forget(conn, -100, 1)
    meta.put(conn, "a", 1)
    meta.put(conn, "a", None)


def of_deliveries(conn: Connection) -> None:
    """What delivery keeps besides, and what admins see of it."""
    people.thread_refuses(conn, 1, 2)
    people.thread_answers(conn, 1, 2)
    pauses.pause(conn, 1, NOW, "")
    pauses.pauses_at(conn, NOW)
    pauses.end_pauses(conn, NOW)
    outbox.thread_refuses(conn, 1, 2, "", NOW)
    outbox.interrupted(conn)
    deliveries.listed(conn, states=[DeliveryState.SENT], chat_id=1, before=9)
    deliveries.refused_count(conn)
    deliveries.retry(conn, [1], NOW)
    deliveries.retry_all(conn, NOW, 1)


def test_either_database_takes_every_statement(store: Store) -> None:
    seen: list[str] = []
    dialect = store._writing.dialect

    def compiled(conn: Connection, statement: ClauseElement, *_: object) -> None:
        seen.append(str(statement.compile(dialect=dialect)))

    event.listen(store._writing, "before_execute", compiled)
    store.write_now(everything)
    assert {"SELECT", "UPDATE", "DELETE", "WITH"} <= {text.split()[0] for text in seen}
    assert len(seen) > 60
    skipping = any("FOR UPDATE SKIP LOCKED" in text for text in seen)
    assert skipping == (dialect.name == "postgresql")


def plans(store: Store, work: Callable[[Connection], object]) -> list[str]:
    """How SQLite would go about each statement of ``work``."""
    seen: list[tuple[str, tuple[Any, ...]]] = []

    def executed(
        conn: Connection,
        cursor: DBAPICursor,
        statement: str,
        parameters: tuple[Any, ...],
        *_: object,
    ) -> None:
        if not statement.startswith(("EXPLAIN", "SAVEPOINT", "RELEASE", "BEGIN")):
            seen.append((statement, parameters))

    def run(conn: Connection) -> list[str]:
        event.listen(store._writing, "before_cursor_execute", executed)
        work(conn)
        event.remove(store._writing, "before_cursor_execute", executed)
        rows = [
            row[3]
            for statement, parameters in seen
            for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
        assert rows
        return rows

    return store.write_now(run)


@pytest.mark.parametrize(
    ("work", "index"),
    [
        (lambda c: claim(c, FEEDS, limit=9, lease=LEASE, now=NOW), "ix_sources_next_poll"),
        (lambda c: claim(c, INBOX, limit=9, lease=LEASE, now=NOW), "ix_inbox_open"),
        (lambda c: claim(c, INBOX, limit=9, lease=LEASE, now=NOW), "ix_inbox_chat"),
        (lambda c: outbox.claim_deliveries(c, 4, LEASE, NOW), "ix_deliveries_open"),
        (lambda c: outbox.claim_deliveries(c, 4, LEASE, NOW), "ix_deliveries_leased"),
        (lambda c: expire(c, DELIVERIES, NOW), "ix_deliveries_leased"),
        (outbox.next_due, "ix_deliveries_state_settled"),
        (outbox.counts, "ix_deliveries_state_settled"),
        (lambda c: outbox.recent_sends(c, NOW), "ix_deliveries_state_settled"),
        (lambda c: outbox.chat_refuses(c, 1, "", NOW), "ix_deliveries_chat_id_settled"),
        (lambda c: fan_out.expand(c, 9, NOW), "ix_fan_outs_priority_item"),
        (lambda c: fan_out.ring_subscribers(c, [1], NOW), "uq_matches_item_rule"),
        (
            lambda c: ringing.ring_page(c, [HIT], ringing.START, 99, 99, NOW),
            "ix_subscriptions_rule_chat_id_thread_id (rule=? AND chat_id>?)",
        ),
        (lambda c: items.prune(c, NOW), "ix_items_first_seen"),
        (items.waiting_items, "ix_items_waiting"),
        (lambda c: items.known(c, "news", ["a"]), "uq_items_source_id"),
        (lambda c: search.candidates(c, [["a"]], before=9, limit=9), "VIRTUAL TABLE INDEX"),
    ],
)
def test_what_is_done_often_goes_by_an_index(
    sqlite_store: Store, work: Callable[[Connection], object], index: str
) -> None:
    found = plans(sqlite_store, work)
    names = {
        "uq_items_source_id": "sqlite_autoindex_items_1",
        "uq_matches_item_rule": "sqlite_autoindex_matches_1",
    }
    assert any(names.get(index, index) in step for step in found), found
    tables = [table.name for table in schema.metadata.sorted_tables]
    full = [step for step in found if any(step == f"SCAN {table}" for table in tables)]
    assert full == []


def test_the_plans_of_a_test_would_show_a_scan(sqlite_store: Store) -> None:
    query = select(schema.items.c.number).where(schema.items.c.title == "a")
    assert plans(sqlite_store, lambda conn: conn.execute(query)) == ["SCAN items"]
