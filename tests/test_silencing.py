"""What the admins' silences keep from ringing, on its way in, and what stays on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.matching.matcher import Matcher
from bot.matching.ruleset import RuleSet
from bot.model import DeliveryState
from bot.service.intake import Intake
from bot.service.reading import Reading
from bot.store import figures, outbox, schema, silences
from bot.store.engine import Store
from tests.store.things import FEED, NOW, at, item, subscriber

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as opened:
        yield opened


async def rung(store: Store, name: str = "one", seconds: float = 0) -> int:
    """How many are owed an alert of an item about a zeppelin that flies."""
    matcher = Matcher(RuleSet())
    matcher.watch("zeppelin")
    matcher.watch("flies")
    moment = at(seconds)
    arrived = item(name, title=f"The zeppelin {name} flies")
    intake = Intake(store, matcher, lambda: None)
    before = store.read_now(outbox.counts)[DeliveryState.PENDING]
    await intake.take(Reading(FEED, [arrived], rings=True, now=moment))
    return store.read_now(outbox.counts)[DeliveryState.PENDING] - before


def silence(store: Store, kind: str, target: str, seconds: float | None = None) -> int:
    until = None if seconds is None else at(seconds)
    return store.write_now(
        lambda conn: silences.add(
            conn, kind, target, until=until, reason="too much", who="Ann", now=NOW
        )
    ).id


@pytest.mark.parametrize(
    ("kind", "target", "owed"),
    [
        ("all", "", 0),
        ("source", "news", 0),
        ("source", "other", 1),
        ("query", "title:zeppelin", 0),
        ("query", "football", 1),
        ("query", "@nobody", 1),
        ("topic", "war", 1),
    ],
)
async def test_what_a_silence_is_for(store: Store, kind: str, target: str, owed: int) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "query:zeppelin", "query:flies"))
    silence(store, kind, target)
    assert await rung(store) == owed
    assert store.read_now(outbox.counts)[DeliveryState.PENDING] == owed


async def test_what_is_silenced_is_on_record_with_why(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "query:zeppelin"))
    silence(store, "all", "")
    assert await rung(store) == 0
    said = store.read_now(lambda conn: conn.scalars(select(schema.matches.c.silenced)).all())
    assert said == ["silence 1 by Ann: too much"] * 2
    assert store.read_now(figures.figures)["matches_silenced"] == 2


async def test_a_silence_ends_by_itself_or_by_hand(store: Store) -> None:
    store.write_now(lambda conn: subscriber(conn, 1, "query:zeppelin"))
    silence(store, "all", "", seconds=10)
    assert await rung(store, "a", 9) == 0
    assert await rung(store, "b", 10) == 1
    number = silence(store, "all", "")
    assert await rung(store, "c", 20) == 0
    removed = store.write_now(lambda conn: silences.remove(conn, number))
    assert removed is not None
    assert store.write_now(lambda conn: silences.remove(conn, number)) is None
    assert await rung(store, "d", 30) == 1


def test_old_silences_are_forgotten(store: Store) -> None:
    silence(store, "all", "", seconds=10)
    silence(store, "topic", "war")
    assert store.write_now(lambda conn: silences.purge(conn, at(10))) == 0
    assert store.write_now(lambda conn: silences.purge(conn, at(11))) == 1
    assert [each.target for each in store.read_now(lambda c: silences.active(c, NOW))] == ["war"]
