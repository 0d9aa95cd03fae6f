"""Asking what is stored: the store proposes candidates, the matcher confirms each.

The words of the query narrow the candidates; whatever the search index over-approximates or has
not indexed yet, an answer is only what the query really matches.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.query.tree import And, Time
from bot.matching.search import search_words
from bot.store import items, search
from bot.store.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.matching.query import Query
    from bot.model import Source, Span
    from bot.store.rows import StoredItem

# Items are taken from the store so many at a time, few at first, and so many are looked at for one
# answer: a query without any word to look up (a regular expression, say) must end too.
PAGE = 200
AT_MOST = 20_000
# "Best first" is decided among so many of the newest matches.
RANKED = 500
# An item is stored behind the time that it gives itself, but for clocks that go wrong.
_CLOCKS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored item and what the query found in it; no spans where there was no query."""

    stored: StoredItem
    spans: tuple[Span, ...] = ()
    score: float = 0.0
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The newest matches.

    ``reached`` is the oldest item looked at where the time was up before there were enough; None
    where nothing was left out.
    """

    found: list[Answer]
    reached: StoredItem | None = None


def newest_answers(
    conn: Connection,
    query: Query | None,
    *,
    now: datetime,
    limit: int,
    before: int | None = None,
    seconds: float | None = None,
    sources: Mapping[str, Source] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Answers:
    """The newest stored items that ``query`` matches, at most ``limit``, numbers below ``before``.

    It looks for about ``seconds`` at most, and for as long as it takes where that is None. The
    ``sources`` are the store's own where none are given.
    """
    if query is None:
        page = items.newest(conn, before=before, limit=limit)
        known = sources if sources is not None else _sources(conn, page)
        return Answers([Answer(each, source=known.get(each.item.source)) for each in page])
    found: list[Answer] = []
    until = None if seconds is None else clock() + seconds
    looked_at = None
    for stored, source in _candidates(conn, query, now, limit, before, sources):
        if until is not None and clock() > until:
            return Answers(found, looked_at)
        looked_at = stored
        hit = evaluate(query, Document.of(stored.item, source, now))
        if hit is not None:
            found.append(Answer(stored, hit.spans, hit.score, source))
            if len(found) == limit:
                break
    return Answers(found)


def latest_answers(
    conn: Connection,
    query: Query | None,
    *,
    now: datetime,
    limit: int,
    sources: Mapping[str, Source] | None = None,
) -> list[Answer]:
    """The newest stored items that ``query`` matches, at most ``limit``, however long it takes."""
    return newest_answers(conn, query, now=now, limit=limit, sources=sources).found


def best_answers(
    conn: Connection,
    query: Query | None,
    *,
    now: datetime,
    limit: int,
    sources: Mapping[str, Source] | None = None,
) -> list[Answer]:
    """The matches among the newest, those first that say it in the title and most often."""
    found = latest_answers(conn, query, sources=sources, now=now, limit=RANKED)
    return sorted(found, key=_rank, reverse=True)[:limit]


def earliest(query: Query, now: datetime) -> datetime | None:
    """The time before which no item can match the query; None where it does not say."""
    tree = query.tree
    children = tree.children if isinstance(tree, And) else (tree,)
    starts = [each.at(now) for each in children if isinstance(each, Time) and each.start]
    return max(starts) - _CLOCKS if starts else None


def _rank(answer: Answer) -> tuple[int, float, int]:
    titled = {span.term for span in answer.spans if span.field == "title"}
    return len(titled), answer.score + len(answer.spans), answer.stored.number


def _candidates(
    conn: Connection,
    query: Query,
    now: datetime,
    limit: int,
    before: int | None,
    sources: Mapping[str, Source] | None,
) -> Iterator[tuple[StoredItem, Source | None]]:
    words = search_words(query)
    since = earliest(query, now)
    first = None if since is None else items.first_number(conn, since)
    if since is not None and first is None:
        return
    size, left = min(2 * limit, PAGE), AT_MOST
    while left > 0:
        page = search.candidates(conn, words, before=before, first=first, limit=size)
        known = sources if sources is not None else _sources(conn, page)
        for stored in page:
            yield stored, known.get(stored.item.source)
        if len(page) < size:
            return
        before, left, size = page[-1].number, left - size, min(2 * size, PAGE)


def _sources(conn: Connection, page: list[StoredItem]) -> Mapping[str, Source]:
    return sources_of(conn, {stored.item.source for stored in page})
