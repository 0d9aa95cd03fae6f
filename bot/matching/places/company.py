"""What the words directly beside a place's name make of it: a storm, somebody's surname, a town.

All words are folded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Before a name: then it is that of a storm, a ship or a person, and of no place.
_TITLES = frozenset(
    # storms
    "hurricane storm typhoon cyclone ouragan tempete typhon huracan tormenta tifon ciclon hurrikan"
    " sturmtief orkan taifun uragano ciclone tempesta furacao tempestade tufao ураган тайфун шторм"
    " циклон ураганом huragan tajfun orkaan"
    # ships
    " uss hms hmas rms"
    # persons
    " mr mrs ms mister dr prof sir dame lord judge senator congressman mme mlle monsieur madame maitre"
    " herr frau sig signor signora sr sra senor senora don dona pan pani meneer mevrouw"
    " господин госпожа пан пани"
    " actor actress singer footballer chanteur chanteuse acteur actrice comedien comedienne"
    " footballeur schauspieler schauspielerin sanger sangerin cantante actriz attore attrice cantor"
    " cantora ator atriz актер актриса певец певица футболист oyuncu sarkici futbolcu".split()
)
# Before a name: then it is a town's. ``of`` and its like may stand between the two.
_TOWNS = frozenset(
    "city town village port porto puerto suburb municipality ville commune stadt ciudad citta cidade stad miasto"
    " miasta miescie miescia город города городе городу городом г місто міста місті м".split()
)
_OF = frozenset("of de di von van".split())
# Before one of these.
_OFFICES = frozenset(
    "mayor governor bishop people streets outskirts suburb suburbs king queen president parliament"
    " capital republic kingdom university maire roi presidente presidenta president burgermeister"
    " oberburgermeister alcalde alcaldesa sindaco prefeito prefeita".split()
)
# Behind a name, by language of the text: then it is a town's or a country's.
_OF_TOWNS: Mapping[str, frozenset[str]] = {
    lang: frozenset(words.split())
    for lang, words in {
        "en": "airport mayor police residents court hospital university council cathedral harbour"
        " harbor station railway stadium prison prosecutor prosecutors bishop suburb suburbs area"
        " region city government rugby fc officials authorities troops army soldiers president parliament"
        " embassy ambassador border",
        "tr": "valisi belediyesi havalimani emniyeti merkez ili ilcesi universitesi sehri kenti"
        " buyuksehir baro barosu valiligi milletvekili",
    }.items()
}
_AND: Mapping[str, frozenset[str]] = {
    lang: frozenset(words.split())
    for lang, words in {
        "en": "and or",
        "fr": "et ou",
        "de": "und oder",
        "es": "y e o",
        "it": "e ed o",
        "pt": "e ou",
        "nl": "en of",
        "pl": "i oraz",
        "ru": "и",
        "uk": "і та й",
        "tr": "ve ile",
        "el": "και",
        "fa": "و",
        "sv": "och",
        "cs": "a",
        "ro": "si",
    }.items()
}


def is_titled(before: str) -> bool:
    """Whether the word before a name says that it is no place's."""
    return before in _TITLES


def is_called_town(second: str, first: str) -> bool:
    """Whether the two words before a name, in their order, say that it is a town's."""
    return first in _TOWNS or (first in _OF and (second in _TOWNS or second in _OFFICES))


def is_of_town(after: str, lang: str | None) -> bool:
    """Whether the word behind a name is what a town or a country has."""
    return after in _OF_TOWNS.get(lang or "", ())


def joins(word: str, lang: str | None) -> bool:
    """Whether the word says “and” or “or” in a text of that language."""
    return word in _AND.get(lang or "", ())
