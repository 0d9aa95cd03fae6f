"""Answers from the store are those of every stored item asked one by one, newest first."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from bot.answers import FEWEST, dated, newest_answers
from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.query import parse_query
from bot.matching.text import fold
from bot.matching.vocabulary import Vocabulary
from bot.model import Item, Source, SourceKind
from bot.store import items, search, sources
from bot.store.engine import Store
from bot.store.incoming import Arrival
from tests.store.things import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.answers import Answers
    from bot.matching.query import Query

FEEDS = [
    Source("wire", SourceKind.FEED, "https://example.org/wire/", name="The Wire"),
    Source("aa", SourceKind.FEED, "https://example.org/aa", name="Ajans", lang="tr"),
    Source("aa-2", SourceKind.FEED, "https://example.org/aa2", name="Ajans"),
]
QUERIES = [
    "truce lang:fr",
    "lang:tr",
    "-lang:fr truce",
    "source:wire",
    "source:ajans truce",
    'source:"The Wire" OR lang:tr',
    "source:https://EXAMPLE.org/wire",
    "source:nobody",
    "lang:(fr OR tr) -source:wire",
    "truce before:3d",
    "truce since:3d",
    "since:5d before:2d",
    "before:2d source:aa",
    "(truce before:3d) OR lang:fr",
    "truce -before:3d",
]


@pytest.fixture(scope="module", params=[True, False], ids=["indexed", "not indexed"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """Sixty items of the last week, by every source, in some languages, with and without times."""
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('answers') / 'tocsin.db'}") as opened:
        opened.write_now(lambda conn: sources.sync_sources(conn, FEEDS, NOW))
        for number in range(60):
            source = FEEDS[number % 3]
            item = Item(
                f"{number}",
                source.key,
                None,
                "A truce" if number % 2 else "A quarrel",
                "",
                published=None if number % 11 == 0 else NOW - timedelta(hours=3 * (60 - number)),
                lang=(None, "fr", "en", None)[number % 4],
            )
            lang = Document.of(item, source, NOW).lang
            arrival = Arrival(item, (), rings=False, lang=lang)
            arrived = NOW - timedelta(hours=2 * (60 - number))
            opened.write_now(lambda conn, a=arrival, t=arrived: items.record(conn, [a], t))  # type: ignore[misc]
        if request.param:
            while opened.write_now(lambda conn: search.index_pending(conn, fold)):
                pass
        yield opened


def asked(store: Store, query: Query, limit: int = 100, **how: object) -> Answers:
    return store.read_now(
        lambda conn: newest_answers(conn, query, now=NOW, limit=limit, **how)  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("text", QUERIES)
def test_the_index_leaves_none_out(store: Store, text: str) -> None:
    query = parse_query(text, Vocabulary())
    feeds = {each.key: each for each in FEEDS}
    every = store.read_now(lambda conn: items.newest(conn, limit=100))
    expected = [
        stored.number
        for stored in every
        if evaluate(query, Document.of(dated(stored), feeds[stored.item.source], NOW)) is not None
    ]
    assert (text == "source:nobody") == (not expected)
    assert [each.stored.number for each in asked(store, query).found] == expected
    assert [each.stored.number for each in asked(store, query, 3).found] == expected[:3]


@pytest.mark.parametrize("text", ["quarrel truce", "truce before:9d", "/qu.rrel/"])
def test_where_the_time_is_up_it_says_how_far_it_came(store: Store, text: str) -> None:
    query = parse_query(text, Vocabulary())
    ticks = count(0.0, 10.0)
    before: int | None = None
    rounds = 0
    while True:
        answers = asked(store, query, before=before, seconds=1.0, clock=lambda: next(ticks))
        rounds += 1
        if answers.reached is None:
            break
        assert before is None or answers.reached.number < before
        before = answers.reached.number
    assert rounds < 70


def test_a_few_are_looked_at_however_long_it_takes(store: Store) -> None:
    ticks = count(0.0, 10.0)
    query = parse_query("truce OR quarrel", Vocabulary())
    answers = asked(store, query, seconds=1.0, clock=lambda: next(ticks))
    assert len(answers.found) == FEWEST
    assert answers.reached is not None
