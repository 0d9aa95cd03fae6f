"""The caret under what is wrong with a query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.meaning.mistakes import pointed_at


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "column", "shown"),
        [
            ("peace AND (talks", 11, "peace AND (talks\n          ^"),
            ("", 1, "\n^"),
            ("a b", 99, "a b\n   ^"),
            ("one\ntwo (", 9, "one two (\n        ^"),
            ("x" * 60, 41, "…" + "x" * 36 + "…\n" + " " * 25 + "^"),
        ],
    )
    def test_the_caret(self, text: str, column: int, shown: str) -> None:
        assert pointed_at(text, column) == shown

    @given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])), st.integers(1, 300))
    def test_the_caret_is_under_the_place(self, text: str, column: int) -> None:
        excerpt, caret = pointed_at(text, column).split("\n")
        if column <= len(text):
            assert excerpt[caret.index("^")] == text[column - 1]
        assert len(excerpt) <= 40
