"""Which story an item belongs to, in the transactions of the store."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.matching.text import fold
from bot.model import Item, Severity
from bot.service.storykeeping import StoryKeeping
from bot.store import items, schema, sightings
from bot.store.engine import Store
from bot.store.incoming import Arrival
from bot.stories.trace import WINDOW
from tests.store.things import NOW, at, match, subscriber

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as opened:
        yield opened


TEXT = (
    "The mayor opened the new bridge over the river on Friday, four years after the old one was "
    "closed. It has cost 212 million and is to carry 40,000 cars a day. Cyclists get a lane of "
    "their own, as they had demanded in court. The first to cross it was a school class."
)
WAR = "topic:war"


def arrival(
    keeping: StoryKeeping, name: str, title: str, text: str = TEXT, **other: Any
) -> Arrival:
    item = Item(name, other.pop("source", name), other.pop("url", None), title, text, **other)
    words = f"{fold(title)} {fold(text)}".split()
    trace = keeping.prepared(item, NOW)
    return Arrival(
        item,
        ((match(WAR), Severity.NORMAL),),
        rings=True,
        story_keys=keeping.keys(item, words),
        marks=trace.packed(),
        prepared=trace,
    )


def record(
    store: Store, keeping: StoryKeeping, *arrivals: Arrival, seconds: float = 0
) -> items.Recorded:
    return store.write_now(lambda conn: items.record(conn, arrivals, at(seconds), placing=keeping))


def stories(store: Store) -> dict[str, int]:
    chosen = select(schema.items.c.id, schema.items.c.story_id)
    return store.read_now(lambda conn: {row[0]: row[1] for row in conn.execute(chosen)})


def kinship(store: Store, name: str) -> str | None:
    chosen = select(schema.items.c.kinship).where(schema.items.c.id == name)
    found: str | None = store.read_now(lambda conn: conn.scalar(chosen))
    return found


def rung(store: Store) -> int:
    chosen = select(schema.deliveries.c.id)
    return store.read_now(lambda conn: len(conn.execute(chosen).all()))


def test_a_copy_under_another_title_rings_once(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, WAR))
    keeping = StoryKeeping()
    record(store, keeping, arrival(keeping, "a", "New bridge opened"))
    copy = arrival(keeping, "b", "At last: across the river again", f"(Wire) {TEXT} Read more")
    record(store, keeping, copy, seconds=60)
    assert len(set(stories(store).values())) == 1
    assert rung(store) == 1
    assert (kinship(store, "b") or "").startswith("near ")


def test_copies_of_one_transaction_ring_once(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, WAR))
    keeping = StoryKeeping()
    copy = arrival(keeping, "b", "At last: across the river again", f"(Wire) {TEXT}")
    record(store, keeping, arrival(keeping, "a", "New bridge opened"), copy)
    assert rung(store) == 1


def test_a_restart_remembers(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, WAR))
    before, after = StoryKeeping(), StoryKeeping()
    record(store, before, arrival(before, "a", "New bridge opened"))
    copy = arrival(after, "b", "Across the river again", f"(Wire) {TEXT}")
    record(store, after, copy, seconds=60)
    assert rung(store) == 1


def test_another_process_is_followed(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, WAR))
    ours, theirs = StoryKeeping(), StoryKeeping()
    record(store, ours, arrival(ours, "x", "Rain", "It will rain in the north all day, they say."))
    record(store, theirs, arrival(theirs, "a", "New bridge opened"))
    record(store, ours, arrival(ours, "b", "Across the river again", f"(Wire) {TEXT}"))
    assert rung(store) == 2


def test_a_commit_that_failed_leaves_no_ghost(store: Store) -> None:
    """Numbers of items that were undone are given again: the memory must not know them by these."""
    keeping = StoryKeeping()

    def undone(conn: Connection) -> None:
        items.record(conn, [arrival(keeping, "a", "New bridge opened")], NOW, placing=keeping)
        keeping.follow(conn, NOW)
        raise RuntimeError

    future = store._writer.submit(undone)
    assert isinstance(future.exception(), RuntimeError)
    other = "A school in the hills has a new roof, paid for by those who once went to it, they say."
    record(store, keeping, arrival(keeping, "x", "A roof for the school", other))
    record(store, keeping, arrival(keeping, "y", "New roof for a school", f"(Wire) {other}"))
    found = stories(store)
    assert found["x"] == found["y"]


def test_what_is_older_than_three_days_is_another_story(store: Store) -> None:
    keeping = StoryKeeping()
    record(store, keeping, arrival(keeping, "a", "New bridge opened"))
    copy = arrival(keeping, "b", "Across the river again", f"(Wire) {TEXT}")
    later = Arrival(copy.item, (), rings=True, story_keys=copy.story_keys, marks=copy.marks)
    record(store, keeping, later, seconds=(WINDOW + timedelta(hours=1)).total_seconds())
    assert len(set(stories(store).values())) == 2


def test_a_page_that_every_item_names_is_not_one_story(store: Store) -> None:
    """Some feeds link all that they have to one page of the site."""
    keeping = StoryKeeping()
    url = "https://example.org/alerts"
    other = "A school in the hills has a new roof, paid for by those who once went to it, they say."
    record(store, keeping, arrival(keeping, "a", "New bridge opened", url=url))
    record(store, keeping, arrival(keeping, "b", "School roof", other, url=url))
    assert len(set(stories(store).values())) == 2
    record(store, keeping, arrival(keeping, "c", "Roof of a school", f"{other} More.", url=url))
    assert stories(store)["c"] == stories(store)["b"]


def test_marks_are_forgotten_after_three_days(store: Store) -> None:
    keeping = StoryKeeping()
    record(store, keeping, arrival(keeping, "a", "New bridge opened"))
    record(store, keeping, arrival(keeping, "b", "Other", "A roof was mended."), seconds=100)
    assert store.write_now(lambda conn: sightings.prune(conn, at(50), 9)) == 1
    assert store.write_now(lambda conn: sightings.prune(conn, at(50), 9)) == 0
