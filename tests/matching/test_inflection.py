"""Inflection as readers meet it: a query's word against an item in the language, case by case."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.inflection import LANGUAGES, forms, forms_anywhere
from bot.matching.query import parse_query
from bot.matching.text import fold
from bot.matching.vocabulary import Vocabulary
from bot.model import Item

FOLDER = Path(__file__).parents[1] / "cases" / "matching" / "inflection"
NOW = datetime(2025, 5, 20, tzinfo=UTC)
VOCABULARY = Vocabulary()
UNKNOWN = "unknown"
# The languages that promise 40 forms found and 15 words left alone.
MAIN = ("ar", "de", "el", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr", "uk")


@cache
def tables() -> dict[str, dict[str, Any]]:
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")}


def pairs(kind: str, lang: str) -> list[tuple[str, str]]:
    return [(word, text) for word, texts in tables()[lang][kind].items() for text in texts]


def found(lang: str, query: str, text: str) -> bool:
    """Whether the query finds the text, in an item that names its language or has none."""
    item = Item(id="1", source="wire", url=None, title="", text=text, lang=lang)
    document = Document.of(item, None, NOW)
    return evaluate(parse_query(query, VOCABULARY), document) is not None


@pytest.mark.parametrize("lang", sorted(tables()))
def test_a_word_finds_its_inflections(lang: str) -> None:
    missed = [
        f"{word}: {text}" for word, text in pairs("finds", lang) if not found(lang, word, text)
    ]
    assert missed == []


@pytest.mark.parametrize("lang", sorted(tables()))
def test_a_word_finds_no_other_word(lang: str) -> None:
    taken = [f"{word}: {text}" for word, text in pairs("not", lang) if found(lang, word, text)]
    assert taken == []


@pytest.mark.parametrize("lang", MAIN)
def test_every_main_language_has_its_table(lang: str) -> None:
    table = tables()[lang]
    assert sum(map(len, table["finds"].values())) >= 40
    assert sum(map(len, table["not"].values())) >= 15


@pytest.mark.parametrize("lang", sorted(tables()))
def test_quotes_near_and_equals_do_not_inflect(lang: str) -> None:
    for word, text in pairs("finds", lang):
        if fold(word) not in fold(text):
            assert not found(lang, f'"{word}"', text)
            assert not found(lang, f"={word}", text)
            assert not found(lang, f'"{word} zzz"~5', f"{text} zzz")


@pytest.mark.parametrize("lang", sorted(tables()))
def test_forms_are_folded_and_include_the_word(lang: str) -> None:
    for word, _ in pairs("finds", lang):
        for folded in fold(word).split():
            those = forms(folded, None if lang == UNKNOWN else lang)
            assert folded in those
            assert {fold(form) for form in those} == those
            assert those <= forms_anywhere(folded)


def test_a_language_without_rules_leaves_the_word_alone() -> None:
    assert forms("negociation", "xx") == {"negociation"}
    assert forms("путин", "bg") == {"путин"}
    assert all(forms("b2b", lang) == {"b2b"} for lang in LANGUAGES)


def test_of_a_hyphenated_word_the_last_part_inflects() -> None:
    assert found("en", "cease-fire", "two cease-fires")
    assert not found("en", "cease-fire", "they ceased fire")


def test_an_item_labelled_with_a_language_of_another_script_is_of_unknown_language() -> None:
    assert forms("переговоры", "en") == forms("переговоры", None)
    assert "переговоров" in forms("переговоры", "en")
