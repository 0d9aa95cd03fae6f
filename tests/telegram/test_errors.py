from __future__ import annotations

from datetime import timedelta

import pytest
import telegram.ext
from hypothesis import given
from hypothesis import strategies as st
from telegram import error as theirs

from bot.errors import ChatGone, DeliveryError, MessageRefused, RetryLater, ThreadGone, TokenRefused
from bot.telegram.errors import redact, translate

# Every class of the library's tree, and what it means to us. A class that a new version of the
# library brings fails the test below until somebody has thought about it.
EXPECTED: dict[str, tuple[theirs.TelegramError, type[DeliveryError]]] = {
    "TelegramError": (theirs.TelegramError("Invalid server response"), RetryLater),
    "NetworkError": (theirs.NetworkError("Bad Gateway (502)"), RetryLater),
    "TimedOut": (theirs.TimedOut(), RetryLater),
    "Conflict": (theirs.Conflict("terminated by other getUpdates request"), RetryLater),
    "BadRequest": (theirs.BadRequest("Bad Request: message is too long"), MessageRefused),
    "Forbidden": (theirs.Forbidden("Forbidden: bot was blocked by the user"), ChatGone),
    "ChatMigrated": (theirs.ChatMigrated(-100123), ChatGone),
    "InvalidToken": (theirs.InvalidToken("Unauthorized"), TokenRefused),
    "EndPointNotFound": (theirs.EndPointNotFound("no such method"), MessageRefused),
    "PassportDecryptionError": (theirs.PassportDecryptionError("no"), MessageRefused),
    "InvalidCallbackData": (telegram.ext.InvalidCallbackData(), RetryLater),
}


def tree(root: type[theirs.TelegramError]) -> set[type[theirs.TelegramError]]:
    found = {root}
    for cls in root.__subclasses__():
        found |= tree(cls)
    return found


def test_every_class_of_the_library_is_known() -> None:
    names = {cls.__name__ for cls in tree(theirs.TelegramError) if "telegram" in cls.__module__}

    assert names == EXPECTED.keys() | {"RetryAfter"}


@pytest.mark.parametrize("name", EXPECTED)
def test_class_becomes_ours(name: str) -> None:
    foreign, expected = EXPECTED[name]

    assert type(translate(foreign)) is expected


@pytest.mark.parametrize("wait", [17, timedelta(seconds=17)])
def test_retry_after_keeps_the_wait(wait: int | timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as make_bot does
    ours = translate(theirs.RetryAfter(wait))

    assert isinstance(ours, RetryLater)
    assert ours.after == timedelta(seconds=17)
    assert not ours.uncertain


def test_a_timeout_leaves_it_open_whether_the_message_arrived() -> None:
    ours = translate(theirs.TimedOut())

    assert isinstance(ours, RetryLater)
    assert ours.uncertain
    assert ours.after is None


def test_an_upgraded_group_names_its_new_id() -> None:
    ours = translate(theirs.ChatMigrated(-1009))

    assert isinstance(ours, ChatGone)
    assert ours.moved_to == -1009


@pytest.mark.parametrize(
    "text",
    [
        "chat not found",
        "user not found",
        "group chat was deactivated",
        "group chat was deleted",
        "not enough rights to send text messages to the chat",
        "have no rights to send a message",
        "need administrator rights in the channel chat",
        "user is deactivated",
        "bot is not a member of the channel chat",
        "PEER_ID_INVALID",
        "CHAT_WRITE_FORBIDDEN",
        "CHANNEL_PRIVATE",
    ],
)
def test_a_bad_request_that_blames_the_chat(text: str) -> None:
    assert type(translate(theirs.BadRequest(f"Bad Request: {text}"))) is ChatGone


@pytest.mark.parametrize("text", ["message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"])
def test_a_bad_request_that_blames_a_topic_of_a_forum(text: str) -> None:
    assert type(translate(theirs.BadRequest(f"Bad Request: {text}"))) is ThreadGone


@pytest.mark.parametrize(
    "text",
    [
        "message is not modified",
        "message to edit not found",
        "message text is empty",
        'can\'t parse entities: Unsupported start tag "x" at byte offset 3',
        "query is too old and response timeout expired or query ID is invalid",
        "BUTTON_DATA_INVALID",
        "not enough rights to delete a message",
        "message to be replied not found",
    ],
)
def test_a_bad_request_that_blames_the_message(text: str) -> None:
    assert type(translate(theirs.BadRequest(f"Bad Request: {text}"))) is MessageRefused


TOKEN = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.mark.parametrize("cls", [theirs.NetworkError, theirs.InvalidToken, theirs.BadRequest])
def test_no_token_passes(cls: type[theirs.TelegramError]) -> None:
    ours = translate(cls(f"cannot reach https://api.telegram.org/bot{TOKEN}/sendMessage"))

    assert TOKEN.partition(":")[2] not in str(ours)


def test_a_page_instead_of_an_answer_is_cut() -> None:
    assert len(str(translate(theirs.NetworkError("<html>" + "x" * 10_000)))) <= 300


@given(st.text())
def test_redaction_leaves_other_text_alone(text: str) -> None:
    assert redact(text) == text or ":" in text
    assert TOKEN not in redact(f"{text} {TOKEN} {text}")
