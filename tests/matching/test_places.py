"""The built-in places in real sentences: found where a text speaks of them, and nowhere else."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.matching.document import Document
from bot.matching.places import gazetteer
from bot.matching.rules import load_rules
from bot.matching.text import tokens
from bot.model import Item

FOLDER = Path(__file__).parents[1] / "cases" / "matching"
CASES: list[dict[str, Any]] = tomllib.loads((FOLDER / "places.toml").read_text("utf-8"))["case"]
NAMES: dict[str, dict[str, list[str]]] = tomllib.loads(
    (FOLDER / "place-names.toml").read_text("utf-8")
)
NOW = datetime(2025, 5, 20, tzinfo=UTC)
PLACES = load_rules(Path("no such folder")).vocabulary


def found(case: dict[str, Any]) -> set[str]:
    """The keys of the places in the case's title and text."""
    title, text, lang = case.get("title", ""), case.get("text", ""), case.get("lang")
    document = Document.of(Item("1", "s", None, title, text, lang=lang), None, NOW)
    return {
        occurrence.entity
        for field in (document.title, document.text)
        for occurrence in document.names(PLACES, field)
    }


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "known" not in case],
    ids=lambda case: f"{case.get('lang')}: {case.get('title') or case['text']}",
)
def test_a_text_speaks_of_these_places(case: dict[str, Any]) -> None:
    assert found(case) == set(case["places"])


def test_the_index_of_the_file_has_the_words_that_texts_have() -> None:
    """Fails when folding or words have changed: then generate.py must be run again."""
    places = gazetteer()
    rows = list(places.places.values())
    expected: dict[str, set[str]] = {}
    for place in rows:
        for spelling, _ in place.spellings():
            expected.setdefault(tokens(spelling)[0].text, set()).add(place.key)
    assert {
        word: {rows[number].key for number in numbers}
        for word, numbers in places.first_words.items()
    } == expected


@pytest.mark.parametrize(
    ("key", "names"),
    [
        ("kyiv", "Kyiv Kiev Kiew Киев Київ كييف Kijów Κίεβο 基辅 キーウ"),
        (
            "moscow",
            "Moscow Moscou Moskau Moskova Москва موسكو Moscú Mosca Moskwa Μόσχα 莫斯科 モスクワ",
        ),
        (
            "istanbul",
            "Istanbul İstanbul Estambul Стамбул إسطنبول Stambuł Κωνσταντινούπολη 伊斯坦布尔",
        ),
        ("london", "London Londres Londra Лондон لندن Londyn Λονδίνο 伦敦 ロンドン"),
        ("beijing", "Beijing Pékin Peking Pekin Пекин Пекін بكين Pekín Pechino Πεκίνο 北京"),
        ("cairo", "Cairo Kairo Kahire Каир Каїр القاهرة Kair Κάιρο 开罗 カイロ"),
        (
            "turkey",
            "Turkey Türkiye Turquie Türkei Турция Туреччина تركيا Turquía Turchia Turcja 土耳其",
        ),
        ("united-states", "US USA США ABD États-Unis الولايات المتحدة 美国 アメリカ"),
        ("united-kingdom", "UK Britain Royaume-Uni Великобритания İngiltere بريطانيا 英国"),
        ("geneva", "Geneva Genève Genf Женева Cenevre جنيف Ginebra Ginevra Genewa Γενεύη 日内瓦"),
    ],
)
def test_a_place_goes_by_these_names(key: str, names: str) -> None:
    known = {name for several in PLACES.entities[key].names.values() for name in several}
    separate = set(names.split()) - {"الولايات", "المتحدة"}
    assert separate <= known


@pytest.mark.parametrize(
    ("key", "country"),
    [
        ("georgia", "GE"), ("birmingham", "GB"), ("birmingham-us", "US"), ("new-york", "US"),
        ("brest", "BY"), ("brest-fr", "FR"), ("washington", "US"), ("odesa", "UA"),
        ("ivory-coast", "CI"), ("congo", "CG"), ("dr-congo", "CD"), ("south-korea", "KR"),
        ("luxembourg", "LU"), ("luxembourg-lu", "LU"), ("hong-kong", "HK"), ("palestine", "PS"),
    ],
)  # fmt: skip
def test_a_key_is_the_common_english_name(key: str, country: str) -> None:
    assert gazetteer().places[key].country == country


@pytest.mark.parametrize("key", sorted(NAMES))
def test_a_place_is_found_by_what_the_news_calls_it(key: str) -> None:
    missed = [
        f"{lang}: {name}"
        for lang, names in NAMES[key].items()
        for name in names
        if key not in found({"lang": lang, "text": f"– {name}: 12"})
    ]
    assert missed == []


def test_every_country_has_its_capital() -> None:
    countries = {place.country for place in gazetteer().places.values() if place.kind == "country"}
    capitals = {place.country for place in gazetteer().places.values() if place.kind == "capital"}
    assert len(countries) > 200
    assert {"FR", "DE", "RU", "UA", "TR", "US", "GB", "CN", "JP", "EG", "SA", "IR"} <= capitals


def test_precision_and_recall_are_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    right = wrong = missed = 0
    for case in CASES:
        wanted, got = set(case["places"]), found(case)
        right += len(wanted & got)
        wrong += len(got - wanted)
        missed += len(wanted - got)
    precision, recall = right / (right + wrong), right / (right + missed)
    with capsys.disabled():
        print(  # noqa: T201 - the figures of decision 0015
            f"\nplaces: precision {precision:.3f}, recall {recall:.3f}, {len(CASES)} texts"
        )
    assert len(CASES) >= 150
    assert len({case["lang"] for case in CASES if "lang" in case}) >= 10
    assert precision >= 0.98
    assert recall >= 0.97
