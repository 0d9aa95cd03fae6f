"""What a question in plain words asks: about what, since when, from whom, in which language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from bot.chat.meaning.phrasing import in_play
from bot.chat.meaning.slots import Looking, bounds
from bot.matching.text import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.chat.meaning.phrasing import Phrases
    from bot.chat.meaning.slots import Said
    from bot.chat.meaning.windows import Calendar
    from bot.matching.text import Token

_LONGEST_SOURCE: Final = 6  # words
_ENDING: Final = re.compile(r"['’]\s?(\w{1,5})")
_CLITIC: Final = "ل"
_ARTICLE: Final = "ال"


class Sources(Protocol):
    """Finds a source by its name."""

    def named(self, words: Sequence[str]) -> str | None:
        """The key of the source whose folded name or key these words are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: what it is about as it was written, empty for whatever is new; its bounds.

    ``bounds`` are pieces of a query (``since:3d``, ``lang:ru``); ``times`` those of time among
    them. ``small`` are the words that say nothing in the languages it is asked in.
    """

    about: str
    times: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()
    small: frozenset[str] = frozenset()


def ask(text: str, *, code: str, calendar: Calendar, sources: Sources) -> Asked:
    """Understand a question; ``code`` is the language of who asks."""
    words = tokens(text)
    every = [word.text for word in words]
    spoken = in_play(every, code)
    small = frozenset().union(*(each.small for each in spoken))
    if any(tuple(every) in each.newest for each in spoken):
        return Asked("", small=small)
    hearing = _Hearing(text, words, spoken, calendar, sources)
    hearing.take(hearing.times)
    hearing.take(hearing.languages)
    hearing.take(hearing.source)
    left = hearing.left()
    core = _core([words[at].text for at in left], spoken, small)
    kept = [left[at] for at in core or ()]
    if not kept and core is not None and not (hearing.when or hearing.narrow):
        kept = [at for at in left if words[at].text not in small]
        if not kept and not _opens([words[at].text for at in left], spoken):
            kept = left
    return Asked(
        _written(text, [words[at] for at in kept]), hearing.when, tuple(hearing.narrow), small
    )


class _Hearing:
    """Takes phrases out of a question's words, one kind after the other."""

    def __init__(
        self,
        text: str,
        words: Sequence[Token],
        spoken: Sequence[Phrases],
        calendar: Calendar,
        sources: Sources,
    ) -> None:
        self._text = text
        self._words = words
        self._folded = [word.text for word in words]
        self._spoken = spoken
        self._looking = [Looking(self._folded, each, calendar) for each in spoken]
        self._calendar = calendar
        self._sources = sources
        self._taken: set[int] = set()
        self.when: tuple[str, ...] = ()
        self.narrow: list[str] = []

    def left(self) -> list[int]:
        """The words that no phrase has taken."""
        return [at for at in range(len(self._words)) if at not in self._taken]

    def take(self, find: Callable[[int], tuple[int, int] | None]) -> None:
        """Take what ``find`` finds at each word: the place of its words."""
        at = 0
        while at < len(self._words):
            place = None if at in self._taken else find(at)
            if place is None or not self._taken.isdisjoint(range(*place)):
                at += 1
                continue
            self._taken.update(range(*place))
            at = max(at + 1, place[1])

    def times(self, at: int) -> tuple[int, int] | None:
        """A phrase of time; of several in a question the first counts."""
        said = self._longest([each.times(at) for each in self._looking])
        if said is None or self.when:
            return None
        self.when = bounds(said, self._calendar)
        return said.at, said.end

    def languages(self, at: int) -> tuple[int, int] | None:
        """“In Russian”."""
        said = self._longest(
            [
                said
                for each in self._looking
                if (said := each.languages(at)) is not None and self._stands(said, each.phrases)
            ]
        )
        if said is None:
            return None
        self.narrow.append(f"lang:{said.slots['language']}")
        return said.at, said.end

    def source(self, at: int) -> tuple[int, int] | None:
        """“From Reuters”, “selon l’AFP”, “AA'dan”: a source, or an agency that is believed one."""
        for phrases in self._spoken:
            for row in phrases.agencies:
                if self._is_at(row, at) and (place := self._named(at, at + len(row), known=False)):
                    return place
            for row in phrases.sources:
                if self._is_at(row, at) and (place := self._named(at, at + len(row), known=True)):
                    return place
        return self._behind(at)

    def _longest(self, found: Sequence[Said | None]) -> Said | None:
        return max(filter(None, found), key=lambda said: said.end, default=None)

    def _stands(self, said: Said, phrases: Phrases) -> bool:
        """Whether a language is meant, and not “in Turkish waters”."""
        following = self._folded[said.end : said.end + 1]
        free = not following or following[0] in phrases.small or said.end in self._taken
        return free or not phrases.language_last

    def _is_at(self, row: Sequence[str], at: int) -> bool:
        """Whether the phrase stands there; one that ends in a clitic is joined to what follows."""
        joined = len(row) > 1 and row[-1] == _CLITIC
        words = tuple(self._folded[at : at + len(row)])
        if joined:
            return words[:-1] == tuple(row[:-1]) and words[-1:] != () and words[-1][0] == _CLITIC
        return words == tuple(row)

    def _named(self, at: int, first: int, *, known: bool) -> tuple[int, int] | None:
        """The source whose name begins at ``first``, behind the phrase that begins at ``at``."""
        if at < first <= len(self._folded) and self._folded[first - 1].startswith(_CLITIC):
            joined = self._joined(first - 1)
            if joined is not None:
                self.narrow.append(joined)
                return at, first
        while first < len(self._folded) and self._is_small(first):
            first += 1
        for end in range(min(first + _LONGEST_SOURCE, len(self._folded)), first, -1):
            key = self._sources.named(self._folded[first:end])
            if key is not None:
                self.narrow.append(f'source:"{key}"')
                return at, end
        if known or first >= len(self._folded) or first in self._taken:
            return None
        end = first + 1
        acronym = self._text[self._words[first].start : self._words[first].end].isupper()
        while (
            not acronym and end < len(self._words) and end not in self._taken and self._goes_on(end)
        ):
            end += 1
        self.narrow.append(f'agency:"{_written(self._text, self._words[first:end])}"')
        return at, end

    def _joined(self, at: int) -> str | None:
        """A source behind the Arabic clitic that is written onto it."""
        word = self._folded[at].removeprefix(_CLITIC)
        if word.startswith(_CLITIC):
            word = _ARTICLE + word.removeprefix(_CLITIC)
        if not word:
            return None
        key = self._sources.named([word])
        return f'source:"{key}"' if key is not None else f'agency:"{word}"'

    def _behind(self, at: int) -> tuple[int, int] | None:
        """Turkish puts it behind: “AA'dan”, “Reuters'a göre”."""
        for phrases in self._spoken:
            for end in range(min(at + _LONGEST_SOURCE, len(self._folded)), at, -1):
                key = self._sources.named(self._folded[at:end])
                ending = _ENDING.match(self._text, self._words[end - 1].end)
                row = next(
                    (row for row in phrases.agencies_behind if self._is_at(row, end)),
                    None,
                )
                from_there = ending is not None and ending[1].lower() in phrases.source_endings
                if key is not None and (row is not None or from_there):
                    self.narrow.append(f'source:"{key}"')
                    return at, end + len(row or ())
                if row is not None and self._goes_on(at):
                    self.narrow.append(f'agency:"{_written(self._text, self._words[at:end])}"')
                    return at, end + len(row)
        return None

    def _is_small(self, at: int) -> bool:
        capital = self._text[self._words[at].start].isupper()
        small = any(self._folded[at] in each.small for each in self._spoken)
        return small and not capital

    def _goes_on(self, at: int) -> bool:
        """Whether the word is one of a name: it has a capital."""
        return self._text[self._words[at].start].isupper()


