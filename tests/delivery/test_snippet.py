from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.snippet import merged, snippet
from bot.delivery.words import clean
from bot.model import Span
from tests.delivery.markup import parse

LONG = "Lorem ipsum dolor sit amet. " * 40


def spans_of(text: str, word: str) -> list[Span]:
    return [Span("text", m.start(), m.end(), word) for m in re.finditer(re.escape(word), text)]


def shown(text: str, word: str, **how: int) -> str:
    return snippet(text, spans_of(text, word), **how)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Poutine et Trump", "Poutine", "<b>Poutine</b> et Trump"),
        ("a <b> & Poutine", "Poutine", "a &lt;b&gt; &amp; <b>Poutine</b>"),
        ("Un.\n\nPoutine\nrit.", "Poutine", "… <b>Poutine</b> rit."),
        ("a\u200b Pou\u00adtine", "Pou\u00adtine", "a\u200b <b>Poutine</b>"),
        ("", "x", ""),
        ("\n\n \n", "x", ""),
    ],
)
def test_short_texts(text: str, word: str, expected: str) -> None:
    assert shown(text, word) == expected


def test_the_match_far_into_the_text_is_shown_with_its_surroundings() -> None:
    text = f"{LONG}Then came Putin and spoke. {LONG}"
    parsed = parse(shown(text, "Putin"))

    assert parsed.text.startswith("… ")
    assert parsed.text.endswith(" …")
    assert parsed.bold == ["Putin"]
    assert "Then came Putin and spoke." in parsed.text
    assert set(re.findall(r"\w+", parsed.text)) <= set(re.findall(r"\w+", text))  # whole words


def test_from_the_start_of_its_paragraph_when_that_is_near() -> None:
    text = f"{LONG}\nThe paragraph begins here, and there is Putin. {LONG}"

    assert shown(text, "Putin").startswith(
        "… The paragraph begins here, and there is <b>Putin</b>."
    )


def test_all_matches_in_sight_are_bold() -> None:
    assert parse(shown("Putin met Xi. Putin left. " + LONG, "Putin")).bold == ["Putin", "Putin"]


def test_without_a_match_it_is_the_beginning() -> None:
    text = snippet(LONG, [])

    assert text.startswith("Lorem ipsum")
    assert text.endswith(" …")


def test_spans_that_touch_are_one_and_spans_outside_are_none() -> None:
    spans = [Span("text", *place, "x") for place in [(5, 9), (0, 3), (2, 5), (20, 30), (4, 4)]]

    assert merged(spans, 25) == [(0, 9)]


def test_a_run_without_spaces_is_cut_between_characters() -> None:
    text = "在莫斯科" * 300 + "俄罗斯" + "总统🇷🇺" * 300
    parsed = parse(shown(text, "俄罗斯"))

    assert parsed.bold == ["俄罗斯"]
    assert len(parsed.text) < 450
    flags = re.findall("[\U0001f1e6-\U0001f1ff]+", parsed.text)
    assert all(len(flag) == 2 for flag in flags)


@given(
    st.text(st.characters(), max_size=1500),
    st.lists(st.tuples(st.integers(-5, 1600), st.integers(-5, 1600)), max_size=8),
    st.integers(20, 400),
)
def test_any_text_any_spans(text: str, places: list[tuple[int, int]], length: int) -> None:
    spans = [Span("text", start, end, "x") for start, end in places]
    parsed = parse(snippet(text, spans, length=length))

    assert len(parsed.text) <= 3 * length + 150
    assert clean(parsed.text) == parsed.text
    body = parsed.text.removeprefix("… ").removesuffix(" …").strip()
    assert body in clean(text) or not body
