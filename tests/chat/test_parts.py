"""The small parts of the chat, each by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.chat import events, kept
from bot.chat.events import Command, Move, Origin, Person, Presence, Press, Text
from bot.chat.keyboards import (
    DATA_LIMIT,
    UnreadableButton,
    button,
    in_rows,
    keyboard,
    number,
    pager,
    parts,
)
from bot.chat.languages import Languages
from bot.chat.mistakes import pointed_at
from bot.chat.reading import reading
from bot.chat.turn import House, Turn
from bot.chat.windows import Calendar
from bot.chat.wishes import understand_freely
from bot.errors import QueryError
from bot.matching.matcher import Matcher
from bot.matching.query import parse_query, parse_weights
from bot.matching.query.tree import Not
from bot.matching.rules import load_rules
from bot.matching.text import fold
from bot.model import Chat
from bot.store.engine import Store
from bot.telegram import make_bot
from tests.chat.room import RULES, now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from bot.chat.office import Office
    from bot.matching.ruleset import RuleSet

LANGUAGES = Languages.read()
VOCABULARY = load_rules(RULES).vocabulary
ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "fr-CA"}
BOT = {"id": 9, "is_bot": True, "first_name": "Tocsin", "username": "tocsin_bot"}
GROUP = {"id": -5, "type": "supergroup", "title": "Desk"}


def read(**update: Any) -> events.Event | None:
    return events.read(Update.de_json({"update_id": 1, **update}, None), "tocsin_bot")


def message(text: str | None, chat: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    chat = chat or {"id": 7, "type": "private", "first_name": "Ann"}
    said = {} if text is None else {"text": text}
    return {"message_id": 3, "date": 1, "chat": chat, "from": ANN, **said, **more}


HOME = Origin(7, "private", "Ann", 0, Person(7, "Ann", "fr-CA"))
DESK = Origin(-5, "supergroup", "Desk", 0, Person(7, "Ann", "fr-CA"))


class TestEvents:
    @pytest.mark.parametrize(
        ("text", "event"),
        [
            ("/start", Command(HOME, "start", "")),
            ("/Start@Tocsin_Bot  abc ", Command(HOME, "start", "abc")),
            ("/subscribe a\nb", Command(HOME, "subscribe", "a\nb")),
            ("/start@other_bot", None),
            ("/ start", Text(HOME, "/ start")),
            ("/путин", Command(HOME, "путин", "")),
            (" peace ", Text(HOME, "peace")),
        ],
    )
    def test_what_is_said_in_private(self, text: str, event: events.Event | None) -> None:
        assert read(message=message(text)) == event

    @pytest.mark.parametrize(
        ("text", "event"),
        [
            ("peace", None),
            ("@tocsin_botany peace", None),
            ("peace @TOCSIN_bot", Text(DESK, "peace")),
            ("/help", Command(DESK, "help", "")),
        ],
    )
    def test_what_is_said_in_a_group(self, text: str, event: events.Event | None) -> None:
        assert read(message=message(text, GROUP)) == event

    def test_a_reply_to_the_bot_is_for_the_bot(self) -> None:
        to_bot = message("x", GROUP) | {"from": BOT}
        answered = replace(DESK, replied=to_bot["message_id"])
        said = read(message=message("peace", GROUP, reply_to_message=to_bot))
        assert said == Text(answered, "peace")

    def test_a_thread_counts_only_in_a_forum(self) -> None:
        reply = read(message=message("/help", GROUP, message_thread_id=8))
        topic = read(message=message("/help", GROUP, message_thread_id=8, is_topic_message=True))
        assert reply is not None
        assert topic is not None
        assert (reply.origin.thread_id, topic.origin.thread_id) == (0, 8)

    def test_an_anonymous_admin_is_the_group_and_a_channel_is_nobody(self) -> None:
        admin = read(message=message("/help", GROUP, sender_chat=GROUP))
        channel = {"id": -8, "type": "channel", "title": "Wire"}
        posted = read(message=message("/help", GROUP, sender_chat=channel))
        assert admin is not None
        assert posted is not None
        assert (admin.origin.as_chat, admin.origin.person) == (True, None)
        assert (posted.origin.as_chat, posted.origin.person) == (False, None)

    def test_a_picture_has_no_text_and_a_note_of_telegrams_is_nothing(self) -> None:
        picture = {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}
        assert read(message=message(None, photo=[picture])) == Text(HOME, "")
        assert read(message=message(None, message_auto_delete_timer_changed=None)) is None

    def test_presses_presence_and_moves(self) -> None:
        press = {"id": "4", "from": ANN, "chat_instance": "1", "data": "u:1"}
        assert read(callback_query=press | {"message": message("x")}) == Press(HOME, "u:1", 3, "4")
        assert read(callback_query=press) is None
        gone = {"message_id": 3, "date": 0, "chat": GROUP}  # no longer accessible
        old = read(callback_query=press | {"message": gone})
        assert isinstance(old, Press)
        assert (old.origin.chat_id, old.message_id) == (-5, 3)
        member = {
            "chat": GROUP,
            "from": ANN,
            "date": 1,
            "old_chat_member": {"status": "left", "user": BOT},
            "new_chat_member": {"status": "member", "user": BOT},
        }
        assert read(my_chat_member=member) == Presence(DESK, present=True, arrived=True)
        assert read(message=message(None, GROUP, migrate_to_chat_id=-6)) == Move(DESK, -6)

    def test_what_is_not_for_the_bot_is_nothing(self) -> None:
        assert read(edited_message=message("/help")) is None
        assert read() is None


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


class TestReading:
    @pytest.mark.parametrize(
        ("query", "english", "french"),
        [
            ("peace", "peace", "peace"),
            ("a OR b OR c", "a, b, or c", "a, b ou c"),
            ("(a OR b) c", "(a or b) and c", "(a ou b) et c"),
            ("a -b -c", "a, but not b or c", "a, mais sans b ou c"),
            ("a (NOT b)", "a, but not b", "a, mais sans b"),
            ('"a b"', "“a b”", "« a b »"),
            ('"a b"~3', "a b within 3 words of each other", "a b à 3 mots l’un de l’autre au plus"),
            ("negoc*", "words that begin with negoc", "les mots qui commencent par negoc"),
            ("=Peace", "Peace in exactly this spelling", "Peace, écrit exactement ainsi"),
            ("@putin", "Vladimir Putin", "Vladimir Poutine"),
            ("/dro[nx]e/", "text of the form /dro[nx]e/", "un texte de la forme /dro[nx]e/"),
            ("text:a", "a in the text", "a dans le texte"),
            ("tag:a", "a among the tags", "a parmi les mots-clés"),
            ("a source:aa", "a and from the source aa", "a et venant de la source aa"),
            ("a lang:fr", "a and in the language French", "a et en langue français"),
            ("agency:AA", "from the agency AA", "de l’agence AA"),
            ("author:Ann", "by Ann", "par Ann"),
            ("a since:24h", "a and since 24h", "a et depuis 24h"),
            ("a before:2h", "a and before 2h", "a et avant 2h"),
        ],
    )
    def test_in_plain_words(self, query: str, english: str, french: str) -> None:
        tree = parse_query(query, VOCABULARY).tree
        for code, expected in (("en", english), ("fr", french)):
            told = reading(tree, LANGUAGES.find(code), VOCABULARY)
            for tag in ("<b>", "</b>", "<code>", "</code>"):
                told = told.replace(tag, "")  # type: ignore[assignment] # only for comparing
            assert told.replace("\u00a0", " ") == expected

    def test_lists_and_weights(self) -> None:
        vocabulary = VOCABULARY.__class__(lists={"war": ("war", "guerre")})
        tree = parse_query("$war", vocabulary).tree
        assert reading(tree, LANGUAGES.find("en"), vocabulary) == "a word of the list <b>war</b>"
        weighed = parse_weights(2, {"a": 1, "b": 1}, vocabulary).tree
        assert reading(weighed, LANGUAGES.find("en"), vocabulary) == "enough of its words"
        excluded = Not(parse_query("a OR b", vocabulary).tree)
        told = reading(excluded, LANGUAGES.find("en"), vocabulary)
        assert told == "not (<b>a</b> or <b>b</b>)"


_RULES: list[RuleSet] = []
CALENDAR = Calendar("Europe/Istanbul", now())


class NoSources:
    def named(self, words: Sequence[str]) -> str | None:
        return None


@pytest.fixture(scope="module")
def read_rules() -> None:
    """Once, with the names compiled: no example's deadline pays for it."""
    _RULES[:] = [load_rules(RULES)]
    _RULES[0].vocabulary.entity_named("Istanbul")


@pytest.mark.usefixtures("read_rules")
@given(st.text(max_size=80))
def test_any_text_with_a_word_is_a_wish(text: str) -> None:
    try:
        understand_freely(text, _RULES[0], code="en", calendar=CALENDAR, sources=NoSources())
    except QueryError:
        assert not any(fold(word) for word in text.split())
