"""Counts the stored items that queries match, day by day in somebody's time zone."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.query.tree import And, Time
from bot.matching.search import search_words
from bot.store import items, search
from bot.store.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from bot.matching.query import Query

DAYS: Final = 30  # where nobody says since when
MOST_DAYS: Final = 366
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Counts:
    """Of each query, the items of each day from ``first`` to ``last``, both included.

    ``cut`` where the time was up before all of the days that were wanted could be counted.
    """

    first: date
    last: date
    series: tuple[tuple[int, ...], ...]
    cut: bool = False

    @property
    def days(self) -> list[date]:
        """The days, in their order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def total(self) -> int:
        """All of it."""
        return sum(map(sum, self.series))


def beginning(queries: Sequence[Query], now: datetime) -> datetime:
    """Since when: what the queries themselves say, the earliest; else a month."""
    starts = [
        each.at(now)
        for query in queries
        for each in (query.tree.children if isinstance(query.tree, And) else (query.tree,))
        if isinstance(each, Time) and each.start
    ]
    wanted = min(starts, default=now - timedelta(days=DAYS - 1))
    return max(wanted, now - timedelta(days=MOST_DAYS - 1))


def count(
    conn: Connection,
    queries: Sequence[Query],
    *,
    since: datetime,
    now: datetime,
    timezone: str = "UTC",
    seconds: float | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Counts:
    """Count from the day of ``since`` to today, for about ``seconds`` at most.

    Where the time is up, the days that were not counted to their end are left out.
    """
    zone = ZoneInfo(timezone)
    first, last = since.astimezone(zone).date(), now.astimezone(zone).date()
    start = datetime.combine(first, datetime.min.time(), zone).astimezone(UTC)
    share = None if seconds is None else seconds / len(queries)
    found = []
    cut = False
    for query in queries:
        until = None if share is None else clock() + share
        counter, reached = _count(conn, query, start, now, zone, until, clock)
        found.append(counter)
        if reached is not None and reached >= first:
            first, cut = min(reached + timedelta(days=1), last), True
    span = range((last - first).days + 1)
    return Counts(
        first,
        last,
        tuple(tuple(each.get(first + timedelta(days=n), 0) for n in span) for each in found),
        cut,
    )


def _count(
    conn: Connection,
    query: Query,
    start: datetime,
    now: datetime,
    zone: ZoneInfo,
    until: float | None,
    clock: Callable[[], float],
) -> tuple[Counter[date], date | None]:
    """The items a day, and the day at which the time was up, if it was."""
    counter: Counter[date] = Counter()
    words = search_words(query)
    oldest = items.first_number(conn, start)
    before: int | None = None
    while oldest is not None:
        page = search.candidates(conn, words, before=before, first=oldest, limit=_PAGE)
        known = sources_of(conn, {stored.item.source for stored in page})
        for stored in page:
            item = stored.item
            moment = item.published or item.updated or stored.first_seen
            if moment < start or moment > now:
                continue
            if evaluate(query, Document.of(item, known.get(item.source), now)) is not None:
                counter[moment.astimezone(zone).date()] += 1
        if len(page) < _PAGE:
            return counter, None
        if until is not None and clock() > until:
            return counter, page[-1].first_seen.astimezone(zone).date()
        before = page[-1].number
    return counter, None
