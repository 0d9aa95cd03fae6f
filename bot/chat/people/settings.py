"""/settings, /language, /timezone: how the bot speaks with this chat, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

from bot.chat.alerts.attention import attention_lines
from bot.chat.meaning.zones import zones_of
from bot.chat.turns.keyboards import button, in_rows, keyboard
from bot.chat.words.languages import Html
from bot.store import holding, people

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Keyboard
    from bot.chat.turns.turn import Turn

_COMMON_ZONES: Final = (
    "Europe/London",
    "Europe/Paris",
    "Europe/Kyiv",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Asia/Dubai",
    "America/New_York",
    "UTC",
)


def settings(turn: Turn) -> None:
    """/settings: what is set, with buttons to change it."""
    turn.say(*_settings(turn))


def language(turn: Turn) -> None:
    """/language [CODE]: without a code, a button for each language."""
    wanted = turn.arguments.strip().lower()
    if turn.house.languages.knows(wanted):
        _speak(turn, wanted)
        turn.say(_spoken(turn))
        return
    turn.say(*_languages(turn))


def language_pressed(turn: Turn) -> None:
    """A language was chosen: ``CODE``; or none yet, and the choice is shown."""
    if not turn.arguments:
        turn.show(*_languages(turn))
        return
    _speak(turn, turn.arguments)
    turn.show(_spoken(turn))


def timezone(turn: Turn) -> None:
    """/timezone [NAME]: without a name, the one in use and a few to choose from."""
    if not turn.arguments:
        turn.say(*_timezones(turn))
        return
    zone, others = zones_of(turn.arguments, turn.house.matcher.rules)
    if zone is not None:
        turn.say(_set_timezone(turn, zone))
        return
    turn.say(
        turn.language.html("I know no time zone <code>{name}</code>.", name=turn.arguments),
        keyboard(*([button(each, "z", each)] for each in others)),
    )


def timezone_pressed(turn: Turn) -> None:
    """A time zone was chosen: ``NAME``; or none yet, and the choice is shown."""
    if turn.arguments not in available_timezones():
        turn.show(*_timezones(turn))
        return
    turn.show(_set_timezone(turn, turn.arguments))


def _settings(turn: Turn) -> tuple[Html, Keyboard]:
    text = turn.language.html(
        "<b>Settings</b>\nLanguage: {language}\nTime zone: {zone}, where it is {time} now.",
        language=turn.language.name,
        zone=turn.chat.timezone,
        time=turn.language.moment(turn.now, timezone=turn.chat.timezone, now=turn.now),
    )
    lines = Html("\n".join([text, *attention_lines(turn)]))
    return lines, keyboard(
        [
            button(turn.language.gettext("Language"), "l", ""),
            button(turn.language.gettext("Time zone"), "z", ""),
        ],
        [
            button(turn.language.gettext("Quiet hours"), "qh", ""),
            button(turn.language.gettext("Mute"), "m"),
        ],
        [button(turn.language.gettext("Subscriptions"), "op", 0)],
    )


def _languages(turn: Turn) -> tuple[Html, Keyboard]:
    buttons = [button(each.name, "l", each.code) for each in turn.house.languages]
    return turn.language.html("Which language shall I speak?"), keyboard(*in_rows(buttons, 2))


def _spoken(turn: Turn) -> Html:
    # For translators: write "…I speak <your language> with you".
    return turn.language.html("From now on I speak English with you.")


def _speak(turn: Turn, code: str) -> None:
    turn.language = turn.house.languages.find(code)
    turn.chat = replace(turn.chat, language=turn.language.code)
    people.save_chat(turn.conn, turn.chat, turn.now)


def _timezones(turn: Turn) -> tuple[Html, Keyboard]:
    text = turn.language.html(
        "Your time zone is {zone}, where it is {time} now. Choose another one, "
        "or send its name, or that of your city: <code>/timezone Europe/Paris</code>",
        zone=turn.chat.timezone,
        time=turn.language.moment(turn.now, timezone=turn.chat.timezone, now=turn.now),
    )
    buttons = [button(zone, "z", zone) for zone in _COMMON_ZONES]
    return text, keyboard(*in_rows(buttons, 2))


def _set_timezone(turn: Turn, name: str) -> Html:
    turn.chat = replace(turn.chat, timezone=ZoneInfo(name).key)
    people.save_chat(turn.conn, turn.chat, turn.now)
    holding.replan(turn.conn, turn.chat.id, turn.now)
    return turn.language.html(
        "Your time zone is {zone} now, where it is {time}.",
        zone=name,
        time=turn.language.moment(turn.now, timezone=name, now=turn.now),
    )
