"""Says which story an item that arrives belongs to: keys from the store, near reports from memory.

It is asked inside the transaction that records the items, on the one thread that writes, so that two
reports of one story never miss each other, whichever polls bring them. The memory is no second record:
it follows a table in the store, holds what that has for the last days, and only proposes. What is
judged are the texts as the store has them now.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.matching.text import fold_word
from bot.sources.identity import canonical_url
from bot.store import sightings
from bot.store.incoming import Placement
from bot.store.stories import batch_place, join_stories, newest_items, set_keys, stories_of
from bot.stories.calendar import day_words
from bot.stories.judging import Kinship, judged, revises, same_text
from bot.stories.keys import story_keys
from bot.stories.memory import Memory
from bot.stories.trace import WINDOW, Trace, trace_of, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Item
    from bot.store.incoming import Arrival
    from bot.store.sightings import Seen

_MOST_TRACES: Final = 4000  # some 10 kB each
_PROPOSED: Final = 3
_ENOUGH: Final = 2  # marks in common with another that arrives at the same time


@dataclass(slots=True)
class _Found:
    """What an arriving item is of: the surest, and all that it joins."""

    best: Kinship | None = None
    joins: list[int] = field(default_factory=list)

    def add(self, kinship: Kinship | None, story: int) -> None:
        """Counts a judgement: of near reports the nearest alone is joined, of sure ones all."""
        if kinship is None:
            return
        if kinship.sure:
            self.joins.append(story)
        elif self.best is None or (not self.best.sure and kinship.rank > self.best.rank):
            self.joins = [story]
        if self.best is None or kinship.rank > self.best.rank:
            self.best = kinship


class StoryKeeping:
    """The :class:`~bot.store.stories.Placing` of the service; for one thread at a time."""

    def __init__(self) -> None:
        self._days = day_words(fold_word)
        self._memory = Memory()
        self._last: tuple[int, bytes] | None = None
        self._traces: OrderedDict[tuple[int, str], Trace] = OrderedDict()

    @staticmethod
    def prepared(item: Item, now: datetime) -> Trace:
        """What :meth:`place` needs of an item: made beforehand, beside the writer."""
        return trace_of(item, fold_word, moment(item, now))

    @staticmethod
    def keys(item: Item, words: Sequence[str]) -> tuple[str, ...]:
        """The keys by which later reports find an item; ``words`` are all of its folded words."""
        return story_keys(item, words, canonical_url)

    def follow(self, conn: Connection, now: datetime) -> None:
        """Brings the memory up to the store, as this transaction sees it."""
        # A commit that failed has its numbers used again.
        gone = self._last is not None and not self._still_there(conn, self._last)
        if gone or self._memory.is_worn:
            self._memory, self._last = Memory(), None
        first = self._last[0] + 1 if self._last else sightings.first_number(conn, now - WINDOW)
        for number, marks in sightings.since(conn, first):
            self._memory.add(number, unpack(marks))
            self._last = (number, marks)

    @staticmethod
    def _still_there(conn: Connection, last: tuple[int, bytes]) -> bool:
        """Whether the last item is as it was remembered; one that was forgotten meanwhile is."""
        marks = sightings.marks_of(conn, last[0])
        return marks is None or marks == last[1]

    def place(
        self, conn: Connection, arrivals: Sequence[Arrival], now: datetime
    ) -> list[Placement]:
        """For each new item the story of an earlier one, or a new one."""
        self.follow(conn, now)
        traces = [each.prepared or self.prepared(each.item, now) for each in arrivals]
        known = stories_of(conn, {key for each in arrivals for key in each.story_keys})
        newest = newest_items(conn, set(known.values()))
        proposed = [self._memory.propose(trace.marks) for trace in traces]
        numbers = {*newest.values(), *(number for each in proposed for number in each)}
        seen = sightings.seen(conn, numbers)
        together = _Together()
        found = []
        for number, (arrival, trace) in enumerate(zip(arrivals, traces, strict=True)):
            mine = _Found()
            by_key = {
                newest[story]: key
                for key in arrival.story_keys
                if (story := known.get(key)) in newest
            }
            for other in dict.fromkeys((*by_key, *proposed[number])):
                # The likeliest come first: of those that are only alike, one is enough.
                if other in seen and (other in by_key or mine.best is None):
                    earlier = self._trace(seen[other])
                    mine.add(self._judged(earlier, trace, by_key.get(other)), seen[other].story)
            for other, key in together.like(arrival.story_keys, trace.marks):
                if key is None and mine.best is not None:
                    continue
                mine.add(self._judged(traces[other], trace, key), batch_place(other))
            together.add(number, arrival.story_keys, trace.marks)
            found.append(mine)
        assigned = join_stories(conn, [each.joins for each in found], now)
        set_keys(conn, assigned, [arrival.story_keys for arrival in arrivals])
        return [
            Placement(story, str(mine.best), mine.best.changed) if mine.best else Placement(story)
            for story, mine in zip(assigned, found, strict=True)
        ]

    def revises(self, old: Item, new: Arrival, now: datetime) -> bool:
        """Whether an item that was here says something else now."""
        return revises(trace_of(old, fold_word, now), trace_of(new.item, fold_word, now))

    def _judged(self, old: Trace, new: Trace, key: str | None) -> Kinship | None:
        if key is not None and key.startswith("text:"):
            return same_text(old, new)
        return judged(old, new, self._days, address=key is not None)

    def _trace(self, seen: Seen) -> Trace:
        """The trace of a stored item: of those asked for lately it is kept."""
        place = (seen.number, seen.content)
        trace = self._traces.get(place)
        if trace is None:
            trace = trace_of(seen.item, fold_word, moment(seen.item, seen.first_seen))
            self._traces[place] = trace
            if len(self._traces) > _MOST_TRACES:
                self._traces.popitem(last=False)
        else:
            self._traces.move_to_end(place)
        return trace


class _Together:
    """Items that arrive in one transaction, by keys and marks: the memory has them afterwards."""

    def __init__(self) -> None:
        self._of_key: dict[str, int] = {}
        self._of_mark: defaultdict[int, list[int]] = defaultdict(list)

    def like(self, keys: Iterable[str], marks: Sequence[int]) -> list[tuple[int, str | None]]:
        """Those that have a key, which is named, or some marks in common."""
        by_key = {self._of_key[key]: key for key in keys if key in self._of_key}
        shared: defaultdict[int, int] = defaultdict(int)
        for mark in marks:
            for number in self._of_mark.get(mark, ()):
                shared[number] += 1
        least = min(_ENOUGH, len(marks))
        near = [number for number, count in shared.items() if count >= least]
        near.sort(key=lambda number: -shared[number])
        return [
            (number, by_key.get(number)) for number in dict.fromkeys((*by_key, *near[:_PROPOSED]))
        ]

    def add(self, number: int, keys: Iterable[str], marks: Iterable[int]) -> None:
        """Takes one in."""
        self._of_key |= dict.fromkeys(keys, number)
        for mark in marks:
            self._of_mark[mark].append(number)


def moment(item: Item, seen: datetime) -> datetime:
    """When an item came: as it says, if that is before it was seen."""
    return min(item.published or seen, seen)
