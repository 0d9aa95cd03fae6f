"""What is read from an update."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from telegram import Update

from bot.chat.turns import events
from bot.chat.turns.events import Command, Move, Origin, Person, Presence, Press, Text

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
