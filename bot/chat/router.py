"""Which handler answers what: commands, buttons, plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.chat.admin import (
    broadcasts,
    invitations,
    menu,
    refusals,
    reloading,
    rules,
    silences,
    sources,
    statistics,
    wrong,
)
from bot.chat.alerts import attention, buttons, replies
from bot.chat.asking import answering, charts
from bot.chat.people import access, channels, privacy, settings, welcome
from bot.chat.subscribing import listing, sifting, subscribe, topics, tuning
from bot.chat.turns.ahead import Outlook
from bot.chat.turns.events import Command, Forwarded, Press, Text, Upload
from bot.chat.turns.turn import Turn

if TYPE_CHECKING:
    from bot.chat.turns.events import Event
    from bot.chat.words.languages import Language

Handler = Callable[[Turn], None]
Ahead = Callable[[Turn], Outlook | None]


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and who may reach it.

    ``asks``: it only reads, so it runs beside the writer. ``ahead`` is what a changing one reads
    beside the writer first, because it takes long. ``for_group_admins``: it changes what the
    chat hears, which in a group is its admins' to do. ``for_strangers``: it answers everybody.
    ``about_person``: in a private chat it is about the person, and never about a channel that they
    see to there. ``private``: it is not for a group to read.
    """

    handle: Handler
    asks: bool = False
    for_group_admins: bool = False
    for_admins: bool = False
    for_strangers: bool = False
    ahead: Ahead | None = None
    about_person: bool = False
    private: bool = False


def unknown(turn: Turn) -> None:
    """A command that there is not."""
    turn.say(turn.language.html("I do not know that command. See /help for those I know."))


def stale(turn: Turn) -> None:
    """A button of an older version of the program."""
    turn.notify(turn.language.gettext("That button is too old. Please ask again."), alert=True)


def _changes(handle: Handler, ahead: Ahead | None = None) -> Route:
    return Route(handle, for_group_admins=True, ahead=ahead)


def _about_person(handle: Handler) -> Route:
    return Route(handle, about_person=True)


def _admins(handle: Handler, *, asks: bool = False, private: bool = False) -> Route:
    return Route(handle, asks=asks, for_admins=True, about_person=True, private=private)


_UNKNOWN: Final = Route(unknown, asks=True)
_STALE: Final = Route(stale, asks=True)

COMMANDS: Final[dict[str, Route]] = {
    "start": Route(welcome.start, for_strangers=True, about_person=True, ahead=welcome.start_ahead),
    "help": Route(welcome.help_, asks=True),
    "topics": Route(topics.topics, asks=True),
    "subscribe": _changes(subscribe.subscribe, subscribe.subscribe_ahead),
    "subscriptions": Route(listing.subscriptions, asks=True),
    "unsubscribe": _changes(listing.unsubscribe),
    "latest": Route(answering.latest, asks=True),
    "search": Route(answering.search, asks=True),
    "settings": Route(settings.settings, asks=True),
    "language": _changes(settings.language),
    "timezone": _changes(settings.timezone),
    "privacy": Route(privacy.privacy, asks=True, for_strangers=True, about_person=True),
    "export": Route(privacy.export, asks=True, about_person=True),
    "forgetme": Route(
        privacy.forgetme, asks=True, for_group_admins=True, for_strangers=True, about_person=True
    ),
    "channel": _about_person(channels.channel),
    "admin": _admins(menu.admin, asks=True),
    "invite": _admins(access.invite),
    "mute": _changes(attention.mute),
    "resume": _changes(attention.resume),
    "quiet": _changes(attention.quiet),
    "reload": _admins(reloading.reload, asks=True),
    "chart": Route(charts.chart, asks=True),
}

