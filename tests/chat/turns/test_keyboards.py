"""Buttons within their limits."""

from __future__ import annotations

import pytest

from bot.chat.turns.keyboards import (
    UnreadableButton,
    button,
    in_rows,
    keyboard,
    number,
    pager,
    parts,
)


class TestKeyboards:
    def test_too_much_data_is_a_defect(self) -> None:
        with pytest.raises(ValueError, match="more than 64 bytes"):
            button("x", "q", "é" * 32)

    def test_labels_are_cut_and_empty_rows_left_out(self) -> None:
        keys = keyboard([], [button("x" * 99, "u", 1)], *in_rows([], 2))
        assert keys == {"inline_keyboard": [[{"text": "x" * 47 + "…", "callback_data": "u:1"}]]}

    @pytest.mark.parametrize(
        ("page", "more", "labels"),
        [(0, False, []), (0, True, ["▶"]), (1, True, ["◀", "▶"]), (200, True, ["◀"])],
    )
    def test_pages(self, page: int, more: bool, labels: list[str]) -> None:
        assert [key["text"] for key in pager("n", page, 5, more=more)] == labels

    @pytest.mark.parametrize("text", ["", "-1", "x", "1" * 17, "٣", "1e3"])
    def test_numbers_that_are_none(self, text: str) -> None:
        with pytest.raises(UnreadableButton):
            number(text)

    def test_parts(self) -> None:
        assert parts("1:2:=a:b", 3) == ["1", "2", "=a:b"]
        with pytest.raises(UnreadableButton):
            parts("1:2", 3)
