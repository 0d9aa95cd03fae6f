"""Replies to an alert: “mute 2h”, “why”, “stop” in any of the languages act on what rang.

A reply that says nothing of the kind, or that answers another message, is plain text or a command
as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from bot.chat.alerts import attention, buttons
from bot.chat.alerts.rung import alert_of
from bot.chat.meaning.clocks import read_until
from bot.chat.turns.events import Command, Text
from bot.chat.words.languages import N_, as_html
from bot.matching.text import fold
from bot.store.deliveries import match_of_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.chat.alerts.rung import Alert
    from bot.chat.turns.events import Event
    from bot.chat.turns.turn import Turn
    from bot.chat.words.languages import Language

Act = Literal["why", "mute", "stop", "fewer", "wrong"]

# For translators: what people answer to an alert, in small letters, parted by |.
_WHY: Final = N_("why|why this|reason")
_MUTE: Final = N_("mute|silence|quiet|pause")
_STOP: Final = N_("stop|unsubscribe|enough|no more")
_FEWER: Final = N_("fewer|less|fewer like this")
_WRONG: Final = N_("wrong|wrong match|not this")
_WORDS: Final[dict[Act, str]] = {
    "why": _WHY,
    "mute": _MUTE,
    "stop": _STOP,
    "fewer": _FEWER,
    "wrong": _WRONG,
}
# Commands that mean the alert where they answer one.
_COMMANDS: Final[dict[str, Act]] = {"mute": "mute", "unsubscribe": "stop", "why": "why"}


def meant(event: Event, languages: Iterable[Language]) -> tuple[Act, str] | None:
    """What a reply asks for, and what stands behind that word: how long to mute."""
    if not isinstance(event, (Command, Text)) or event.origin.replied is None:
        return None
    if isinstance(event, Command):
        act = _COMMANDS.get(event.name)
        return None if act is None else (act, event.arguments)
    return _read(event.text, languages)


def answer(turn: Turn, *, act: Act, rest: str, otherwise: Callable[[Turn], None]) -> None:
    """Act on the alert that was replied to; ``otherwise`` where it was none."""
    number = match_of_message(turn.conn, turn.chat.id, turn.replied)
    if number is None:
        otherwise(turn)
        return
    alert = alert_of(turn, number)
    if alert is None:
        if turn.notice is not None:
            turn.say(as_html(turn.notice.text))
        return
    _act(turn, alert, act, rest)


def _act(turn: Turn, alert: Alert, act: Act, rest: str) -> None:
    match act:
        case "why":
            buttons.tell_why(turn, alert)
        case "stop":
            buttons.stop(turn, alert)
        case "fewer":
            buttons.offer_fewer(turn, alert)
        case "wrong":
            buttons.report_wrong(turn, alert)
            turn.say(turn.language.html("Thank you! The admins see it, with the article."))
        case "mute":
            until = read_until(rest, turn.chat.timezone, turn.now) if rest else None
            if until is None:
                attention.mute_choice(turn, alert.subscription)
            else:
                turn.say(*attention.mute_subscription(turn, alert.subscription, until))


def _read(text: str, languages: Iterable[Language]) -> tuple[Act, str] | None:
    said = " ".join(text.strip(" \t\n?!.…¿¡؟").split())
    for language in languages:
        for act, words in _WORDS.items():
            for word in language.gettext(words).split("|"):
                head, rest = said[: len(word)], said[len(word) :]
                if fold(head) == fold(word) and (not rest or (act == "mute" and rest[0] == " ")):
                    return act, rest.strip()
    return None
