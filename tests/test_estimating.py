"""How often something would have rung: counted, or told from a sample within the time."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bot.estimating import Estimate, how_often
from bot.matching.query import parse_query
from bot.matching.question import Question
from bot.matching.text import fold
from bot.matching.vocabulary import Vocabulary
from bot.model import Item
from bot.store import items, search
from bot.store.engine import Store
from bot.store.incoming import Arrival
from tests.store.things import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WEEK = timedelta(days=7)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as opened:
        yield opened


def put(store: Store, titles: list[str], *, ago: timedelta = timedelta(hours=1)) -> None:
    """Store items that arrived and were published so long ago."""
    then = NOW - ago
    arrivals = [
        Arrival(Item(f"{then}-{number}", "wire", None, title, "", published=then), (), rings=False)
        for number, title in enumerate(titles)
    ]
    store.write_now(lambda conn: items.record(conn, arrivals, then))
    while store.write_now(lambda conn: search.index_pending(conn, fold)):
        pass


def estimate(store: Store, query: str, *, ticks: float = 0.0) -> Estimate | None:
    """``ticks`` are the seconds that each look at the clock finds to have passed."""
    question = Question(query, parse_query(query, Vocabulary()))
    times = count(0.0, ticks)
    return store.read_now(
        lambda conn: how_often(
            conn,
            question,
            since=NOW - WEEK,
            now=NOW,
            seconds=1.0,
            clock=lambda: next(times),
        )
    )


def test_without_any_item_there_is_nothing_to_tell(store: Store) -> None:
    assert estimate(store, "truce") is None


@pytest.mark.parametrize(
    ("query", "rung"),
    [("truce", 2), ("truce -sport", 1), ("peace", 0), ("/tr.ce/", 2), ("title:truce", 2)],
)
def test_few_items_are_counted(store: Store, query: str, rung: int) -> None:
    put(store, ["A truce", "A truce in sport", "Rain"])
    put(store, ["An old truce"], ago=timedelta(days=8))
    assert estimate(store, query) == Estimate(rung)


def test_what_is_not_indexed_yet_counts(store: Store) -> None:
    arrival = Arrival(Item("1", "wire", None, "A truce", "", published=NOW), (), rings=False)
    store.write_now(lambda conn: items.record(conn, [arrival], NOW))
    assert estimate(store, "truce") == Estimate(1)


@pytest.mark.parametrize("query", ["truce -sport", "/A tr.ce/ -sport"])
def test_many_are_told_from_a_sample_when_time_is_up(store: Store, query: str) -> None:
    put(store, ["A truce"] * 300 + ["A truce in sport"] * 700)
    assert estimate(store, query) == Estimate(300)
    told = estimate(store, query, ticks=0.3)
    assert told is not None
    assert not told.exact
    assert 200 < told.count < 400
