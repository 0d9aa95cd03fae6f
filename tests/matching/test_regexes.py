"""Expressions are refused when they are read, whatever of them is compiled later."""

from __future__ import annotations

import pytest

from bot.errors import QueryError
from bot.matching.regexes import compile_regex


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(\w+", "missing )"),
        (r"a(?=b)", "invalid perl operator"),
        (r"(\w{100}){9}", "too large"),
        (r"\w" * 1000, "too large"),
        (r"\w*", "without a single character"),
        (r"é\w\b\w", "only at its beginning"),
    ],
)
def test_what_cannot_be_used_is_refused_at_once(pattern: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason.replace(")", r"\)")):
        compile_regex(pattern)


@pytest.mark.parametrize(
    "piece", [r"\w", r"\W", r"[\w\s]", r"(?:\w|\W)+", r"\ba\b|", r"\b\w+\b|", "é"]
)
def test_what_is_compiled_later_is_small_enough_for_it(piece: str) -> None:
    """As many classes of all letters as fit into a pattern that is not tried with them at once."""
    pattern = (piece * (200 // len(piece))).rstrip("|")
    assert 180 < len(pattern) <= 200
    text = "слово a " * 200
    spans = list(compile_regex(pattern).spans(text))
    assert all(text[start:end] for start, end in spans)


def test_all_letters_are_letters_in_any_case() -> None:
    text = "ПУТИНА, Путину; ναι ΝΑΊ"
    spans = compile_regex(r"\bпутин\w+").spans(text)
    assert [text[start:end] for start, end in spans] == ["ПУТИНА", "Путину"]
