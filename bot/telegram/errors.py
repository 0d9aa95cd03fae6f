"""The boundary: python-telegram-bot's errors become ours, here and nowhere else."""

from __future__ import annotations

import re
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    PassportDecryptionError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.errors import (
    ChatGone,
    DeliveryError,
    MessageRefused,
    RetryLater,
    ThreadGone,
    TokenRefused,
)

# What a 400 says when it is the chat that refuses, not the message. Telegram documents no list;
# the first are the Bot API's sentences, the last the codes that it passes through.
_CHAT_GONE = re.compile(
    r"""
      \bchat\ not\ found
    | \buser\ not\ found
    | group\ chat\ was\ (?:deactivated|deleted|upgraded)
    | (?:not\ enough|have\ no)\ rights\ to\ (?:send|post)
    | need\ administrator\ rights
    | user\ is\ (?:deactivated|deleted)
    | bot\ (?:is\ not\ a\ member|was\ kicked|was\ blocked)
    | can't\ initiate\ conversation
    | peer_id_invalid | chat_id_invalid | chat_write_forbidden | chat_restricted
    | chat_admin_required | channel_private | user_is_blocked | input_user_deactivated
    | user_deactivated | chat_guest_send_forbidden | chat_send_plain_forbidden
    """,
    re.IGNORECASE | re.VERBOSE,
)
# And when it is one topic of a forum.
_THREAD_GONE = re.compile(
    r"message thread not found|topic_(?:closed|deleted|id_invalid)|topic (?:is|was) (?:closed|deleted)",
    re.IGNORECASE,
)
# A chat that takes texts may refuse pictures.
_NO_PICTURES = re.compile(r"rights to send (?:photos|media)|send_photos_forbidden", re.IGNORECASE)
_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")
_LONGEST_REASON = 300


def translate(error: TelegramError) -> DeliveryError:
    """Our word for what went wrong: wait, give up the chat, give up the message, or stop."""
    reason = _reason(error)
    match error:
        case RetryAfter():
            return RetryLater(reason, after=_wait(error))
        case TimedOut():
            return RetryLater(reason, uncertain=True)
        case ChatMigrated():
            return ChatGone(reason, moved_to=error.new_chat_id)
        case Forbidden():
            return ChatGone(reason)
        case InvalidToken():
            return TokenRefused("Telegram refuses the bot's token (telegram.token)")
        # A BadRequest is a NetworkError to python-telegram-bot, yet trying again never helps.
        case BadRequest():
            return _refusal(reason)
        case EndPointNotFound() | PassportDecryptionError():
            return MessageRefused(reason)
        case _:  # NetworkError, Conflict, and what a later version may add
            return RetryLater(reason)


def _refusal(reason: str) -> DeliveryError:
    """Who refuses in a 400: the chat, a topic of it, or nobody but the message."""
    if _THREAD_GONE.search(reason):
        return ThreadGone(reason)
    if _NO_PICTURES.search(reason):
        return MessageRefused(reason)
    return ChatGone(reason) if _CHAT_GONE.search(reason) else MessageRefused(reason)


def redact(text: str) -> str:
    """The text with everything that looks like a bot's token taken out."""
    return _TOKEN.sub("[token]", text)


def _reason(error: TelegramError) -> str:
    text = " ".join(redact(error.message).split())
    return text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…"


def _wait(error: RetryAfter) -> timedelta:
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
