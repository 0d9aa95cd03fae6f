"""Which of the places that share a name a text means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.matching.places import DOUBTS, gazetteer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.matching.field_text import FieldText
    from bot.matching.name import Name
    from bot.matching.places.nearby import Nearby, Spot

NEARBY = 30
_BESIDE = 5  # words from a name to its country or state, as in “Birmingham, in the US state of …”
# How well a name is known as a country's, a capital's, one where the text's language is spoken, in
# languages by which a town is labelled: Granada in Spanish is the town in Spain, Tripoli the capital.
_OF_A_COUNTRY, _OF_A_CAPITAL, _AT_HOME = 95, 20, 45
_USUAL = 5  # in a text of unknown language, what so many languages call a place


def choose(places: list[Name], spot: Spot, field: FieldText, nearby: Nearby) -> Name | None:
    """The one that is meant of places that share a name; None if it is no entity."""
    lang, word = field.lang, field.tokens[spot.first].text
    # “City” is no form of the Czech Čita here; a file's names inflect in texts of any language.
    places = [
        name
        for name in places
        if name.place is None
        or (
            (lang in {None, *name.langs} or name.words[0] == word)
            and not nearby.is_in_a_state_of_another_country(name.place.country, spot)
        )
    ]
    if not places:
        return None
    if len({name.key for name in places}) > 1:
        best = max(
            _beside(places, spot, nearby) or _without_namesake_towns(places, lang),
            key=lambda name: _how_known(name, spot, field),
        )
        places = [name for name in places if name.key == best.key]
    if lang is None:
        # A form in one language, such as Nice of the Croatian Nica, is a name in another.
        places = [name for name in places if name.words[0] == word] or places
    # Géorgie is the Georgië of others: the spelling that this language has is not in doubt.
    return min(places, key=lambda name: DOUBTS.index(name.doubt(lang)), default=None)


def _beside(places: list[Name], spot: Spot, nearby: Nearby) -> list[Name]:
    """Those whose country stands close by; or the state whose towns do (“Georgia … Atlanta”)."""
    close = [name for name in places if name.country and nearby.has(name.country, spot, _BESIDE)]
    countries = {name.country for name in places if name.key is not None and name.country}
    if close or any(nearby.has(country, spot, NEARBY) for country in countries):
        return close
    return [
        name
        for name in places
        if name.key is None and name.country and nearby.has_town(name.country, spot, NEARBY)
    ]


def _how_known(name: Name, spot: Spot, field: FieldText) -> tuple[bool, bool, bool, int]:
    """By what the best known of places that share a name is found, in a text of this language."""
    place, lang = name.place, field.lang
    if place is None:
        return (name.key is not None, False, False, 0)
    written = field.surface(spot.first)
    accents = written.lower() != field.tokens[spot.first].text
    renown = _OF_A_COUNTRY if place.kind == "country" else place.rank
    renown += _OF_A_CAPITAL * (place.kind == "capital")
    renown += _AT_HOME * gazetteer().is_spoken(lang, place.country)
    return (True, _is_usual(name, lang), accents and written == name.surfaces[0], renown)


def _is_usual(name: Name, lang: str | None) -> bool:
    return lang in name.langs if lang is not None else len(name.langs) >= _USUAL


def _without_namesake_towns(places: Sequence[Name], lang: str | None) -> list[Name]:
    """Luxembourg is the country, not its town; Brasília is no country in Portuguese."""
    countries = {
        name.country
        for name in places
        if name.place and name.place.kind == "country" and _is_usual(name, lang)
    }
    return [
        name
        for name in places
        if name.place is None or name.place.kind == "country" or name.country not in countries
    ]
