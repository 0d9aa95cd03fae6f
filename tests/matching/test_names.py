"""Names as texts write them: an entity's name in one language, inflected, with and without others."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.matching.document import Document
from bot.matching.engine import evaluate
from bot.matching.inflection import name_forms
from bot.matching.query import parse_query
from bot.matching.text import fold
from bot.matching.vocabulary import Entity, Vocabulary
from bot.model import Item

CASES: dict[str, dict[str, dict[str, list[str]]]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "matching" / "names.toml").read_text("utf-8")
)
NOW = datetime(2025, 5, 20, tzinfo=UTC)


def is_named(
    name: str, lang: str, text: str, *, title: str = "", text_lang: str | None = None, **more: Any
) -> bool:
    entity = Entity("it", **{"names": {lang: (name,)}, **more})
    item = Item(id="1", source="wire", url=None, title=title, text=text, lang=text_lang or lang)
    query = parse_query("@it", Vocabulary(entities={"it": entity}))
    return evaluate(query, Document.of(item, None, NOW)) is not None


def pairs(lang: str, kind: str) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in CASES[lang][kind].items() for text in texts]


@pytest.mark.parametrize("lang", sorted(CASES))
def test_a_name_is_found_in_its_forms(lang: str) -> None:
    missed = [
        f"{name}: {text}" for name, text in pairs(lang, "finds") if not is_named(name, lang, text)
    ]
    assert missed == []


@pytest.mark.parametrize("lang", sorted(CASES))
def test_a_name_is_no_other_word(lang: str) -> None:
    taken = [f"{name}: {text}" for name, text in pairs(lang, "not") if is_named(name, lang, text)]
    assert taken == []


@pytest.mark.parametrize("lang", sorted(CASES))
def test_forms_of_names_are_folded_and_include_the_name(lang: str) -> None:
    for name, _ in pairs(lang, "finds"):
        for word in fold(name).split():
            those = name_forms(word, lang)
            assert word in those
            assert {fold(form) for form in those} == those


def test_capitals_are_asked_of_every_form() -> None:
    assert is_named("Путин", "ru", "речь Путина", case=True)
    assert not is_named("Путин", "ru", "речь путина", case=True)
    assert is_named("أردوغان", "ar", "لأردوغان", case=True)


def test_persian_and_urdu_write_no_clitics() -> None:
    assert name_forms("پوتین", "fa") == {"پوتین"}
    assert name_forms("putin", "ru") == {"putin"}


@pytest.mark.parametrize(
    ("name", "text_lang", "text"),
    [
        ("Erdogan", "de", "Erdogans Rivale"),
        ("Donald Trump", "pl", "Z Donaldem Trumpem"),
        ("Trump", "hu", "Trumpnak írt"),
        ("Starmer", "fi", "Starmerin hallitus"),
    ],
)
def test_a_name_borrows_the_endings_of_a_language_that_its_file_has_not(
    name: str, text_lang: str, text: str
) -> None:
    assert is_named(name, "en", text, text_lang=text_lang, case=True)
    assert not is_named(name, "en", text, case=True)
    named = {"en": (name,), text_lang: ("Somebody",)}
    assert not is_named(name, "en", text, text_lang=text_lang, names=named, case=True)


def test_an_arabic_word_of_manner_is_a_name_where_the_item_names_it_otherwise() -> None:
    assert not is_named("حماس", "ar", "هتف الجمهور بحماس كبير")
    assert is_named("حماس", "ar", "حماس ترد، وجاء في البيان ما يتعلق بحماس")
    assert is_named("حماس", "ar", "اتصال بحماس", title="حماس والوسطاء")
    assert is_named("حماس", "ar", "رد لحماس")
    assert is_named("بوتين", "ar", "لقاء ببوتين")
