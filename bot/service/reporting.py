"""What the service says of itself, gathered from its parts for the web port."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from bot import __version__
from bot.model import DeliveryState
from bot.service import rules_in_force
from bot.service.rulekeeping import known_topics
from bot.store import deliveries, figures, roles, silences, sources
from bot.web.status import Duty, Status, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy import Connection

    from bot.model import FeedState, Source
    from bot.store.deliveries import DeliveryRecord
    from bot.store.engine import Store
    from bot.store.roles import Holder

_SOURCES_SHOWN = 200
_TROUBLES = 20  # deliveries that the page shows


class Reporting:
    """Counts when it is asked, and keeps nothing but the time of the start.

    ``unready`` says what this process lacks; ``needed`` are the roles that somebody must have,
    where several processes share them.
    """

    def __init__(
        self, store: Store, unready: Callable[[], str | None], needed: Collection[str] = ()
    ) -> None:
        self._store = store
        self._unready = unready
        self._needed = needed
        self._started = datetime.now(UTC)

    async def status(self) -> Status:
        """The figures of this moment. Raises StoreError where the store does not answer."""
        moment = datetime.now(UTC)
        counted, health, known, troubles = await self._store.read(_counts)
        silent = await self._store.read(lambda conn: silences.active(conn, moment))
        rules = await self._store.read(_rules)
        duties = await self._store.read(roles.holders) if self._needed else []
        return Status(
            now=moment,
            silences=tuple(silent),
            silenced=counted["matches_silenced"],
            started=self._started,
            version=__version__,
            unready=self._unready() or self._lacking(duties),
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
            topics=rules.topics,
            queries=rules.queries,
            rule_errors=rules.refused,
            roles=tuple(Duty(each.role, each.name, each.since, each.unready) for each in duties),
        )

    def _lacking(self, duties: Sequence[Holder]) -> str | None:
        """What keeps processes that share the work from doing all of it."""
        missing = sorted(set(self._needed) - {each.role for each in duties})
        if missing:
            return f"no process has the role {', '.join(missing)}"
        return next((each.unready for each in duties if each.unready), None)


class _Rules(NamedTuple):
    topics: int
    queries: int
    refused: tuple[str, ...]


def _rules(conn: Connection) -> _Rules:
    return _Rules(
        len(known_topics(conn)),
        figures.different_queries(conn),
        rules_in_force.refused(conn),
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
