"""The commands that people are told of: one table, for /help and for the menu in the client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from telegram import BotCommand
from telegram.error import TelegramError

from bot.chat.words.languages import DEFAULT, N_
from bot.telegram import redact

if TYPE_CHECKING:
    from telegram import Bot

    from bot.chat.words.languages import Language, Languages

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as people see it. ``description`` and ``example`` are message ids."""

    name: str
    description: str
    example: str | None = None
    for_admins: bool = False


LISTED: Final = (
    Listed("topics", N_("what I can watch for you")),
    Listed(
        "subscribe", N_("ring me for a topic, a name or any words"), N_("/subscribe grain deal")
    ),
    Listed("subscriptions", N_("what you are subscribed to")),
    Listed("unsubscribe", N_("stop ringing me for something")),
    Listed("latest", N_("the latest news, of all or about something"), N_("/latest Ukraine")),
    Listed("search", N_("look in everything I have read"), N_('/search "peace talks" -sport')),
    Listed("chart", N_("how often something is in the news"), N_("/chart Ukraine")),
    Listed("quiet", N_("hours in which I do not ring"), "/quiet 22:00-07:00"),
    Listed("mute", N_("no ringing for a while"), "/mute 2h"),
    Listed("resume", N_("ring again")),
    Listed("language", N_("the language I speak with you")),
    Listed("timezone", N_("your time zone"), "/timezone Europe/Paris"),
    Listed("channel", N_("see to a channel of yours from here"), "/channel @name"),
    Listed("settings", N_("language, time zone, quiet hours")),
    Listed("privacy", N_("what I know about you")),
    Listed("export", N_("a copy of what I know about you")),
    Listed("forgetme", N_("make me forget you")),
    Listed("help", N_("how to talk with me")),
    Listed("start", N_("begin again from the beginning")),
    Listed("admin", N_("how the bot is doing"), for_admins=True),
    Listed("invite", N_("invite somebody"), for_admins=True),
    Listed("reload", N_("read the rule files again"), for_admins=True),
)


def menu(language: Language) -> list[BotCommand]:
    """The commands for the client's menu; the admins' are not on it."""
    return [
        BotCommand(listed.name, language.gettext(listed.description))
        for listed in LISTED
        if not listed.for_admins
    ]


async def publish(bot: Bot, languages: Languages) -> None:
    """Tell Telegram the menu in every language; a refusal is logged and harms nothing."""
    for language in languages:
        code = None if language.code == DEFAULT else language.locale.language
        try:
            await bot.set_my_commands(menu(language), language_code=code)
        except TelegramError as error:
            log.warning(
                "cannot set the command menu", language=language.code, reason=redact(str(error))
            )
            return
