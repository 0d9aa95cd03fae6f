"""What the service says of itself, gathered from its parts for the web port."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import __version__
from bot.model import DeliveryState
from bot.store import deliveries, figures, silences, sources
from bot.web.status import Status, Trouble

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.matching.matcher import Matcher
    from bot.model import FeedState, Source
    from bot.service.rulekeeping import RuleKeeping
    from bot.service.talking import Talking
    from bot.store.deliveries import DeliveryRecord
    from bot.store.engine import Store

_SOURCES_SHOWN = 200
_TROUBLES = 20  # deliveries that the page shows


class Reporting:
    """Counts when it is asked, and keeps nothing but the time of the start."""

    def __init__(
        self, store: Store, matcher: Matcher, keeping: RuleKeeping, talking: Talking
    ) -> None:
        self.store = store
        self._matcher = matcher
        self._keeping = keeping
        self._talking = talking
        self._started = datetime.now(UTC)

    async def status(self) -> Status:
        """The figures of this moment. Raises StoreError where the store does not answer."""
        moment = datetime.now(UTC)
        counted, health, known, troubles = await self.store.read(_counts)
        return Status(
            now=moment,
            silences=tuple(await self.store.read(lambda conn: silences.active(conn, moment))),
            silenced=counted["matches_silenced"],
            started=self._started,
            version=__version__,
            unready=self._talking.unready,
            sources=tuple(known),
            health=health,
            deliveries={
                state.value: counted.get(f"deliveries_{state.value}", 0) for state in DeliveryState
            },
            troubles=tuple(map(_trouble, troubles)),
            inbox_open=counted["updates_open"],
            items=counted["items"],
            subscriptions=counted["subscriptions"],
            chats=counted["chats"],
            topics=len(self._matcher.rules.topics),
            queries=self._matcher.watched,
            rule_errors=tuple(map(str, self._keeping.findings)),
        )


def _counts(
    conn: Connection,
) -> tuple[dict[str, int], dict[str, int], list[tuple[Source, FeedState]], list[DeliveryRecord]]:
    known = sources.need_a_look(conn, _SOURCES_SHOWN)
    states = (DeliveryState.POSTPONED, DeliveryState.REFUSED)
    troubles = deliveries.listed(conn, states=states, limit=_TROUBLES)
    return figures.figures(conn), sources.count_health(conn), known, troubles


def _trouble(record: DeliveryRecord) -> Trouble:
    return Trouble(
        id=record.id,
        chat=record.chat or str(record.chat_id),
        what=record.what,
        state=record.state.value,
        until=record.until,
        reason=record.reason or "",
    )