# By the verb that their data begins with: a letter or two, since data has 64 bytes. Those under an
# alert begin with ``a`` and the action.
BUTTONS: Final[dict[str, Route]] = {
    "a:w": Route(buttons.why_pressed, asks=True),
    "a:m": Route(buttons.mute_pressed, asks=True, for_group_admins=True),
    "a:f": Route(buttons.fewer_pressed, asks=True, for_group_admins=True),
    "a:x": Route(buttons.wrong_pressed),
    "a:u": _changes(buttons.unsubscribe_pressed),
    "s": _changes(subscribe.subscribe_pressed, subscribe.press_ahead),
    "x": _changes(subscribe.exchange_pressed, subscribe.press_ahead),
    "u": _changes(listing.unsubscribe_pressed),
    "d": _changes(listing.delete_pressed),
    "dp": Route(listing.subscriptions_pressed, asks=True),
    "op": Route(listing.list_pressed, asks=True),
    "o": Route(tuning.open_pressed, asks=True),
    "c": _changes(tuning.cadence_pressed),
    "ct": _changes(tuning.hour_pressed),
    "cd": _changes(tuning.day_pressed),
    "th": _changes(tuning.threshold_pressed),
    "si": _changes(tuning.silent_pressed),
    "pi": _changes(tuning.pictures_pressed),
    "wc": _changes(tuning.chart_pressed),
    "er": _changes(tuning.reports_pressed),
    "pa": _changes(tuning.pause_pressed),
    "vl": _changes(sifting.languages_pressed),
    "vs": _changes(sifting.sources_pressed),
    "un": _changes(subscribe.undo_pressed),
    "m": Route(attention.mute_choice_pressed, asks=True, for_group_admins=True),
    "mu": _changes(attention.mute_pressed),
    "re": _changes(attention.resume_pressed),
    "qh": _changes(attention.quiet_pressed),
    "ur": _changes(attention.urgent_pressed),
    "t": _changes(topics.toggle_pressed, subscribe.press_ahead),
    "tp": Route(topics.topics_pressed, asks=True),
    "q": Route(answering.page_pressed, asks=True),
    "n": Route(answering.newest_pressed, asks=True),
    "ch": _about_person(channels.chosen),
    "l": _changes(settings.language_pressed),
    "z": _changes(settings.timezone_pressed),
    "ar": _admins(refusals.refusals_pressed, asks=True),
    "ay": _admins(refusals.retry_pressed),
    "aa": _admins(refusals.retry_all_pressed),
    "am": _admins(menu.menu_pressed, asks=True),
    "as": _admins(sources.list_pressed, asks=True, private=True),
    "so": _admins(sources.open_pressed, asks=True, private=True),
    "sx": _admins(sources.act_pressed, private=True),
    "fn": _admins(sources.add_asked, asks=True, private=True),
    "fp": _admins(sources.preview_pressed, asks=True, private=True),
    "fa": _admins(sources.add_pressed, private=True),
    "ru": _admins(rules.put_pressed, asks=True, private=True),
    "rd": _admins(rules.discard_pressed, private=True),
    "rb": _admins(rules.back_pressed, asks=True, private=True),
    "rl": _admins(reloading.reload, asks=True),
    "st": _admins(statistics.statistics_pressed, asks=True, private=True),
    "il": _admins(invitations.list_pressed, asks=True, private=True),
    "ix": _admins(invitations.revoke_pressed, private=True),
    "bs": _admins(broadcasts.send_pressed, private=True),
    "bc": _admins(broadcasts.cancel_pressed, private=True),
    "wl": _admins(wrong.list_pressed, asks=True, private=True),
    "we": _admins(wrong.explain_pressed, asks=True, private=True),
    "ws": _admins(wrong.silence_pressed, private=True),
    "wf": _admins(wrong.file_pressed, asks=True, private=True),
    "wd": _admins(wrong.done_pressed, private=True),
    "sp": _admins(silences.list_pressed, asks=True),
    "sl": _admins(silences.end_pressed, asks=True),
    "f": Route(
        privacy.forget_pressed, for_group_admins=True, for_strangers=True, about_person=True
    ),
}

TEXT: Final = Route(answering.plain_text, asks=True)
FORWARDED: Final = _about_person(channels.forwarded)
UPLOAD: Final = _about_person(rules.received)
# What a reply to an alert asks for.
REPLIES: Final[dict[replies.Act, Route]] = {
    "why": Route(buttons.why_pressed, asks=True),
    "wrong": Route(buttons.wrong_pressed),
    "fewer": Route(buttons.fewer_pressed, asks=True, for_group_admins=True),
    "mute": _changes(buttons.mute_pressed),
    "stop": _changes(buttons.unsubscribe_pressed),
}


def route(event: Event, languages: Iterable[Language]) -> tuple[Route, str] | None:
    """The route of an event and the arguments that its handler gets; None where nobody answers."""
    usual = _usual(event)
    meant = replies.meant(event, languages)
    if meant is None:
        return usual
    act, rest = meant
    otherwise = unknown if usual is None else usual[0].handle
    handle = partial(replies.answer, act=act, rest=rest, otherwise=otherwise)
    return replace(REPLIES[act], handle=handle), "" if usual is None else usual[1]


def _usual(event: Event) -> tuple[Route, str] | None:
    """The route of an event whatever it replies to."""
    match event:
        case Command(name="admin", arguments=arguments) if arguments.startswith("broadcast"):
            return _admins(menu.broadcast), arguments
        case Command(origin, name, arguments):
            found = COMMANDS.get(name)
            if found is None and origin.kind != "private":
                return None  # perhaps another bot's
            return found or _UNKNOWN, arguments
        case Press(data=data):
            verb, arguments = _verb(data)
            return BUTTONS.get(verb, _STALE), arguments
        case Text(text=text):
            return TEXT, text
        case Upload(text=text):
            return UPLOAD, text
        case Forwarded(channel=channel):
            return FORWARDED, str(channel)
        case _:
            return None


def _verb(data: str) -> tuple[str, str]:
    """The verb of a button and what stands behind it."""
    verb, _, arguments = data.partition(":")
    if verb == "a":
        action, _, arguments = arguments.partition(":")
        verb = f"a:{action}"
    return verb, arguments
