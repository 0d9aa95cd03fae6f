"""What is stored as a witness for ``check``: topics that ring for nothing, or for nearly all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.matching.document import Document
from bot.matching.question import Question
from bot.matching.rule_warnings import Rang
from bot.matching.search import search_words
from bot.store import items, matches, scan, search

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.matching.ruleset import RuleSet
    from bot.model import Source

# Of fewer items nothing follows.
ENOUGH = 100
# A language that fewer of the stored items than this share are in is not one that sources "use".
_USED = 0.02
# What a check may cost: so many of the newest items confirm what is on record, and so many in all
# are asked about topics that have none.
_SAMPLE = 500
_MOST_ASKED = 5_000


def languages(conn: Connection) -> frozenset[str]:
    """The languages that the stored items are in, those of a few strays aside."""
    counted = scan.languages(conn)
    total = sum(counted.values())
    if total < ENOUGH:
        return frozenset()
    return frozenset(lang for lang, number in counted.items() if number >= _USED * total)


def rang(
    conn: Connection,
    rules: RuleSet,
    sources: Mapping[str, Source],
    *,
    noisy: float,
    now: datetime,
) -> Rang:
    """The topics that rang for none of the items, or for more than the share ``noisy`` of them.

    The matches on record propose, for they may be those of an earlier wording; the items confirm.
    """
    total = scan.count(conn)
    if total < ENOUGH:
        return Rang(total, {})
    recorded = matches.counts_of_topics(conn)
    questions = [
        Question.of_topic(topic, rules) for topic in rules.topics.values() if topic.enabled
    ]
    left = _MOST_ASKED
    shares: dict[str, float] = {}
    for question in questions:
        share = recorded.get(question.name, 0) / total
        if share > noisy and rules.topics[question.name].when is None:
            sample = items.newest(conn, limit=_SAMPLE)
            documents = [
                Document.of(stored.item, sources.get(stored.item.source), now) for stored in sample
            ]
            share = sum(map(question.rings, documents)) / len(sample)
            if share > noisy:
                shares[question.name] = share
        elif not share:
            asked, found = _first_hit(conn, question, sources, now, left)
            left -= asked
            if found is False:
                shares[question.name] = 0.0
    return Rang(total, shares)


def _first_hit(
    conn: Connection,
    question: Question,
    sources: Mapping[str, Source],
    now: datetime,
    limit: int,
) -> tuple[int, bool | None]:
    """How many items were asked, and whether one of them rings; None where that is not known."""
    if limit <= 0:
        return 0, None
    page = search.candidates(conn, search_words(question.query), limit=limit)
    for number, stored in enumerate(page, start=1):
        document = Document.of(stored.item, sources.get(stored.item.source), now)
        if question.rings(document):
            return number, True
    return len(page), None if len(page) == limit else False
