"""Asking what is stored: the store proposes candidates, the matcher confirms each.

The words of the query narrow the candidates; whatever the search index over-approximates or has
not indexed yet, an answer is only what the query really matches.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.matching.document import Document
from bot.matching.engine import evaluate, is_called
from bot.matching.query.tree import And, Time
from bot.matching.search import search_words
from bot.store import items, search
from bot.store.search import Times
from bot.store.sources import called as all_called
from bot.store.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.matching.query import Query
    from bot.matching.search import SourcesCalled
    from bot.model import Item, Source, Span
    from bot.store.rows import StoredItem

# Items are taken from the store so many at a time, few at first, and so many are looked at for one
# answer: a query without any word to look up (a regular expression, say) must end too.
PAGE = 200
AT_MOST = 20_000
# The first of them are looked at however long it takes: names and forms may have to be loaded first.
FEWEST = 12
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
    called: SourcesCalled | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Answers:
    """The newest stored items that ``query`` matches, at most ``limit``, numbers below ``before``.

    It looks at a few, then for about ``seconds`` at most; for as long as it takes where that is None. The
    ``sources`` are the store's own where none are given, and so is what they are ``called``.
    """
    if query is None:
        page = items.newest(conn, before=before, limit=limit)
        known = sources if sources is not None else _sources(conn, page)
        return Answers([Answer(each, source=known.get(each.item.source)) for each in page])
    found: list[Answer] = []
    looked = 0
    until = None if seconds is None else clock() + seconds
    for page, reached in _pages(conn, query, now, limit, before, called):
        known = sources if sources is not None else _sources(conn, page)
        for stored in page:
            source = known.get(stored.item.source)
            hit = evaluate(query, Document.of(dated(stored), source, now))
            if hit is not None:
                found.append(Answer(stored, hit.spans, hit.score, source))
                if len(found) == limit:
                    return Answers(found)
            looked += 1
            if until is not None and looked >= FEWEST and clock() > until:
                return Answers(found, stored)
        if until is not None and reached is not None and clock() > until:
            return Answers(found, _item(conn, reached))
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


def dated(stored: StoredItem) -> Item:
    """The item as of when it arrived, where it has no time of its own."""
    item = stored.item
    if item.published is None and item.updated is None:
        return replace(item, published=stored.first_seen)
    return item


def times(query: Query, now: datetime) -> Times | None:
    """The times that no item outside of can match the query; None where it does not say."""
    tree = query.tree
    children = tree.children if isinstance(tree, And) else (tree,)
    bounds = [each for each in children if isinstance(each, Time)]
    if not bounds:
        return None
    starts = [each.at(now) for each in bounds if each.start]
    ends = [each.at(now) for each in bounds if not each.start]
    return Times(max(starts, default=None), min(ends, default=None))


def _rank(answer: Answer) -> tuple[int, float, int]:
    titled = {span.term for span in answer.spans if span.field == "title"}
    return len(titled), answer.score + len(answer.spans), answer.stored.number


def _pages(
    conn: Connection,
    query: Query,
    now: datetime,
    limit: int,
    before: int | None,
    called: SourcesCalled | None,
) -> Iterator[tuple[list[StoredItem], int | None]]:
    """Candidates, newest first, and how far each page came: None at the end."""
    words = search_words(query, called or partial(_called, conn))
    within = times(query, now)
    first = None
    if within is not None and within.start is not None:
        first = items.first_number(conn, within.start - _CLOCKS)
        if first is None:
            return
    size, left = min(2 * limit, PAGE), AT_MOST
    while left > 0:
        if within is None:
            page = search.candidates(conn, words, before=before, first=first, limit=size)
            before = page[-1].number if len(page) == size else None
        else:
            page, before = search.sifted(
                conn, words, within, before=before, first=first, limit=size
            )
        yield page, before
        if before is None:
            return
        left, size = left - len(page), min(2 * size, PAGE)


def _called(conn: Connection, written: str) -> list[str]:
    """The keys of the sources that ``written`` means."""
    return [key for key, *rest in all_called(conn) if is_called(written, key, *rest)]


def _item(conn: Connection, number: int) -> StoredItem | None:
    return next(iter(items.with_numbers(conn, [number])), None)


def _sources(conn: Connection, page: list[StoredItem]) -> Mapping[str, Source]:
    return sources_of(conn, {stored.item.source for stored in page})
