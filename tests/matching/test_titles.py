"""The words of a title in the forms that people ask with."""

from __future__ import annotations

import pytest

from bot.matching.titles import InflectedTitles


@pytest.mark.parametrize(
    ("lang", "title", "asked"),
    [
        ("ru", "Зерновая сделка", "зерновую сделку"),
        ("ru", "Зерновая сделка", "Зерновой сделкой"),
        ("uk", "Зернова угода", "зернову угоду"),
        ("tr", "Barış görüşmeleri", "barış görüşmelerini"),
        ("ar", "الهدنة", "والهدنة"),
        ("fr", "Accord céréalier", "accords céréaliers"),
        ("en", "Grain deal", "grain deals"),
    ],
)
def test_forms_of_a_title(lang: str, title: str, asked: str) -> None:
    assert InflectedTitles([("other", lang, "Zeppelin"), ("it", lang, title)]).find(asked) == "it"


@pytest.mark.parametrize(
    ("lang", "title", "asked"),
    [
        ("ru", "Зерновая сделка", "сделку зерновую"),
        ("ru", "Зерновая сделка", "зерновую"),
        ("ru", "Зерновая сделка", "зерновую сделку сегодня"),
        ("ru", "Зерновая сделка", "зерно сделка"),
        ("en", "Grain deal", "grain dealers"),
        ("en", "Grain deal", ""),
        ("en", "", ""),
    ],
)
def test_other_words_are_none(lang: str, title: str, asked: str) -> None:
    assert InflectedTitles([("it", lang, title)]).find(asked) is None
