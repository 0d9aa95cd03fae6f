"""Which names of places are something else besides: ordinary words, persons' names, a few letters.

Part of the generator: it reads dictionaries and lists that do not come with the program.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import faker.providers.person
from spylls.hunspell import Dictionary

from bot.matching.text import fold

if TYPE_CHECKING:
    from pathlib import Path

    from bot.matching.places.building import Place

_DICTIONARIES = {
    "en": "en_US", "fr": "fr", "de": "de_DE", "es": "es_ES", "it": "it_IT", "nl": "nl",
    "pl": "pl_PL", "pt": "pt_BR", "tr": "tr_TR", "ru": "ru_RU", "uk": "uk_UA",
}  # fmt: skip
_CYRILLIC = frozenset({"ru", "uk"})
# Known so widely that a sentence that begins with the name speaks of the place.
_FAMOUS = 45
_KNOWN = 40  # less than this, and the name's bearers are in the news more than the place
_SHORT = 3
_EVERYWHERE = 12  # spelt the same in so many languages, a name is no longer one language's own
# Given names that are words too, and yet stand before surnames in most of the news.
_KEPT = frozenset("jack john frank bill victor ray nick tom harry tony max leo".split())


class Doubts:
    """Judges names; ``by_hand`` are the verdicts of the supplement, by spelling and language."""

    def __init__(self, dictionaries: Path, by_hand: dict[str, dict[str, str]]) -> None:
        self._folder = dictionaries
        self._by_hand = {fold(name): verdict for name, verdict in by_hand.items()}
        self._loaded = {
            lang: Dictionary.from_files(str(dictionaries / name))
            for lang, name in _DICTIONARIES.items()
        }

    @cached_property
    def _given(self) -> frozenset[str]:
        """Given names that any locale of Faker has, folded."""
        found = set()
        package = faker.providers.person
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            provider: Any = importlib.import_module(module.name).Provider
            for attribute in dir(provider):
                names = getattr(provider, attribute)
                if attribute.startswith("first_names") and isinstance(names, Iterable):
                    found |= {fold(str(name)) for name in names}
        return frozenset(name for name in found if name.isalpha())

    def given_names(self) -> list[str]:
        """Given names of four letters and more that are no ordinary words where names stand."""
        return sorted(
            name
            for name in self._given
            if len(name) > _SHORT
            and ("a" <= name[0] <= "z" or "а" <= name[0] <= "я")
            and (name in _KEPT or not self._words(name))
        )

    @cache  # noqa: B019 - there is one for as long as the program runs
    def _words(self, word: str) -> frozenset[str]:
        """The languages in which this is an ordinary word, in small letters."""
        cyrillic = "\u0400" <= word[0] <= "\u04ff"
        return frozenset(
            lang
            for lang, dictionary in self._loaded.items()
            if (lang in _CYRILLIC) == cyrillic and dictionary.lookup(word)
        )

    def of(self, name: str, langs: list[str], place: Place) -> dict[str, str] | None:
        """The doubts about a name by language, ``*`` for all others; None if it is to be left out."""
        if not name[:1].isalpha() or " " in name or "-" in name:
            return {}
        folded = fold(name)
        latin = "a" <= folded[0] <= "z"
        words = self._words(name.lower()) | self._words(folded)
        given = folded in self._given
        short = latin and len(folded) <= _SHORT
        famous = place.kind == "country" or place.capital or place.rank >= _FAMOUS
        if latin and (words or given or short) and not set(langs) & _DICTIONARIES.keys():
            # One in a language of few, and a word or a person to many.
            return {"*": "always"} | dict.fromkeys(langs, "never") if famous else None
        verdict: dict[str, str] = {}
        if famous:
            # Rom, Genf and Georgia are sound where they are at home.
            if (words or given or short) and latin and len(langs) < _EVERYWHERE:
                verdict = {"*": "always"} | dict.fromkeys(langs, "never")
        else:
            if short or (given and place.rank < _KNOWN):
                verdict["*"] = "always"
            elif given:
                verdict["*"] = "touching"
            for lang in words:
                own = lang in langs and lang != "de" and verdict.get("*") != "always"
                verdict[lang] = "opening" if own else "always"
        by_hand = self._by_hand.get(folded)
        if by_hand is not None:
            # What needs a thought where it is at home needs context elsewhere.
            elsewhere = dict.fromkeys(_DICTIONARIES.keys() - set(langs), "always") if latin else {}
            verdict = ({} if "*" in by_hand else verdict) | elsewhere | by_hand
        if verdict.get("*", "never") == "never" and set(verdict.values()) <= {"never"}:
            return {}
        return dict(sorted(verdict.items()))
