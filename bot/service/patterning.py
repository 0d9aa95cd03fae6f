"""What patterns in time ring for by the clock: a silence. And what is forgotten of them.

A tick over due times in the store. Time in which the service did not run is no silence: nobody
listened. How far it has listened is kept in the store, too.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.errors import StoreError
from bot.matching.patterns import State, missed, tick
from bot.model import PatternKind
from bot.service.weighing import kept_state
from bot.silencing import why
from bot.store import meta, patterns, silences
from bot.store.patterns import ClockRing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from bot.matching.matcher import Matcher
    from bot.matching.ruleset import Topic
    from bot.service.rendering import Rendering
    from bot.store.engine import Store
    from bot.store.patterns import Kept

log = structlog.get_logger(__name__)

_LISTENED: Final = "patterns.listened"
# How often it is noted that somebody listens, and what is a gap in that.
_NOTE: Final = timedelta(seconds=30)
_GAP: Final = timedelta(minutes=2)
_AT_ONCE: Final = 50  # states of a transaction
_PAGE: Final = 200  # subscribers of one


class Patterning:
    """A tick of the scheduler; ``owed`` is called when messages are to be sent."""

    def __init__(
        self,
        store: Store,
        matcher: Matcher,
        rendering: Rendering,
        owed: Callable[[], None],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._matcher = matcher
        self._rendering = rendering
        self._owed = owed
        self._clock = clock
        self._listened: datetime | None = None
        self._noted: datetime | None = None

    async def tick(self) -> None:
        """Ring for what is due, tell who subscribes, forget what is void."""
        now = self._clock()
        try:
            if self._is_to_be_noted(now):
                await self._store.write(lambda conn: self._listen(conn, now))
            self._listened = now
            if not await self._store.read(lambda conn: patterns.anything_to_do(conn, now)):
                return
            await self._store.write(lambda conn: patterns.forget_void(conn, now))
            while await self._store.write(lambda conn: self._ring(conn, now)):
                pass
            while (owed := await self._store.write(lambda conn: self._tell(conn, now))) is not None:
                if owed:
                    self._owed()
        except StoreError as error:
            log.error("patterns in time put off", reason=str(error))

    def _is_to_be_noted(self, now: datetime) -> bool:
        """Whether a silence is waited for, and the last note is old."""
        if not any(
            topic.when is not None and topic.when.kind is PatternKind.SILENCE
            for topic in self._matcher.rules.topics.values()
        ):
            return False
        before = self._listened
        return (
            before is None
            or now - before > _GAP
            or self._noted is None
            or now - self._noted > _NOTE
        )

    def _listen(self, conn: Connection, now: datetime) -> None:
        """Note that somebody listens, and shift what is due by the time in which nobody did."""
        kept: str | None = meta.get(conn, _LISTENED)
        before = self._listened or (datetime.fromisoformat(kept) if kept else now)
        gap = now - before
        self._noted = now
        meta.put(conn, _LISTENED, now.isoformat())
        if gap <= _GAP:
            return
        log.info("silences wait longer: nobody listened", seconds=round(gap.total_seconds()))
        states = []
        for each in patterns.awaited(conn):
            topic = self._topic(each)
            if topic is not None and topic.when is not None:
                state = missed(State.of_json(each.state), gap)
                states.append(kept_state(each.rule, each.key, topic.when, state))
        patterns.save(conn, states)

    def _ring(self, conn: Connection, now: datetime) -> int:
        """Have some of what is due ring; how many states were looked at."""
        looked = patterns.due(conn, now, _AT_ONCE)
        in_force = silences.active(conn, now) if looked else ()
        for each in looked:
            topic = self._topic(each)
            if topic is None or topic.when is None:
                patterns.forget(conn, each)  # of a topic that is no more, or asks for another
                continue
            state, occasion = tick(topic.when, State.of_json(each.state), now)
            patterns.save(conn, [kept_state(each.rule, each.key, topic.when, state)])
            if occasion is None:
                continue
            silenced = next(
                (
                    it
                    for it in in_force
                    if it.kind == "all" or (it.kind, it.target) == ("topic", topic.key)
                ),
                None,
            )
            if silenced is not None:
                log.info("a silence rang nobody", topic=topic.key, reason=why(silenced))
                continue
            ring = ClockRing(
                rule=each.rule,
                occasion=replace(occasion, keys=(each.key,) if each.key else ()),
                severity=topic.severity,
                opens=topic.schedule.opens(now) if topic.schedule is not None else None,
            )
            patterns.begin_telling(conn, (each.rule, each.key), ring)
            log.info("topic silent", topic=topic.key, key=each.key)
        return len(looked)

    def _tell(self, conn: Connection, now: datetime) -> int | None:
        return patterns.tell_page(conn, _PAGE, now, self._rendering.clock_ring)

    def _topic(self, kept: Kept) -> Topic | None:
        """The topic whose state it is; None where it asks for another pattern by now, or none."""
        topic = self._matcher.rules.topics.get(kept.rule.removeprefix("topic:"))
        if topic is None or topic.when is None or topic.when.signature != kept.signature:
            return None
        return topic
