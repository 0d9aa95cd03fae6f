"""The alert that a person acts on, looked up anew, and only in their own chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.turns.keyboards import number
from bot.store import people
from bot.store.matches import get_match

if TYPE_CHECKING:
    from bot.chat.turns.turn import Turn
    from bot.model import Item, Match, Subscription


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert rang for, and whose ringing it was. ``number`` is the match's."""

    number: int
    item: Item
    match: Match
    subscription: Subscription


def pressed(turn: Turn) -> Alert | None:
    """The alert that was pressed, looked up anew, and only in this chat; says so if it is none."""
    return alert_of(turn, number(turn.arguments))


def alert_of(turn: Turn, match: int) -> Alert | None:
    """The alert of a match, if this chat is subscribed to what it rang for; says so if not."""
    found = get_match(turn.conn, match)
    if found is None:
        turn.notify(turn.language.gettext("That alert is too old."), alert=True)
        return None
    item, matched = found
    mine = people.subscriptions(turn.conn, turn.chat.id, turn.thread_id)
    subscription = next((each for each in mine if each.rule == matched.rule), None)
    if subscription is None:
        # Either it was ended meanwhile, or somebody made the number up: say no more than that.
        turn.notify(turn.language.gettext("You are not subscribed to this any more."), alert=True)
        return None
    return Alert(match, item, matched, subscription)
