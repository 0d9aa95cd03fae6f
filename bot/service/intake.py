"""From what a source brought to what is on record: items, stories, matches and deliveries.

One call of :meth:`Intake.take` is one transaction: the items, whom they ring and the source's new
state are all kept, or none of them. Calls that come while others are being written wait for each
other and are written together, statement by statement for all of them; where that fails, each is
written by itself, so that one that cannot be kept takes no other with it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, islice
from typing import TYPE_CHECKING

import structlog

from bot.matching.document import Document
from bot.model import Severity
from bot.service.following import Following
from bot.service.storykeeping import StoryKeeping
from bot.service.weighing import counted_only, weigh
from bot.silencing import silenced
from bot.store import items as store_items
from bot.store import polls, silences
from bot.store.incoming import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.matching.matcher import Matcher
    from bot.model import Item, Match, Source
    from bot.service.reading import Reading
    from bot.store.engine import Store
    from bot.store.items import Recorded

log = structlog.get_logger(__name__)

# Readings that are written together, and their items.
_AT_ONCE = 64
_ITEMS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, eq=False)
class _Come:
    """A reading with its items in time, and who waits until it is on record."""

    reading: Reading
    kept: asyncio.Future[int]


def _in_time(items: Sequence[Item], now: datetime) -> list[Item]:
    """The oldest first, whatever the order of the source: what is numbered last is the latest.

    Without times they stand as in most feeds, the latest at the top.
    """
    backwards = items[::-1]
    return sorted(backwards, key=lambda item: item.published or item.updated or now)


class Intake:
    """Matches what arrives and puts it on record; ``rung`` is called when deliveries are owed.

    ``stories`` says what reports the same; ``queued`` is called when an item has more subscribers than one transaction should ring.
    """

    def __init__(
        self,
        store: Store,
        matcher: Matcher,
        rung: Callable[[], None],
        queued: Callable[[], None] = lambda: None,
        stories: StoryKeeping | None = None,
        following: Following | None = None,
    ) -> None:
        self._following = following or Following(matcher, store)
        self._store = store
        self._matcher = matcher
        self._stories = stories or StoryKeeping()
        self._rung = rung
        self._queued = queued
        self._come: list[_Come] = []
        self._working: asyncio.Task[None] | None = None

    async def take(self, reading: Reading) -> int:
        """Put the items on record with whom they ring; how many were new."""
        kept: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        in_time = replace(reading, items=_in_time(reading.items, reading.now))
        self._come.append(_Come(in_time, kept))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await kept

    async def _work(self) -> None:
        """Record what has come, all of it together, until nothing comes any more."""
        try:
            while self._come:
                await self._keep([each for each in self._together() if not each.kept.done()])
        finally:
            self._working = None

    def _together(self) -> list[_Come]:
        """What is written next: all that has come, within bounds that keep others from waiting."""
        items = accumulate(len(each.reading.items) for each in self._come)
        room = sum(1 for so_far in islice(items, _AT_ONCE) if so_far <= _ITEMS_AT_ONCE) or 1
        taken, self._come = self._come[:room], self._come[room:]
        return taken

    async def _keep(self, readings: Sequence[_Come]) -> None:
        try:
            recorded = await self._record(readings)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is for whom it concerns
            if len(readings) > 1:
                for each in readings:
                    await self._keep([each])
            elif readings and not readings[0].kept.done():
                readings[0].kept.set_exception(error)
            return
        self._tell(readings, recorded)

    def _tell(self, readings: Sequence[_Come], recorded: Recorded) -> None:
        """What is on record is told to whom it concerns."""
        for source, new in recorded.new_of.items():
            log.info("items stored", source=source, new=new)
        if recorded.rung:
            log.info("alerts owed", deliveries=recorded.rung)
            self._rung()
        if recorded.queued:
            self._queued()
        for each in readings:
            if not each.kept.done():
                each.kept.set_result(recorded.new_of.get(each.reading.source.key, 0))

    async def _record(self, readings: Sequence[_Come]) -> Recorded:
        """Match and record, so that a subscription that comes in between misses nothing.

        Transactions come in a row: those that subscribed before this one join the matcher in it;
        that the matcher's version tells, and the items are matched anew.
        """
        now = max(each.reading.now for each in readings)
        all_items = [item for each in readings for item in each.reading.items]

        def look(conn: Connection) -> set[tuple[str, str]]:
            self._following.advance(conn)
            return store_items.unchanged(conn, all_items)

        same = await self._store.read(look)

        def match() -> tuple[int, list[Arrival]]:
            version = self._matcher.version
            new = [
                (each.reading, item)
                for each in readings
                for item in each.reading.items
                if (item.source, item.id) not in same
            ]
            documents = (Document.of(item, each.source, each.now) for each, item in new)
            return version, [
                self._arrival(each, document, matches)
                for (each, _), (document, matches) in zip(
                    new, self._matcher.match_each(documents), strict=True
                )
            ]

        # Matching is processor work: a thread keeps the loop free for people.
        version, arrivals = await asyncio.to_thread(match)

        def work(conn: Connection) -> Recorded:
            self._following.follow(conn)
            current = arrivals if self._matcher.version == version else match()[1]
            sources = {each.reading.source.key: each.reading.source for each in readings}
            current = self._silenced(conn, sources, current, now)
            weighing = partial(weigh, rules=self._matcher.rules, now=now)
            recorded = store_items.record(conn, current, now, weighing, self._stories)
            settled = [
                each.reading.settle(conn, recorded.new_of.get(each.reading.source.key, 0))
                for each in readings
            ]
            polls.settle_polls(conn, [each for each in settled if each is not None])
            return recorded

        return await self._store.write(work)

    def _silenced(
        self,
        conn: Connection,
        sources: Mapping[str, Source],
        arrivals: list[Arrival],
        now: datetime,
    ) -> list[Arrival]:
        """The arrivals with what the admins' silences keep from ringing."""
        in_force = silences.active(conn, now)
        if not in_force:
            return arrivals
        vocabulary = self._matcher.rules.vocabulary
        return [
            replace(
                each,
                silenced=silenced(
                    in_force,
                    [match.rule for match, _ in each.matches],
                    each.item,
                    sources[each.item.source],
                    vocabulary=vocabulary,
                    now=now,
                ),
            )
            for each in arrivals
        ]

    def _arrival(self, reading: Reading, document: Document, matches: Sequence[Match]) -> Arrival:
        item = document.item
        trace = self._stories.prepared(item, reading.now)
        return Arrival(
            item=item,
            matches=tuple((match, self._severity(match)) for match in matches),
            rings=reading.rings,
            waiting=reading.waiting,
            weighed=counted_only(matches, self._matcher.rules),
            story_keys=self._stories.keys(item, document.words),
            marks=trace.packed(),
            prepared=trace,
            lang=document.lang,
        )

    def _severity(self, match: Match) -> Severity:
        topic = self._matcher.rules.topics.get(match.topic) if match.topic else None
        return topic.severity if topic else Severity.NORMAL
