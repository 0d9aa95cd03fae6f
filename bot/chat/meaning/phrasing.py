"""How people ask, language by language: the phrases of ``phrases/*.toml``, ready to be looked for.

A phrase is a row of folded words and of slots; a further language is one more file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from babel import Locale

from bot.matching.text import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FOLDER: Final = Path(__file__).parents[1] / "phrases"
UNITS: Final = ("minute", "hour", "day", "week", "month", "year")
# What people ask for by the name of its language.
_LANGUAGES: Final = (
    "ar az be bg bs ca cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko ku lt lv mk nl "
    "no pl pt ro ru sk sl sq sr sv th tr uk ur uz vi zh"
).split()
_SLOTS: Final = frozenset({"n", "unit", "span", "weekday", "month", "day", "until", "language"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words, and slots in braces; ``meaning`` is the table of the file that it is from."""

    parts: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True, eq=False)
class Phrases:
    """One language's. Words are folded; ``times`` and ``languages`` are by their first part."""

    code: str
    newest: frozenset[tuple[str, ...]]
    openings: frozenset[tuple[str, ...]]
    closings: frozenset[tuple[str, ...]]
    small: frozenset[str]
    sources: tuple[tuple[str, ...], ...]
    agencies: tuple[tuple[str, ...], ...]
    agencies_behind: tuple[tuple[str, ...], ...]
    source_endings: frozenset[str]
    times: Mapping[str, tuple[Phrase, ...]]
    languages: Mapping[str, tuple[Phrase, ...]]
    language_names: Mapping[tuple[str, ...], str]
    language_last: bool
    numbers: Mapping[str, int]
    units: Mapping[str, str]
    spans: Mapping[tuple[str, ...], tuple[int, str]]
    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    known: frozenset[str] = field(repr=False, default=frozenset())


@lru_cache(maxsize=1)
def all_phrases() -> tuple[Phrases, ...]:
    """The phrases of every language, read once."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.toml")))


def in_play(words: Sequence[str], code: str) -> tuple[Phrases, ...]:
    """The languages in which these folded words may ask: the person's own, and the likeliest."""
    every = all_phrases()
    own = [each for each in every if each.code == code]
    likely = max(every, key=lambda each: (sum(w in each.known for w in words), each.code == code))
    return tuple(dict.fromkeys([likely, *own]))


def folded(text: str) -> tuple[str, ...]:
    """The folded words of a phrase."""
    return tuple(token.text for token in tokens(text))


def _read(path: Path) -> Phrases:
    data = tomllib.loads(path.read_text("utf-8"))
    code, days = path.stem, data["days"]
    small = frozenset(folded(data["small"]))
    openings, closings = _rows(data["openings"]), _rows(data["closings"])
    times = [Phrase(_parts(text), kind) for kind, texts in data["times"].items() for text in texts]
    units = {word: unit for unit in UNITS for word in folded(data["units"][unit])}
    spans = {folded(text): _span(span) for text, span in data["spans"].items()}
    weekdays, months = _numbered(days["weekdays"]), _numbered(days["months"])
    languages = [Phrase(_parts(text), "language") for text in data["languages"]]
    literal = {part for each in (*times, *languages) for part in each.parts if "{" not in part}
    agencies, behind = _rows(data["agencies"]), _rows(data.get("agencies_behind", ()))
    rows = (word for row in (*openings, *closings, *spans, *agencies, *behind) for word in row)
    return Phrases(
        code,
        newest=_rows(data["newest"]),
        openings=openings,
        closings=closings,
        small=small,
        sources=_longest_first(_rows(data["sources"])),
        agencies=_longest_first(agencies),
        agencies_behind=_longest_first(behind),
        source_endings=frozenset(folded(data.get("source_endings", ""))),
        times=_by_first(times),
        languages=_by_first(languages),
        language_names=_language_names(code, data.get("language_endings", {})),
        language_last=data.get("language_last", False),
        numbers=_numbered(data["numbers"]),
        units=units,
        spans=spans,
        weekdays=weekdays,
        months=months,
        known=frozenset((*small, *rows, *literal, *units, *weekdays, *months)),
    )


def _rows(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(map(folded, texts))


def _longest_first(rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(rows, key=lambda row: (-len(row), row)))


def _parts(text: str) -> tuple[str, ...]:
    """``since {day}`` is ``("since", "{day}")``; what is written onto a slot stays on it."""
    parts: list[str] = []
    for word in text.replace("-", " ").split():
        before, brace, slot = word.partition("{")
        name = slot.rstrip("}")
        if brace and name not in _SLOTS:
            raise ValueError(f"there is no slot {{{name}}}: {text}")
        prefix = "".join(folded(before))
        parts += [f"{prefix}{{{name}}}"] if brace else folded(word)
    return tuple(parts)


def _by_first(phrases: Iterable[Phrase]) -> Mapping[str, tuple[Phrase, ...]]:
    """By the first word; those that begin with a slot under the empty one."""
    found: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        first = phrase.parts[0]
        found.setdefault("" if "{" in first else first, []).append(phrase)
    return {first: tuple(row) for first, row in found.items()}


def _span(text: str) -> tuple[int, str]:
    number, unit = text.split()
    if unit not in UNITS:
        raise ValueError(f"there is no unit {unit}")
    return int(number), unit


def _numbered(rows: Iterable[str]) -> Mapping[str, int]:
    return {word: at for at, row in enumerate(rows) for word in folded(row)}


def _language_names(code: str, endings: Mapping[str, str]) -> Mapping[tuple[str, ...], str]:
    """What the languages are called in this one, in the forms that “in …” takes."""
    names: Any = Locale.parse(code).languages
    found: dict[tuple[str, ...], str] = {}
    for lang in _LANGUAGES:
        name = names.get(lang, "")
        forms = [name]
        for ending, others in endings.items():
            if name.endswith(ending):
                forms += [name.removesuffix(ending) + other for other in others.split()]
        for form in filter(None, map(folded, forms)):
            found.setdefault(form, lang)
    return found
