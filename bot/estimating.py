"""How often something would have rung lately, told within a bounded time.

Where there are too many stored items to ask each, a sample by chance of those that have the words
is asked, and the answer is an estimate that says so.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.matching.document import Document
from bot.matching.search import search_words
from bot.store import items, search
from bot.store.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.matching.question import Question
    from bot.matching.search import SourcesCalled

# Candidates that are looked up in the index, the newest; reading a number takes a microsecond.
_MOST_CANDIDATES: Final = 50_000
_PAGE: Final = 50
_SEED: Final = 1  # the same question gets the same answer


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many items would have rung. Not ``exact``: about so many."""

    count: int
    exact: bool = True


def how_often(
    conn: Connection,
    question: Question,
    *,
    since: datetime,
    now: datetime,
    seconds: float,
    called: SourcesCalled | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Estimate | None:
    """How many of the items since then the question rings for; None where there are no items.

    It takes about ``seconds``, at most.
    """
    until = clock() + seconds
    first = items.first_number(conn, since)
    last = items.last_number(conn)
    if first is None or last is None:
        return None
    words = search_words(question.query, called)
    found = search.newest_numbers(conn, words, first=first, limit=_MOST_CANDIDATES)
    numbers = list(range(first, last + 1)) if found is None else found
    if not numbers:
        return Estimate(0)
    # Older ones than could be looked up are taken to be as frequent: numbers grow with time.
    cut = found is not None and len(found) >= _MOST_CANDIDATES
    whole = (last - first + 1) / (last - numbers[-1] + 1) if cut else 1.0
    rung = looked_at = 0
    order = random.Random(_SEED).sample(numbers, len(numbers))  # noqa: S311 - no secret
    for at in range(0, len(order), _PAGE):
        if at and clock() > until:
            break
        page = items.with_numbers(conn, order[at : at + _PAGE])
        sources = sources_of(conn, {stored.item.source for stored in page})
        for stored in page:
            document = Document.of(stored.item, sources.get(stored.item.source), now)
            moment = stored.item.published or stored.first_seen
            rung += moment >= since and question.rings(document)
        looked_at += len(order[at : at + _PAGE])
    exact = looked_at == len(order) and not cut
    return Estimate(rung if exact else round(rung * len(order) / looked_at * whole), exact)
