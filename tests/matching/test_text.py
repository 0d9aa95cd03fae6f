"""Folding and words: each feature by a case, and what holds for every text."""

from __future__ import annotations

import re
import sys
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching import make_tables, tables
from bot.matching.text import _RUN, _USUAL, expand, fold, fold_word, is_unspaced, tokens

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "matching" / "text.toml").read_text("utf-8")
)["case"]

# Letters with everything that folding knows about, and what parts words.
CHARACTERS = st.sampled_from(
    "aeinsxAEINSXéÉñçİıIßẞæœøłđðþŋﬁﬂńйиёїґЙИПутінΣσςάΆأإآىةکﷲﻻبوتِين\u0640\u064f"
    "普京停火プーチンﾌﾟｶﾞปูตินעברית한국어가각ᄀ\u1161\u11a8पुतिन"
    "\u0301\u0306\u0307\u0308\u0327\u3099\u309a\u00ad\u200b\u200c\u200d\u2060\ufeff\u00a0\u202f"
    "0189²①٣ '’ʼ-‑–/#_.,!?@:\n\t «»ＮＡＴ"
)
TEXTS = st.one_of(st.text(CHARACTERS, max_size=40), st.text(max_size=20))


def pairs(case: dict[str, Any]) -> list[tuple[str, str]]:
    return [(word.split("|")[0], word.split("|")[-1]) for word in case["words"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_text_has_these_words_at_these_places(case: dict[str, Any]) -> None:
    text = case["text"]
    assert [(word.text, text[word.start : word.end]) for word in tokens(text)] == pairs(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_unicode_form_does_not_count(case: dict[str, Any], form: Any) -> None:
    assert fold(unicodedata.normalize(form, case["text"])) == fold(case["text"])


def test_the_usual_letters_are_letters() -> None:
    assert set(expand(_USUAL)) <= set(expand(tables.WORD))


def test_what_is_usual_is_read_as_all_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    thorough = re.compile(_RUN.pattern.replace(_USUAL, "\0"))
    assert not any(run.lastgroup == "usual" for run in thorough.finditer("a word, and one."))

    @given(st.one_of(TEXTS, st.text("ab.:/@-_#é’,\n wÀЖ1", max_size=40)))
    def same(text: str) -> None:
        monkeypatch.setattr("bot.matching.text._RUN", _RUN)
        quick = tokens(text)
        monkeypatch.setattr("bot.matching.text._RUN", thorough)
        assert tokens(text) == quick

    same()


@given(TEXTS)
def test_words_stand_in_order_at_their_places(text: str) -> None:
    end = 0
    for position, word in enumerate(tokens(text)):
        assert word.position == position
        assert end <= word.start < word.end <= len(text)
        assert fold_word(text[word.start : word.end]) == word.text
        end = word.end


@given(TEXTS)
def test_folding_once_is_enough(text: str) -> None:
    for word in tokens(text):
        assert fold_word(word.text) == word.text


@given(TEXTS, st.sampled_from(["NFC", "NFD"]))
def test_every_canonical_form_of_a_text_has_the_same_words(text: str, form: Any) -> None:
    other = unicodedata.normalize(form, text)
    assert [word.text for word in tokens(other)] == [word.text for word in tokens(text)]


@given(st.text(st.sampled_from("aénïøŁßﬁéÜйиёΣάأةプガカ普ปู한각"), min_size=1, max_size=12))
def test_compatibility_forms_of_a_word_fold_alike(word: str) -> None:
    folded = fold_word(word)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold_word(unicodedata.normalize(form, word)) == folded


def test_no_letter_is_lost() -> None:
    letters = {chr(code) for code in range(0x3000) if chr(code).isalpha()}
    lost = {char for char in letters if not fold_word(char)}
    # Tatweel, and the Korean letters that are blank; of a numeral sign Unicode makes an apostrophe.
    assert lost - set(make_tables.APOSTROPHES) == {"\u0640", "\u115f", "\u1160", "\u0374"}


def test_the_tables_are_what_their_generator_writes() -> None:
    """On a Python with other characters than the tables know, what both know is alike."""
    kinds = ("word", "unspaced", "mark", "ignored")
    tabled = {char: kind for kind in kinds for char in characters(getattr(tables, kind.upper()))}
    found = {chr(code): make_tables.classify(chr(code)) for code in range(sys.maxunicode + 1)}
    now = {char: kind for char, kind in found.items() if kind}
    assert tabled.items() <= now.items()
    if unicodedata.unidata_version in (tables.__doc__ or ""):
        assert tabled == now
        assert Path(tables.__file__).read_text("utf-8") == make_tables.render()


def characters(ranges: str) -> set[str]:
    """The characters of a regular expression's class."""
    return {
        chr(code)
        for first, last in re.findall(r"(.)(?:-(.))?", ranges, re.DOTALL)
        for code in range(ord(first), ord(last or first) + 1)
    }


def test_a_character_of_a_script_without_spaces_is_told_from_every_other() -> None:
    unspaced = set(expand(tables.UNSPACED))
    assert {code for code in range(sys.maxunicode + 1) if is_unspaced(chr(code))} == unspaced
