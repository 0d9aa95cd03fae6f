from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import items
from tests.store.things import NOW, arrival, at, item

if TYPE_CHECKING:
    from bot.store.engine import Store


def test_what_is_here_word_for_word(store: Store) -> None:
    def same(*names: str, source: str = "news", **other: str) -> set[str]:
        arrived = [item(name, source, **other) for name in names]
        found = store.read_now(lambda conn: items.unchanged(conn, arrived))
        assert {of for of, _ in found} <= {source}
        return {name for _, name in found}

    batch = [arrival("a"), arrival("b", source="other")]
    store.write_now(lambda conn: items.record(conn, batch, NOW))
    assert same("a", "b", "c") == {"a"}
    assert same("a", title="Corrected") == set()
    assert same() == set()
    # What went with its retention is not wanted again, however it reads now.
    store.write_now(lambda conn: items.prune(conn, NOW + timedelta(seconds=1)))
    assert same("a", title="Corrected") == {"a"}
    assert store.write_now(lambda conn: items.record(conn, batch[:1], at(9))) == items.Recorded()
