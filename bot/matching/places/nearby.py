"""Where the places of a field stand: what one that is in doubt, or shares its name, is judged by."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.matching.places.company import is_called_town, is_of_town, joins

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.matching.field_text import FieldText
    from bot.matching.name import Name

_WA = "و"  # “and” in Arabic, written onto the next word


@dataclass(frozen=True, slots=True)
class Spot:
    """Where names stand: the words from ``first`` up to, not including, ``end``."""

    first: int
    end: int
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a field tells: the countries beyond doubt, or whose places are, surnames, and entities."""

    countries: frozenset[str]
    surnames: frozenset[str]
    entities: frozenset[str]


class Nearby:
    """The spots of a field by country; ``covered`` are the words of them all."""

    def __init__(self, field: FieldText, spots: Iterable[Spot]) -> None:
        self._field = field
        self.covered: dict[int, frozenset[str]] = {}
        self._countries: dict[str, list[int]] = {}
        self._towns: dict[str, list[int]] = {}  # no capitals, and states, by country
        self._states: dict[int, int] = {}  # where states stand, and where they end
        self._firm: set[int] = set()  # the first and the last words of places beyond doubt
        for spot in spots:
            names = _of_language(spot, field)
            countries = {name.country for name in names if name.country is not None}
            self.covered |= dict.fromkeys(range(spot.first, spot.end), frozenset(countries))
            if any(name.key is None and name.country for name in names):
                self._states[spot.first] = spot.end
            if len(countries) == 1 and any(
                name.doubt(field.lang) in {"", "never"} for name in names
            ):
                country = countries.pop()
                self._countries.setdefault(country, []).append(spot.first)
                self._firm |= {spot.first, spot.end - 1}
                if not any(name.place and name.place.kind != "city" for name in names):
                    self._towns.setdefault(country, []).append(spot.first)

    @property
    def countries(self) -> Iterable[str]:
        """The countries that are named beyond doubt, or whose places are."""
        return self._countries.keys()

    def has(self, country: str, spot: Spot, words: int) -> bool:
        """Whether another name of the country stands within so many words."""
        return _is_near(self._countries.get(country, []), spot, words)

    def has_town(self, country: str, spot: Spot, words: int) -> bool:
        """Whether a town or a state of the country stands within so many words."""
        return _is_near(self._towns.get(country, []), spot, words)

    def is_in_a_state_of_another_country(self, country: str, spot: Spot) -> bool:
        """Whether a comma and a state stand behind the name: “Cairo, Illinois”."""
        state_ends = self._states.get(spot.end)
        if state_ends is None or country in self.covered[spot.end]:
            return False
        tokens, text = self._field.tokens, self._field.text
        if text[tokens[spot.end - 1].end : tokens[spot.end].start].strip() != ",":
            return False
        # “London, California and Texas” are three.
        after = self.word(state_ends, spot)
        listed = after and text[tokens[state_ends - 1].end : tokens[state_ends].start].isspace()
        return not (listed and joins(after, self._field.lang))

    def word(self, position: int, spot: Spot) -> str:
        """The folded word at a position of the spot's sentence; nothing beyond it."""
        tokens = self._field.tokens
        if not 0 <= position < len(tokens):
            return ""
        there = tokens[position]
        return there.text if there.sentence == tokens[spot.first].sentence else ""

    def is_in_company(self, spot: Spot) -> bool:
        """Whether the words beside it tell of a town, or “and” joins it to a place beyond doubt."""
        lang, first, end = self._field.lang, spot.first, spot.end
        before, after = self.word(first - 1, spot), self.word(end, spot)
        if is_called_town(self.word(first - 2, spot), before) or is_of_town(after, lang):
            return True
        if lang == "ar":
            return (end in self._firm and after.startswith(_WA)) or (
                first - 1 in self._firm and self.word(first, spot).startswith(_WA)
            )
        return (first - 2 in self._firm and joins(before, lang)) or (
            end + 1 in self._firm and joins(after, lang)
        )


def _of_language(spot: Spot, field: FieldText) -> list[Name]:
    """The names that the text's own language has, if it has any of them."""
    own = [name for name in spot.names if name.place is None or field.lang in {None, *name.langs}]
    return own or list(spot.names)


def _is_near(there: Sequence[int], spot: Spot, words: int) -> bool:
    """Whether one of the positions, which ascend, is within so many words of the spot."""
    nearest = bisect_left(there, spot.first - words)
    for at in there[nearest:]:
        if at > spot.end - 1 + words:
            return False
        if not spot.first <= at < spot.end:
            return True
    return False
