"""From what a source brought to what is on record: items, stories, matches and deliveries.

One call of :meth:`Intake.take` is one transaction: the items, whom they ring and the source's new
state are all kept, or none of them.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.matching.text import fold
from bot.model import Severity
from bot.silencing import silenced
from bot.sources.identity import canonical_url
from bot.store import items as store_items
from bot.store import silences
from bot.store.unchanged import unchanged
from bot.stories import story_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.matching.matcher import Matcher
    from bot.model import Item, Match, Source
    from bot.store.engine import Store
    from bot.store.items import Recorded

log = structlog.get_logger(__name__)


class Intake:
    """Matches what arrives and puts it on record; ``rung`` is called when deliveries are owed.

    ``queued`` is called when an item has more subscribers than one transaction should ring.
    """

    def __init__(
        self,
        store: Store,
        matcher: Matcher,
        rung: Callable[[], None],
        queued: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._matcher = matcher
        self._rung = rung
        self._queued = queued

    async def take(
        self,
        source: Source,
        items: Sequence[Item],
        *,
        rings: bool,
        now: datetime,
        waiting: bool = False,
        settle: Callable[[Connection, Recorded], object] = lambda _conn, _recorded: None,
    ) -> Recorded:
        """Record ``items``; what is new rings where ``rings`` says so.

        ``waiting`` keeps them ready to ring for who subscribes later; ``settle`` writes the
        source's state in the same transaction, and is told what came of the items.
        """
        same = await self._store.read(lambda conn: unchanged(conn, source.key, items))
        fresh = [item for item in items if item.id not in same]
        recorded = await self._record(source, fresh, now, rings, waiting, settle)
        if recorded.new:
            log.info("items stored", source=source.key, new=recorded.new, deliveries=recorded.rung)
        if recorded.rung:
            self._rung()
        if recorded.queued:
            self._queued()
        return recorded

    async def _record(
        self,
        source: Source,
        items: Sequence[Item],
        now: datetime,
        rings: bool,  # noqa: FBT001 - as take() names it
        waiting: bool,  # noqa: FBT001
        settle: Callable[[Connection, Recorded], object],
    ) -> Recorded:
        """Match and record, so that a subscription that comes in between misses nothing.

        It joins the matcher inside its own transaction, and the one writer sets the transactions
        in a row: where it came first, the matcher's version tells, and the items are matched anew.
        """

        def match() -> tuple[int, list[store_items.Arrival]]:
            version = self._matcher.version
            return version, [
                self._arrival(source, item, now, rings=rings, waiting=waiting) for item in items
            ]

        # Matching is processor work: a thread keeps the loop free for people.
        version, arrivals = await asyncio.to_thread(match)

        def work(conn: Connection) -> Recorded:
            current = arrivals if self._matcher.version == version else match()[1]
            current = self._silenced(conn, source, current, now)
            recorded = store_items.record(conn, current, now)
            settle(conn, recorded)
            return recorded

        return await self._store.write(work)

    def _silenced(
        self, conn: Connection, source: Source, arrivals: list[store_items.Arrival], now: datetime
    ) -> list[store_items.Arrival]:
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
                    source,
                    vocabulary=vocabulary,
                    now=now,
                ),
            )
            for each in arrivals
        ]

    def _arrival(
        self,
        source: Source,
        item: Item,
        now: datetime,
        *,
        rings: bool,
        waiting: bool,
    ) -> store_items.Arrival:
        matches = self._matcher.match(item, source, now)
        return store_items.Arrival(
            item=item,
            matches=tuple((match, self._severity(match)) for match in matches),
            rings=rings,
            waiting=waiting,
            story_keys=story_keys(item, fold, canonical_url),
        )

    def _severity(self, match: Match) -> Severity:
        topic = self._matcher.rules.topics.get(match.topic) if match.topic else None
        return topic.severity if topic else Severity.NORMAL
