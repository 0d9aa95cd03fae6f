"""/admin and /invite: what the admins see and do in the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.keyboards import keyboard
from bot.chat.languages import Html
from bot.chat.refusals import refusals_button
from bot.model import DeliveryState
from bot.store.figures import figures
from bot.store.items import newest

if TYPE_CHECKING:
    from bot.chat.turn import Turn


def admin(turn: Turn) -> None:
    """/admin: how the bot is doing, in figures."""
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
        Html(""),
        language.html("/invite makes an invitation."),
    ]
    turn.say(Html("\n".join(lines)), keyboard(refusals_button(turn)))
