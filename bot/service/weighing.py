"""What a topic's pattern in time and its hours make of what it matched, in the items' transaction.

A topic without either rings for each item. The states of patterns are read and kept with the items
that change them, so a crash forgets both or neither.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.matching.patterns import State, begin, due, hear, note, void
from bot.matching.patterns.replay import together
from bot.model import Report
from bot.store import patterns
from bot.store.matches import Weighed
from bot.store.patterns import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.matching.patterns import Pattern
    from bot.matching.ruleset import RuleSet, Topic
    from bot.model import Item, Match
    from bot.store.incoming import Arrival
    from bot.store.patterns import Place

_LONGEST: Final = 120  # code points of an example


def weigh(
    conn: Connection, arrivals: Sequence[Arrival], *, rules: RuleSet, now: datetime
) -> Sequence[Arrival]:
    """New arrivals, in their order, with what rings and when. The states that change are kept."""
    timed = [list(_timed(arrival, rules)) for arrival in arrivals]
    if not any(timed):
        return arrivals
    watching = _Watching(conn, timed, arrivals, now)
    weighed = [
        replace(
            arrival,
            weighed={match.rule: watching.weigh(arrival, match, topic) for match, topic in mine},
        )
        if mine
        else arrival
        for arrival, mine in zip(arrivals, timed, strict=True)
    ]
    watching.save()
    return weighed


def counted_only(matches: Sequence[Match], rules: RuleSet) -> dict[str, Weighed]:
    """What is to be made of matches that are not weighed: an edit of an item is no pattern."""
    topics = ((match, rules.topics.get(match.topic or "")) for match in matches)
    return {
        match.rule: Weighed(counted=True)
        for match, topic in topics
        if topic is not None and topic.when is not None
    }


def kept_state(rule: str, key: str, pattern: Pattern, state: State) -> Kept:
    """A state as the store keeps it."""
    # That of a whole topic stays: it says since when the topic is watched.
    expected = bool(key) or pattern.by is None
    return Kept(
        rule=rule,
        key=key,
        signature=pattern.signature,
        state=state.to_json(),
        due=due(pattern, state) if expected else None,
        void=void(pattern, state) if key else None,
    )


def report_of(item: Item) -> Report:
    """The item as an example among others."""
    title = " ".join((item.title or item.text[: 4 * _LONGEST]).split())
    return Report(title[:_LONGEST], item.url, item.source)


def _timed(arrival: Arrival, rules: RuleSet) -> Iterator[tuple[Match, Topic]]:
    for match, _ in arrival.matches:
        topic = rules.topics.get(match.topic) if match.topic is not None else None
        if topic is not None and (topic.when is not None or topic.schedule is not None):
            yield match, topic


class _Watching:
    """The states that some arrivals concern."""

    def __init__(
        self,
        conn: Connection,
        timed: Sequence[Sequence[tuple[Match, Topic]]],
        arrivals: Sequence[Arrival],
        now: datetime,
    ) -> None:
        self._conn = conn
        self._now = now
        self._patterns: dict[str, Pattern] = {}
        wanted: dict[Place, None] = {}
        for arrival, mine in zip(arrivals, timed, strict=True):
            for match, topic in mine:
                if topic.when is not None:
                    self._patterns[match.rule] = topic.when
                    keys = topic.when.keys(match.spans, arrival.item.source)
                    wanted |= dict.fromkeys((match.rule, key) for key in ("", *keys))
        self._states: dict[Place, State] = {}
        for place, kept in patterns.load(conn, wanted).items():
            if kept.signature == self._patterns[kept.rule].signature:
                self._states[place] = State.of_json(kept.state)
        self._changed: dict[Place, None] = {}

    def weigh(self, arrival: Arrival, match: Match, topic: Topic) -> Weighed:
        """What becomes of one match."""
        opens = topic.schedule.opens(self._now) if topic.schedule is not None else None
        pattern = topic.when
        if pattern is None:
            return Weighed(opens=opens)
        item = arrival.item
        rung = []
        for key in pattern.keys(match.spans, item.source):
            state = self._state(match.rule, key)
            if arrival.rings:
                state, occasion = hear(pattern, state, self._now, report_of(item))
                if occasion is not None:
                    rung.append((key, occasion))
            else:
                moment = item.published or item.updated or self._now
                state = note(pattern, state, moment, self._now)
            self._put((match.rule, key), state)
        occasion = together(rung)
        return Weighed(counted=occasion is None, occasion=occasion, opens=opens)

    def save(self) -> None:
        """Keep what has changed."""
        patterns.save(
            self._conn,
            [
                kept_state(rule, key, self._patterns[rule], self._states[rule, key])
                for rule, key in self._changed
            ],
        )

    def _state(self, rule: str, key: str) -> State:
        whole = self._states.get((rule, ""))
        if whole is None:
            whole = begin(self._now)
            self._put((rule, ""), whole)
        return self._states.get((rule, key)) or replace(begin(self._now), since=whole.since)

    def _put(self, place: Place, state: State) -> None:
        self._states[place] = state
        self._changed[place] = None
