"""Looks for phrases with slots in the words of a question: where they end and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from bot.chat.meaning.phrasing import Phrase, Phrases
    from bot.chat.meaning.windows import Calendar

_GLUED: Final = re.compile(r"(\d{1,4})(\D+)")
_DIGITS: Final = 4
_LONGEST_NAME: Final = 3  # words of a language's name


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase that was found: the words ``[at, end)``, and what is in its slots."""

    at: int
    end: int
    phrase: Phrase
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looking:
    """The words of a question, and how one language puts things."""

    words: Sequence[str]
    phrases: Phrases
    calendar: Calendar

    def times(self, at: int) -> Said | None:
        """The longest phrase of time that begins at a word."""
        return self._longest(self.phrases.times, at)

    def languages(self, at: int) -> Said | None:
        """The longest phrase that names a language to read in."""
        return self._longest(self.phrases.languages, at)

    def _longest(self, table: Mapping[str, Sequence[Phrase]], at: int) -> Said | None:
        candidates = (*table.get(self.words[at], ()), *table.get("", ()))
        found = [said for phrase in candidates if (said := self._said(phrase, at)) is not None]
        return max(found, key=lambda said: said.end, default=None)

    def _said(self, phrase: Phrase, at: int) -> Said | None:
        ends = list(self._match(phrase.parts, at, {}))
        if not ends:
            return None
        end, slots = max(ends, key=lambda each: each[0])
        return Said(at, end, phrase, slots)

    def _match(
        self, parts: Sequence[str], at: int, slots: dict[str, Any]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        if not parts:
            yield at, slots
            return
        if at >= len(self.words):
            return
        prefix, brace, name = parts[0].partition("{")
        if not brace:
            if parts[0] == self.words[at]:
                yield from self._match(parts[1:], at + 1, slots)
            return
        if not self.words[at].startswith(prefix):
            return
        first = self.words[at].removeprefix(prefix)
        name = name.rstrip("}")
        for end, value in self._slot(name, first, at):
            yield from self._match(parts[1:], end, {**slots, name: value})

    def _slot(self, name: str, first: str, at: int) -> Iterator[tuple[int, Any]]:
        """The ways to read a slot whose first word is ``first``: where each ends, what it is."""
        words: dict[str, Mapping[str, Any]] = {
            "unit": self.phrases.units,
            "weekday": self.phrases.weekdays,
            "month": self.phrases.months,
        }
        match name:
            case "unit" | "weekday" | "month":
                if first in words[name]:
                    yield at + 1, words[name][first]
            case "n":
                number = self._number(first)
                if number is not None:
                    yield at + 1, number
            case "span":
                yield from self._spans(first, at)
            case "language":
                for end, row in self._rows(first, at, _LONGEST_NAME):
                    if row in self.phrases.language_names:
                        yield end, self.phrases.language_names[row]
            case _:
                yield from self._days(first, at)

    def _spans(self, first: str, at: int) -> Iterator[tuple[int, tuple[int, str]]]:
        """“3 days”, “24h”, “fortnight”."""
        units = self.phrases.units
        number = self._number(first)
        if number is not None and at + 1 < len(self.words) and self.words[at + 1] in units:
            yield at + 2, (number, units[self.words[at + 1]])
        glued = _GLUED.fullmatch(first)
        if glued is not None and glued[2] in units:
            yield at + 1, (int(glued[1]), units[glued[2]])
        for end, row in self._rows(first, at, _LONGEST_NAME):
            if row in self.phrases.spans:
                yield end, self.phrases.spans[row]

    def _days(self, first: str, at: int) -> Iterator[tuple[int, date]]:
        """A weekday, a word for a day near by, or a date."""
        calendar, phrases = self.calendar, self.phrases
        if first in phrases.weekdays:
            yield at + 1, calendar.weekday(phrases.weekdays[first])
        yield from self._near_by(first, at)
        yield from self._dates(first, at)

    def _dates(self, first: str, at: int) -> Iterator[tuple[int, date]]:
        """“12 May”, “May 12, 2025”, “2025-05-12”."""
        second, third = (*self.words[at + 1 : at + 3], "", "")[:2]
        year = _year(third)
        for day, month in ((first, second), (second, first)):
            if _is_day(day) and month in self.phrases.months:
                number = self.phrases.months[month] + 1
                found = self.calendar.dated(int(day), number, year)
                if found is not None:
                    yield at + (2 if year is None else 3), found
        year = _year(first)
        if year is not None and _is_day(second) and _is_day(third):
            found = self.calendar.dated(int(third), int(second), year)
            if found is not None:
                yield at + 3, found

    def _near_by(self, first: str, at: int) -> Iterator[tuple[int, date]]:
        back = {"today": 0, "yesterday": 1, "before": 2}
        for phrase in self.phrases.times.get(first, ()):
            end = at + len(phrase.parts)
            rest = tuple(self.words[at + 1 : end])
            if phrase.meaning in back and phrase.parts[1:] == rest:
                today = self.calendar.today
                yield end, today.fromordinal(today.toordinal() - back[phrase.meaning])

    def _rows(self, first: str, at: int, most: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        for end in range(at + 1, min(at + most, len(self.words)) + 1):
            yield end, (first, *self.words[at + 1 : end])

    def _number(self, word: str) -> int | None:
        if word.isascii() and word.isdecimal() and len(word) <= _DIGITS:
            return int(word)
        return self.phrases.numbers.get(word)


def bounds(said: Said, calendar: Calendar) -> tuple[str, ...]:
    """A phrase of time as bounds of a query."""
    slots = said.slots
    match said.phrase.meaning:
        case "ago":
            number, unit = slots.get("span") or (slots.get("n", 1), slots["unit"])
            return calendar.ago(number, unit)
        case "since":
            return calendar.since(_day(slots, calendar))
        case "on":
            return calendar.on(_day(slots, calendar, passed="weekday" in slots))
        case "between":
            return calendar.days(slots["day"], slots["until"])
        case "in_month":
            return calendar.between(*calendar.month(slots["month"]))
        case "since_month":
            return calendar.since(calendar.month(slots["month"])[0])
        case meaning:
            return calendar.named(meaning)


def _day(slots: Mapping[str, Any], calendar: Calendar, *, passed: bool = False) -> date:
    found: date = (
        calendar.weekday(slots["weekday"], passed=passed) if "weekday" in slots else slots["day"]
    )
    return found


def _is_day(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) in {1, 2} and word.strip("0") != ""


def _year(word: str) -> int | None:
    is_one = word.isascii() and word.isdecimal() and len(word) == _DIGITS
    return int(word) if is_one and 1900 < int(word) < 2200 else None  # noqa: PLR2004 - the news' years
