"""Texts that do not fit into a button."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.turns import kept
from bot.chat.turns.keyboards import (
    DATA_LIMIT,
    button,
)
from bot.chat.turns.turn import House, Turn
from bot.chat.words.languages import Languages
from bot.matching.matcher import Matcher
from bot.matching.rules import load_rules
from bot.model import Chat
from bot.store.engine import Store
from bot.telegram import make_bot
from tests.chat.room import RULES, now

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.chat.turns.office import Office

LANGUAGES = Languages.read()


def turn(conn: Connection) -> Turn:
    bot = make_bot("1:none")
    house = House(
        "tocsin_bot",
        LANGUAGES,
        Matcher(load_rules(RULES)),
        "open",
        frozenset(),
        bot,
        cast("Office", None),
    )
    return Turn(conn, now(), house, Chat(1, "private"), 0, None, "member", LANGUAGES.find("en"))


class TestKept:
    @given(st.text(max_size=200))
    def test_any_text_fits_into_a_button(self, text: str) -> None:
        asked = turn(None)  # type: ignore[arg-type] # keeping only promises a change
        data = button("x", "q", 200, 10**10, kept.keep(asked, text))["callback_data"]
        assert len(data.encode()) <= DATA_LIMIT
        assert bool(asked.commits) == (len(text.encode()) > kept.INLINE_LIMIT)

    def test_the_newest_long_texts_are_kept(self, tmp_path: Path) -> None:
        long = "x" * 60
        with Store.open(f"sqlite:///{tmp_path / 'tocsin.db'}") as store:

            def ask(conn: Connection) -> list[str]:
                tokens = []
                for at in range(kept.MOST + 5):
                    asked = turn(conn)
                    tokens.append(kept.keep(asked, f"{long}{at}"))
                    for change in asked.commits:
                        change(conn)
                return tokens

            tokens = store.write_now(ask)
            found = store.read_now(lambda conn: [kept.kept(conn, 1, each) for each in tokens])
            other = store.read_now(lambda conn: kept.kept(conn, 2, tokens[-1]))
        assert found[:5] == [None] * 5
        assert found[5:] == [f"{long}{at}" for at in range(5, kept.MOST + 5)]
        assert other is None, "another chat's text"
