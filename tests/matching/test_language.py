"""The language of an item: what is named, what is found, what nobody can tell."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.language import found_language, iso_code, language_of
from bot.model import Item, Source, SourceKind

CASES: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "matching" / "languages.toml").read_text("utf-8")
)
LEAST_RIGHT = 0.94
LONG = " ".join(CASES["fr"])


def item(text: str, lang: str | None = None) -> Item:
    return Item(id="1", source="wire", url=None, title="", text=text, lang=lang)


def test_short_texts_are_recognised_or_left_open_but_not_mistaken() -> None:
    expected = {
        text: None if lang == "unknown" else lang for lang, texts in CASES.items() for text in texts
    }
    found = {text: found_language(text) for text in expected}
    mistaken = {
        text: (lang, expected[text])
        for text, lang in found.items()
        if lang is not None and lang != expected[text]
    }
    assert mistaken == {}
    right = sum(found[text] == lang for text, lang in expected.items())
    assert right / len(expected) >= LEAST_RIGHT, {
        text: lang for text, lang in expected.items() if found[text] != lang
    }
    assert len(CASES) > 15
    assert len(expected) > 60


@pytest.mark.parametrize(
    "lang", ["en", "fr", "tr", "ru", "uk", "ar", "de", "es", "it", "pt", "nl", "pl"]
)
def test_longer_texts_are_recognised(lang: str) -> None:
    assert found_language(". ".join(CASES[lang])) == lang


def test_what_is_named_goes_before_what_is_found() -> None:
    german = Source("wire", SourceKind.FEED, "https://wire.example/rss", lang="de")
    assert language_of(item(LONG), None) == "fr"
    assert language_of(item(LONG), german) == "de"
    assert language_of(item(LONG, lang="en"), german) == "en"


@pytest.mark.parametrize(
    ("tag", "code"),
    [("fr", "fr"), ("zh-Hant", "zh"), ("pt_BR", "pt"), ("iw", "he"), ("EN", "en"), ("ceb", None)],
)
def test_tags_become_codes(tag: str, code: str | None) -> None:
    assert iso_code(tag) == code


@pytest.mark.parametrize("dirt", ["\x00", "\ud800", "\ufffe", "\x1b", "\U0001ffff", "\x85"])
def test_what_the_recogniser_rejects_is_left_out(dirt: str) -> None:
    assert found_language(dirt.join(LONG.split(" "))) == "fr"


def test_addresses_are_no_language() -> None:
    assert found_language("https://example.org/the-president-said-that-the-war-is-over") is None
    assert found_language(f"{LONG} https://example.org/" + "the-war-is-over-" * 50) == "fr"


@given(st.text(st.characters(), max_size=200))
def test_any_text_has_a_code_or_none(text: str) -> None:
    found = found_language(text)
    assert found is None or (len(found) == 2 and found.isascii())
