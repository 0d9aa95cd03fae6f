"""Time zones by what people call where they are: a zone's name, a city, a country."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from babel.core import get_global

from bot.matching.lookup import mentions
from bot.matching.places.merging import BuiltIn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.matching.ruleset import RuleSet

_MOST: Final = 8


def zones_of(wanted: str, rules: RuleSet) -> tuple[str | None, list[str]]:
    """The zone that the words mean, None where it is not clear; else those to choose from."""
    known = {name.lower(): name for name in available_timezones()}
    exact = known.get("_".join(wanted.split()).lower())
    if exact is not None:
        return exact, []
    city = "_".join(wanted.lower().split()).rpartition("/")[2]
    cities = sorted(
        name for low, name in known.items() if low.rpartition("/")[2] == city and "/" in name
    )
    there = cities or _zones_of_place(wanted, rules)
    if len(there) == 1:
        return there[0], []
    return None, there[:_MOST] or _nearest(city, known)


def _zones_of_place(wanted: str, rules: RuleSet) -> list[str]:
    """The zones of the country that a place, in any language, is in."""
    entities = rules.vocabulary.entities
    if not isinstance(entities, BuiltIn):
        return []
    named = mentions(wanted, rules.vocabulary) or mentions(wanted.title(), rules.vocabulary)
    for each in named:
        place = entities.place(each.entity.key)
        if place is not None:
            zones = list(_by_country().get(place.country, ()))
            own = [zone for zone in zones if zone.lower().endswith("/" + _city(place.key))]
            return own or zones
    return []


def _city(key: str) -> str:
    return key.replace("-", "_")


@lru_cache(maxsize=1)
def _by_country() -> Mapping[str, tuple[str, ...]]:
    """The zones of each country, by its ISO code."""
    found: dict[str, list[str]] = {}
    territories: Mapping[str, str] = get_global("zone_territories")
    there = available_timezones()
    for zone, country in sorted(territories.items()):
        if zone in there and not zone.startswith(("Etc/", "Antarctica/")):
            found.setdefault(country, []).append(zone)
    return {country: tuple(zones) for country, zones in found.items()}


def _nearest(city: str, known: Mapping[str, str]) -> list[str]:
    """Zones that were perhaps meant, by a near spelling."""
    near = get_close_matches(city, known, n=3, cutoff=0.6)
    by_city = {low.rpartition("/")[2]: name for low, name in known.items()}
    near_cities = get_close_matches(city, by_city, n=3, cutoff=0.7)
    found = [*(known[low] for low in near), *(by_city[low] for low in near_cities)]
    return list(dict.fromkeys(found))[:3]
