from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from bot.charting.counting import Counts, beginning, count
from bot.charting.drawing import picture
from bot.errors import TocsinError
from bot.matching.query import parse_query
from bot.matching.text import fold
from bot.matching.vocabulary import Vocabulary
from bot.sandbox.pictures import picture_kind, picture_size
from bot.store import search, sources
from bot.store.items import record
from tests.store.things import FEED, NOW, arrival

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.store.engine import Store


async def fill(store: Store, *days: float) -> None:
    await store.write(lambda conn: sources.sync_sources(conn, [FEED], NOW))
    for number, ago in enumerate(sorted(days, reverse=True)):
        await store.write(partial(put, number=number, when=NOW - timedelta(days=ago)))
    await store.write(lambda conn: search.index_pending(conn, fold, 1000))


def put(conn: Connection, number: int, when: datetime) -> None:
    record(conn, [arrival(f"{number}", published=when, title=f"grain {number}", text="")], when)


def counted(store: Store, *queries: str, **how: Any) -> Counts:
    parsed = [parse_query(query, Vocabulary()) for query in queries]
    since = beginning(parsed, NOW)
    return store.read_now(lambda conn: count(conn, parsed, since=since, now=NOW, **how))


class TestCounting:
    async def test_every_day_of_a_month(self, store: Store) -> None:
        await fill(store, 0, 0.1, 1, 29, 31)
        counts = counted(store, "grain", "grain -4")
        assert (counts.first, counts.last) == (date(2026, 4, 19), date(2026, 5, 18))
        assert counts.series[0] == (1, *[0] * 27, 1, 2)
        assert counts.series[1][-1] == 1
        assert counts.total == 7

    async def test_days_are_those_of_the_place(self, store: Store) -> None:
        await fill(store, 0.4)  # 02:24 in London, the evening before in New York
        assert counted(store, "grain since:2d").series[0][-2:] == (0, 1)
        there = counted(store, "grain since:2d", timezone="America/New_York")
        assert there.series[0][-2:] == (1, 0)

    async def test_the_query_may_say_since_when(self, store: Store) -> None:
        await fill(store, 1, 80, 200)
        assert counted(store, "grain since:90d").total == 2
        assert len(counted(store, "grain since:2000-01-01").days) == 366

    async def test_what_takes_too_long_begins_later(self, store: Store) -> None:
        await fill(store, *[10] * 3, *[5] * 150, *[1] * 150)
        ticks = iter(range(1000))
        counts = counted(store, "grain", seconds=0.5, clock=lambda: float(next(ticks)))
        assert counts.cut
        assert counts.first == date(2026, 5, 14)
        assert counts.series[0][-2] == 150


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("names", [["Путин"], ["هدنة", "$x^2$ <b>", "俄罗斯", "d" * 99]])
def test_a_picture_is_drawn_whatever_it_is_called(language: str, names: list[str]) -> None:
    counts = Counts(date(2026, 5, 1), date(2026, 5, 3), ((0, 3, 1),) * len(names))
    png = picture(counts, title=names[-1], names=names, language=language)
    assert picture_kind(png) == "image/png"
    assert picture_size(png) == (1200, 800)


def test_a_picture_that_cannot_be_drawn_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.charting.drawing.sys.executable", str(tmp_path / "nothing"))
    counts = Counts(date(2026, 5, 1), date(2026, 5, 1), ((1,),))
    with pytest.raises(TocsinError, match="could not be drawn"):
        picture(counts, title="x", names=["x"], language="en")


def test_a_day_is_a_day() -> None:
    assert Counts(date(2026, 2, 27), date(2026, 3, 1), ()).days[1] == date(2026, 2, 28)
