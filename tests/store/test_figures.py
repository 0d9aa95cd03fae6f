from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import figures, inbox, items, outbox, sources
from tests.store.things import FEED, NOW, arrival, message, subscriber

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.engine import Store


def test_everything_is_counted(store: Store) -> None:
    def work(conn: Connection) -> None:
        sources.sync_sources(conn, [FEED], NOW)
        subscriber(conn, 1, "topic:war")
        items.record(conn, [arrival("a", "topic:war"), arrival("b")], NOW)
        outbox.enqueue(conn, 1, message(), now=NOW)
        inbox.receive(conn, [{"update_id": 1}], NOW)

    assert set(store.read_now(figures.figures).values()) == {0}
    store.write_now(work)
    counted = store.read_now(figures.figures)
    assert {name: number for name, number in counted.items() if number} == {
        "items": 2,
        "stories": 2,
        "unindexed": 2,
        "chats": 1,
        "subscriptions": 1,
        "sources": 1,
        "updates_open": 1,
        "deliveries_pending": 2,
    }
