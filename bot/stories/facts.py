"""The facts in which two texts differ: numbers, days and names that stand in each other's place.

Weather, markets, results and quakes come in texts that are alike word for word, but for these; a
rewritten report differs in other words, and keeps these.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.stories.alignment import Change, changes, word_changes
from bot.stories.words import is_unspaced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.stories.trace import Trace

_ALIKE: Final = 0.6  # of the shorter word's letters at its beginning: another form of the same name
_SHORTEST: Final = 3  # letters of a name
_MOST_NAMES: Final = 4  # of one side of a change
_EAST: Final = "\u0e00"  # scripts from here on say more with a letter


@dataclass(frozen=True, slots=True)
class Facts:
    """What differs between two texts that are alike.

    ``numbers`` and ``days`` were put in the place of others, ``kept`` are numbers that both have,
    counted where some differ.
    ``names`` are words with capitals in the place of others that do not occur in the other text,
    ``recurring`` those that replace the same word in several places; in scripts without capitals
    any word may.
    """

    numbers: int = 0
    kept: int = 0
    days: int = 0
    names: int = 0
    recurring: int = 0


def differing(old: Trace, new: Trace, days: frozenset[str]) -> Facts:
    """The facts in which ``new`` differs from ``old``; ``days`` are the folded names of days."""
    whole_old, whole_new = _whole(old), _whole(new)
    numbers = names = 0
    swaps: Counter[tuple[str, str]] = Counter()
    for was, now in _replaced(old, new):
        gone, come = was.folded - now.folded, now.folded - was.folded
        numbers += _has_number(gone) and _has_number(come)
        if not (days.isdisjoint(gone) or days.isdisjoint(come)):
            return Facts(numbers=numbers, days=1)  # which decides
        lost = was.names_but(whole_new, days)
        won = now.names_but(whole_old, days) if lost else ()
        if not won or any(_alike(a.folded, b.folded) for a in lost for b in won):
            continue
        swaps.update((a.folded, b.folded) for a in lost for b in won)
        names += any(word.capital for word in lost) and any(word.capital for word in won)
    kept = sum(word[:1].isdigit() for word in whole_old & whole_new) if numbers else 0
    # A verb may recur, too: where letters do not tell, it takes other figures to make it a name.
    recurring = sum(
        count > 1 and (numbers > 0 or _has_case(was)) for (was, _), count in swaps.items()
    )
    return Facts(numbers, kept, 0, names, recurring)


class _Word(NamedTuple):
    folded: str
    capital: bool


class _Side(NamedTuple):
    """One text's words of a change; of scripts without spaces, characters in a row are a word."""

    words: list[_Word]
    folded: set[str]

    def names_but(self, known: frozenset[str], days: frozenset[str]) -> list[_Word]:
        """What may be a name and is not known: it has a capital, or its script has none."""
        return [
            word
            for word in self.words
            if (word.capital or not _has_case(word.folded))
            and word.folded not in known
            and _tells(word, days)
        ][:_MOST_NAMES]


def _has_case(word: str) -> bool:
    return word[:1].upper() != word[:1].lower()


def _whole(trace: Trace) -> frozenset[str]:
    return frozenset((*trace.title, *trace.body))


def _replaced(old: Trace, new: Trace) -> Iterator[tuple[_Side, _Side]]:
    """The words of each change, of the titles first."""
    for gap in _of_titles(old, new):
        yield (
            _side(old.title, old.shown_title, gap.old_at, gap.old_end),
            _side(new.title, new.shown_title, gap.new_at, gap.new_end),
        )
    for gap in changes(old.body, new.body, old.ordered, new.ordered):
        yield (
            _side(old.body, old.shown_body, gap.old_at, gap.old_end),
            _side(new.body, new.shown_body, gap.new_at, gap.new_end),
        )


def _side(folded: Sequence[str], shown: Sequence[str], start: int, end: int) -> _Side:
    words: list[_Word] = []
    joined = ""
    for word, written in zip(folded[start:end], shown[start:end], strict=True):
        if written >= _EAST and is_unspaced(written):
            joined += word
            continue
        words.append(_Word(word, written[0].isupper()))
    if joined:
        words.append(_Word(joined, capital=False))
    return _Side(words, {word.folded for word in words})


def _of_titles(old: Trace, new: Trace) -> list[Change]:
    return word_changes(old.title, new.title, Change(0, len(old.title), 0, len(new.title)))


def _has_number(words: Collection[str]) -> bool:
    return any(word[:1].isdigit() for word in words)


def _tells(word: _Word, days: Collection[str]) -> bool:
    """Whether it may be a name: no number, no day, and more than an article."""
    folded = word.folded
    if not folded or folded[0].isdigit() or folded in days:
        return False
    return len(folded) >= (_SHORTEST if folded[0] < _EAST else 2)


def _alike(a: str, b: str) -> bool:
    """Whether the one may be another form of the other, as inflection makes them."""
    shorter = min(len(a), len(b))
    same = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        same += 1
    return same >= max(_SHORTEST, _ALIKE * shorter)
