"""What waits to be matched: once each, in its order, with its newest content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.store import arrivals, items
from bot.store.rows import item_of_json, item_to_json
from tests.store.things import NOW, arrival, at, item

if TYPE_CHECKING:
    from bot.model import Item
    from bot.store.arrivals import Waiting
    from bot.store.engine import Store


def put(store: Store, *brought: Item, rings: bool = True, waiting: bool = False) -> int:
    return store.write_now(
        lambda conn: arrivals.put(conn, brought, rings=rings, waiting=waiting, now=NOW)
    )


def waiting(store: Store, limit: int = 99) -> list[Waiting]:
    return store.read_now(lambda conn: arrivals.oldest(conn, limit))


def test_what_is_put_waits_in_its_order(store: Store) -> None:
    assert put(store) == 0
    assert not store.read_now(arrivals.any_left)
    assert put(store, item("b"), item("a")) == 2
    assert put(store, item("c"), rings=False, waiting=True) == 1
    assert [(each.item, each.rings, each.waiting, each.arrived) for each in waiting(store)] == [
        (item("b"), True, False, NOW),
        (item("a"), True, False, NOW),
        (item("c"), False, True, NOW),
    ]
    assert len(waiting(store, 2)) == 2
    assert store.read_now(arrivals.any_left)
    assert store.read_now(lambda conn: arrivals.pending(conn, "news", ["a", "x"])) == {"a"}
    assert store.read_now(lambda conn: arrivals.pending(conn, "other", ["a"])) == set()


def test_only_what_is_nowhere_yet_is_new(store: Store) -> None:
    store.write_now(lambda conn: items.record(conn, [arrival("known")], NOW))
    assert put(store, item("known", text="edited"), item("new"), item("new")) == 1
    assert put(store, item("new"), item("newer")) == 1


def test_read_again_it_stays_where_it_was_and_rings_as_it_did(store: Store) -> None:
    put(store, item("a"), rings=False)
    put(store, item("b"))
    (first, _) = waiting(store)
    put(store, item("a", text="edited"), rings=True)
    assert [(each.item.text, each.rings) for each in waiting(store)] == [
        ("edited", False),
        ("Text b", True),
    ]
    # What was matched meanwhile is not what waits now.
    store.write_now(lambda conn: arrivals.done(conn, [first]))
    assert [each.item.text for each in waiting(store)] == ["edited", "Text b"]
    store.write_now(lambda conn: arrivals.done(conn, waiting(store)))
    assert waiting(store) == []


def test_what_is_set_aside_holds_up_nothing_and_is_tried_again(store: Store) -> None:
    put(store, item("bad"), item("good"))
    bad, good = waiting(store)
    store.write_now(lambda conn: arrivals.set_aside(conn, bad, "a defect"))
    assert waiting(store) == [good]
    store.write_now(lambda conn: arrivals.done(conn, [good]))
    assert not store.read_now(arrivals.any_left)
    store.write_now(arrivals.retry)
    assert waiting(store) == [bad]


@pytest.mark.parametrize(
    "kept",
    [
        item(),
        item("full", published=NOW, updated=at(5), lang="fr", tags=("a", "b"), authors=("x",)),
        item("odd", url="", title="", text="", agency="", captions=("ż",), picture="p"),
    ],
)
def test_an_item_comes_back_as_it_was(kept: Item) -> None:
    assert item_of_json(item_to_json(kept)) == kept
