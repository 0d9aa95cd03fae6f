"""Telegram's Bot API: the HTTP under python-telegram-bot, and its errors in our words."""

from bot.telegram.errors import redact, translate
from bot.telegram.factory import call, close_bot, introduce, make_bot
from bot.telegram.files import enclosed
from bot.telegram.request import AiohttpRequest

__all__ = [
    "AiohttpRequest",
    "call",
    "close_bot",
    "enclosed",
    "introduce",
    "make_bot",
    "redact",
    "translate",
]
