"""/admin and /invite: what the admins see and do in the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat import silences
from bot.chat.keyboards import button, keyboard
from bot.chat.languages import Html
from bot.chat.refusals import refusals_button
from bot.model import DeliveryState
from bot.store.figures import figures
from bot.store.items import newest

if TYPE_CHECKING:
    from bot.chat.turn import Turn


def admin(turn: Turn) -> None:
    """/admin: how the bot is doing; ``silences`` and ``silence …`` keep things from ringing."""
    word, _, rest = turn.arguments.partition(" ")
    if word.lower() == "silences":
        silences.list_silences(turn)
    elif word.lower() == "silence":
        silences.add(turn, rest)
    else:
        _figures(turn)


def _figures(turn: Turn) -> None:
    language = turn.language
    seen = figures(turn.conn)
    rules = turn.house.matcher.rules
    owed = sum(
        seen[f"deliveries_{state}"]
        for state in (DeliveryState.PENDING, DeliveryState.IN_FLIGHT, DeliveryState.POSTPONED)
    )
    latest = newest(turn.conn, limit=1)
    last = (
        language.moment(latest[0].first_seen, timezone=turn.chat.timezone, now=turn.now)
        if latest
        else language.gettext("none yet")
    )
    lines = [
        language.html("<b>How I am doing</b>"),
        language.html(
            "Sources: {sources}, of which failing: {failing}",
            sources=seen["sources"],
            failing=seen["sources_failing"],
        ),
        language.html("Items: {items}; the last one: {last}", items=seen["items"], last=last),
        language.html(
            "Topics: {topics}; entities: {entities}",
            topics=len(rules.topics),
            entities=len(rules.vocabulary.own_entities),
        ),
        language.html(
            "Chats: {chats}; subscriptions: {subscriptions}",
            chats=seen["chats"],
            subscriptions=seen["subscriptions"],
        ),
        language.html(
            "Deliveries: {sent} sent, {refused} refused, {owed} on their way",
            sent=seen[f"deliveries_{DeliveryState.SENT}"],
            refused=seen[f"deliveries_{DeliveryState.REFUSED}"],
            owed=owed,
        ),
        language.html(
            "Held back for later: {held}; silenced: {silenced}",
            held=seen[f"deliveries_{DeliveryState.HELD}"],
            silenced=seen["matches_silenced"],
        ),
        Html(""),
        language.html("/invite makes an invitation."),
    ]
    in_force = button(language.gettext("Silences"), "sp")
    turn.say(Html("\n".join(lines)), keyboard([in_force], refusals_button(turn)))
