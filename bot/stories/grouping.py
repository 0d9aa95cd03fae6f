"""Items grouped into stories in memory: for the command line, and for measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.stories.calendar import day_words
from bot.stories.judging import Kinship, judged, same_text
from bot.stories.keys import story_keys
from bot.stories.memory import Memory
from bot.stories.trace import trace_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.model import Item
    from bot.stories.trace import Trace

_MOST: Final = 100_000
_BUCKETS: Final = 2**14


class Grouping:
    """Gives each item the story of an earlier one, or one of its own.

    ``fold_word`` folds a word, ``canonical`` gives an address's one form.
    """

    def __init__(self, fold_word: Callable[[str], str], canonical: Callable[[str], str]) -> None:
        self._fold_word = fold_word
        self._canonical = canonical
        self._days = day_words(fold_word)
        self._memory = Memory(_MOST, _BUCKETS)
        self._seen: list[tuple[Trace, int]] = []  # with the number of its story
        self._keys: dict[str, int] = {}

    def place(
        self, item: Item, words: Sequence[str], moment: datetime
    ) -> tuple[int, Kinship | None]:
        """The number of the item's story, that of its first item; and how it came into it.

        ``words`` are all of its folded words, ``moment`` is when it came.
        """
        trace = trace_of(item, self._fold_word, moment)
        keys = story_keys(item, words, self._canonical)
        best, story = None, len(self._seen)
        by_key = {key: self._keys[key] for key in keys if key in self._keys}
        numbers = dict.fromkeys((*by_key.values(), *self._memory.propose(trace.marks)))
        addresses = {number for key, number in by_key.items() if key.startswith("url:")}
        texts = {number for key, number in by_key.items() if key.startswith("text:")}
        for number in numbers:
            if best is not None and number not in addresses | texts:
                continue  # the likeliest come first
            earlier, its_story = self._seen[number]
            kinship = (
                same_text(earlier, trace)
                if number in texts
                else judged(earlier, trace, self._days, address=number in addresses)
            )
            if kinship is not None and (best is None or kinship.rank > best.rank):
                best, story = kinship, its_story
        self._memory.add(len(self._seen), trace.marks)
        self._keys |= dict.fromkeys(keys, len(self._seen))
        self._seen.append((trace, story))
        return story, best
