from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.words import clean, cut, cut_after, cut_before, is_rtl, isolate, line_mark

FAMILY = "👨‍👩‍👧‍👦"
ANY = st.text(st.characters(), max_size=200)  # with surrogates and controls
CLUSTERS = st.lists(
    st.sampled_from([FAMILY, "🇫🇷", "🇹🇷", "👍🏽", "é", "е́", "ключ", "白", "俄", "a", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️"]),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\n\ntwo\tthree", "one two three"),
        ("  a\u00a0\u2003b  ", "a b"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("half \ud83d pair", "half pair"),
        ("\u202eevil\u202c", "evil"),
        ("co\u00adop\ufeff", "coop"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        (FAMILY, FAMILY),
        ("\u2800\u3164", ""),
        (" \u200b\u200d ", ""),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(ANY)
def test_clean_text_is_one_line_that_can_be_sent(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    cleaned.encode("utf-8")
    assert not [char for char in cleaned if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("one two three", 12, "one two…"),
        ("one two three", 9, "one two…"),
        ("one, two", 6, "one…"),
        ("x" * 100, 50, "x" * 49 + "…"),
        ("a" + FAMILY, 5, "a…"),
        ("🇫🇷🇹🇷", 4, "🇫🇷🇹🇷"),
        ("🇫🇷🇹🇷", 3, "🇫🇷…"),
        ("🇫🇷🇹🇷", 2, "…"),
        ("👍🏽👍🏽", 3, "👍🏽…"),
        ("е́" * 4, 4, "е́…"),
    ],
)
def test_cut(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected


@given(ANY, st.integers(1, 250))
def test_cut_keeps_the_limit_and_the_beginning(text: str, limit: int) -> None:
    shown = cut(text, limit)

    assert len(shown) <= limit
    assert text.startswith(shown.removesuffix("…"))
    assert shown == text or shown.endswith("…")


@given(CLUSTERS, st.integers(1, 100))
def test_cut_never_parts_what_a_reader_sees_as_one(clusters: list[str], limit: int) -> None:
    text = "".join(clusters)
    kept = cut(text, limit).removesuffix("…") if len(text) > limit else text
    whole = [
        "".join(clusters[:count]) for count in range(len(clusters) + 1)
    ]  # where a cut may fall; between spelled-out letters too
    letters = {
        w + "ключ"[:n]
        for w, c in zip(whole, clusters, strict=False)
        if c == "ключ"
        for n in range(4)
    }

    assert kept in {*whole, *letters}


@given(ANY, st.integers(0, 250))
def test_places_to_cut_are_on_their_side(text: str, at: int) -> None:
    at = min(at, len(text))

    assert 0 <= cut_before(text, at) <= at <= cut_after(text, at) <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Привет", False), ("مرحبا", True), ("שלום", True), ("«مرحبا»", True), ("123 — !", None)],
)
def test_direction(text: str, *, expected: bool | None) -> None:
    assert is_rtl(text) is expected


@pytest.mark.parametrize(
    ("text", "lang", "rtl", "mark"),
    [
        ("Bonjour", "fr", False, ""),
        ("مرحبا", "ar", False, "\u200f"),
        ("مرحبا", None, False, "\u200f"),
        ("NATO: مرحبا", "ar", False, "\u200f"),
        ("مرحبا", "ar", True, ""),
        ("Bonjour", "fr", True, "\u200e"),
        ("2025", None, False, ""),
        ("2025", "fa", False, "\u200f"),
    ],
)
def test_a_line_in_the_other_direction_is_marked(
    text: str, lang: str | None, mark: str, *, rtl: bool
) -> None:
    assert line_mark(text, lang=lang, rtl=rtl) == mark


def test_a_name_in_the_other_direction_is_isolated() -> None:
    assert isolate("الجزيرة", rtl=False) == "\u2068الجزيرة\u2069"
    assert isolate("الجزيرة", rtl=True) == "الجزيرة"
    assert isolate("AA", rtl=True) == "\u2068AA\u2069"
    assert isolate("42", rtl=True) == "42"