def _core(words: list[str], spoken: Sequence[Phrases], small: frozenset[str]) -> list[int] | None:
    """The places of the words between what a question begins and ends with.

    None where it only asks what is new, behind a greeting.
    """
    openings = frozenset().union(*(each.openings for each in spoken))
    closings = frozenset().union(*(each.closings for each in spoken))
    newest = frozenset().union(*(each.newest for each in spoken))
    start, end = 0, len(words)
    while start < end:
        if tuple(words[start:end]) in newest:
            return None
        opening = _row_at(words, start, end, openings)
        closing = _row_before(words, start, end, closings)
        if opening or words[start] in small:
            start += opening or 1
        elif closing or words[end - 1] in small:
            end -= closing or 1
        else:
            break
    return list(range(start, end))


def _opens(words: list[str], spoken: Sequence[Phrases]) -> bool:
    """Whether they begin as a question does, “news about”, of which nothing is known then."""
    openings = frozenset().union(*(each.openings for each in spoken))
    return _row_at(words, 0, len(words), openings) > 0


def _row_at(words: list[str], start: int, end: int, rows: frozenset[tuple[str, ...]]) -> int:
    """How many words the longest of the rows has that stands at the start."""
    longest = max(map(len, rows))
    return next(
        (
            n
            for n in range(min(longest, end - start), 0, -1)
            if tuple(words[start : start + n]) in rows
        ),
        0,
    )


def _row_before(words: list[str], start: int, end: int, rows: frozenset[tuple[str, ...]]) -> int:
    longest = max(map(len, rows))
    return next(
        (n for n in range(min(longest, end - start), 0, -1) if tuple(words[end - n : end]) in rows),
        0,
    )


def _written(text: str, words: Sequence[Token]) -> str:
    """The words as they were written; between neighbours what stood there, else a blank."""
    parts: list[str] = []
    before: Token | None = None
    for word in words:
        joined = before is not None and word.position == before.position + 1
        if joined and before is not None and not text[before.end : word.start].isspace():
            between = text[before.end : word.start]
            parts.append(between if len(between) == 1 and between in "-'’/." else " ")
        elif before is not None:
            parts.append(" ")
        parts.append(text[word.start : word.end])
        before = word
    return "".join(parts)
