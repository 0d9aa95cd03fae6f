"""Asking what is stored: the store proposes candidates, the matcher confirms each.

The words of the query narrow the candidates; whatever the search index over-approximates or has
not indexed yet, an answer is only what the query really matches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.search import search_words
from bot.store import items, search

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.matching.query import Query
    from bot.model import Source, Span
    from bot.store.rows import StoredItem

# Items are taken from the store so many at a time, and so many are looked at for one answer: a
# query without any word to look up (a regular expression, say) must end too.
PAGE = 200
AT_MOST = 20_000
# "Best first" is decided among so many of the newest matches.
RANKED = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored item and what the query found in it; no spans where there was no query."""

    stored: StoredItem
    spans: tuple[Span, ...] = ()
    score: float = 0.0


def latest_answers(
    conn: Connection,
    query: Query | None,
    *,
    sources: Mapping[str, Source],
    now: datetime,
    limit: int,
    before: int | None = None,
) -> list[Answer]:
    """The newest stored items that ``query`` matches, at most ``limit``, numbers below ``before``."""
    if query is None:
        return [Answer(stored) for stored in items.newest(conn, before=before, limit=limit)]
    found: list[Answer] = []
    for answer in _matching(conn, query, sources, now, before):
        found.append(answer)
        if len(found) == limit:
            break
    return found


def best_answers(
    conn: Connection,
    query: Query | None,
    *,
    sources: Mapping[str, Source],
    now: datetime,
    limit: int,
) -> list[Answer]:
    """The matches among the newest, those first that say it in the title and most often."""
    found = latest_answers(conn, query, sources=sources, now=now, limit=RANKED)
    return sorted(found, key=_rank, reverse=True)[:limit]


def _rank(answer: Answer) -> tuple[int, float, int]:
    titled = {span.term for span in answer.spans if span.field == "title"}
    return len(titled), answer.score + len(answer.spans), answer.stored.number


def _matching(
    conn: Connection,
    query: Query,
    sources: Mapping[str, Source],
    now: datetime,
    before: int | None,
) -> Iterator[Answer]:
    words = search_words(query)
    for _ in range(AT_MOST // PAGE):
        page = search.candidates(conn, words, before=before, limit=PAGE)
        for stored in page:
            document = Document.of(stored.item, sources.get(stored.item.source), now)
            hit = evaluate(query, document)
            if hit is not None:
                yield Answer(stored, hit.spans, hit.score)
        if len(page) < PAGE:
            return
        before = page[-1].number
