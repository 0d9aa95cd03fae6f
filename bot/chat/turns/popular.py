"""Which topics people like: by how many subscribe to each, then by how often it rang lately."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.store.items import first_number
from bot.store.topics import popularity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

# Counting a million subscriptions takes a tenth of a second, and the order hardly changes.
_COUNT_AGAIN: Final = timedelta(minutes=10)
_LATELY: Final = timedelta(days=7)


class Popular:
    """Remembers the figures for a while; for any thread."""

    def __init__(self) -> None:
        self._counted: tuple[datetime, Mapping[str, tuple[int, int]]] | None = None

    def figures(self, conn: Connection, now: datetime) -> Mapping[str, tuple[int, int]]:
        """Subscribers and matches of the last week by topic; a topic without either is left out."""
        counted = self._counted
        if counted is None or now - counted[0] > _COUNT_AGAIN:
            first = first_number(conn, now - _LATELY)
            self._counted = counted = (now, popularity(conn, first))
        return counted[1]
