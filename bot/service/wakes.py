"""How the parts wake each other: in memory, and in other processes that share the store."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bot.store.engine import Store

    Hear = Callable[[str], None]


class Concern(StrEnum):
    """What there is to wake somebody for."""

    ARRIVALS = "arrivals"  # items wait to be matched
    DELIVERIES = "deliveries"  # something is owed
    UPDATES = "updates"  # somebody wrote
    BROADCASTS = "broadcasts"
    HUBS = "hubs"  # a hub has said something of a subscription
    RELOAD = "reload"  # the rule files are to be read
    RULES = "rules"  # other rules are in force
    ENDED = "ended"  # a query has a subscriber less; the word is the query
    FORGOTTEN = "forgotten"  # somebody was forgotten …
    SCRUBBING = "scrubbing"  # … and leaves the files now
    ROLES = "roles"  # a role was given up


# Of these each is heard by the one who holds a role; where that is here, nobody else need know.
_OF_ONE: Final = frozenset(Concern) - {
    Concern.RULES,
    Concern.ENDED,
    Concern.SCRUBBING,
    Concern.ROLES,
}


class Wakes:
    """Passes words on to who hears them. All of it happens in the loop's thread."""

    def __init__(self, store: Store) -> None:
        self._hearers: defaultdict[Concern, list[Hear]] = defaultdict(list)
        self._far = store.signals(self._heard, self._missed)

    async def run(self) -> None:
        """Hear other processes until cancelled; at once at its end where there can be none."""
        if self._far is not None:
            await self._far.run(list(Concern))

    def ring(self, concern: Concern, word: str = "") -> None:
        """Wake who hears this."""
        hearers = self._hearers[concern]
        for hear in tuple(hearers):
            hear(word)
        if self._far is not None and not (hearers and concern in _OF_ONE):
            self._far.send(concern, word)

    def ringer(self, concern: Concern) -> Callable[[], None]:
        """:meth:`ring` for those who only know that there is something to do."""
        return lambda: self.ring(concern)

    @contextmanager
    def hearing(self, hears: Mapping[Concern, Hear]) -> Iterator[None]:
        """Have these called meanwhile; with no word where one may have been missed."""
        for concern, hear in hears.items():
            self._hearers[concern].append(hear)
        try:
            yield
        finally:
            for concern, hear in hears.items():
                self._hearers[concern].remove(hear)

    def _heard(self, channel: str, word: str) -> None:
        for hear in tuple(self._hearers[Concern(channel)]):
            hear(word)

    def _missed(self) -> None:
        for concern in Concern:
            if concern not in _QUIET:
                self._heard(concern, "")


# These are not made up for: they are work, or say something, even where there was nothing.
_QUIET: Final = frozenset({Concern.RELOAD, Concern.FORGOTTEN, Concern.SCRUBBING})
