"""What the stored items tell a pattern in time that begins to be watched.

Without it a topic that asks for a "first" in thirty days would ring for what came yesterday, and a
"spike" would have to wait for days until it knows what is usual.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.matching.document import Document
from bot.matching.patterns import begin, due, note
from bot.matching.question import Question
from bot.matching.search import search_words
from bot.model import PatternKind
from bot.service.weighing import kept_state, report_of
from bot.store import patterns, scan, search
from bot.store.sources import all_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.matching.patterns import Pattern, State
    from bot.matching.ruleset import RuleSet, Topic
    from bot.store.engine import Store
    from bot.store.patterns import Kept
    from bot.store.rows import StoredItem

# What a new topic may cost: so many of the newest items that have its words, and as many reports
# of each pattern as an alert shows.
_MOST: Final = 5_000
_MOST_REPORTS: Final = 3


async def prepare(store: Store, rules: RuleSet, now: datetime) -> Callable[[Connection], None]:
    """What is to be done in the transaction that puts the rules in force."""
    primed = await store.read(lambda conn: list(_primed(conn, rules, now)))
    begun = {each.rule for each in primed}
    timed = {f"topic:{key}" for key, topic in rules.topics.items() if topic.when is not None}

    def begin_watching(conn: Connection) -> None:
        gone = patterns.signatures(conn).keys() - timed
        patterns.clear(conn, gone | begun)
        patterns.save(conn, primed)

    return begin_watching


def _primed(conn: Connection, rules: RuleSet, now: datetime) -> Iterator[Kept]:
    """The states of patterns that are not watched as they are asked for now."""
    watched = patterns.signatures(conn)
    for topic in rules.topics.values():
        if topic.when is None:
            continue
        before = {watched.get(f"topic:{key}") for key in (topic.key, topic.renamed_from or "")}
        if topic.when.signature not in before:
            yield from _states(conn, topic, topic.when, rules, now)


def _states(
    conn: Connection, topic: Topic, pattern: Pattern, rules: RuleSet, now: datetime
) -> Iterator[Kept]:
    question = Question.of_topic(topic, rules)
    sources = all_sources(conn)
    found = search.candidates(conn, search_words(topic.query), limit=_MOST)
    rule = f"topic:{topic.key}"
    whole = replace(begin(now), since=_since(conn, pattern, found, now))
    states: dict[str, State] = {"": whole}
    for stored in sorted(found, key=lambda it: _moment(pattern, it)):
        moment = _moment(pattern, stored)
        if moment < now - pattern.horizon and pattern.kind is PatternKind.SPIKE:
            continue
        document = Document.of(stored.item, sources.get(stored.item.source), now)
        for key in question.keys(pattern, document) or ():
            state = note(pattern, states.get(key, whole), moment, now)
            reports = (report_of(stored.item), *state.reports)[:_MOST_REPORTS]
            states[key] = replace(state, reports=reports)
    for key, last in states.items():
        state = last
        if key and (overdue := due(pattern, state)) is not None and overdue <= now:
            # Of many sources some are silent when the lookout begins: that is no news.
            state = replace(state, ringing=True)
        kept = kept_state(rule, key, pattern, state)
        if kept.void is None or kept.void >= now:
            yield kept


def _since(conn: Connection, pattern: Pattern, found: list[StoredItem], now: datetime) -> datetime:
    """From when on what is stored is all that there was."""
    if pattern.kind is PatternKind.SILENCE:
        return now  # the lookout for it begins now
    if len(found) == _MOST:
        return found[-1].first_seen
    return max(scan.oldest(conn) or now, now - pattern.horizon)


def _moment(pattern: Pattern, stored: StoredItem) -> datetime:
    """When an item was news: a new feed's backlog is older than the day on which it was read."""
    item = stored.item
    if pattern.kind is PatternKind.SILENCE:
        return stored.first_seen
    return min(item.published or item.updated or stored.first_seen, stored.first_seen)
