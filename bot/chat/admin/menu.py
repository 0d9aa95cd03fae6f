"""/admin and /invite: what the admins see and do in the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.admin import broadcasts, silences, sources
from bot.chat.admin.refusals import refusals_button
from bot.chat.turns.keyboards import button, in_rows, keyboard
from bot.chat.words.languages import Html
from bot.model import DeliveryState
from bot.store import wrong
from bot.store.figures import figures
from bot.store.items import newest

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Button, Keyboard
    from bot.chat.turns.turn import Turn


def admin(turn: Turn) -> None:
    """/admin: how the bot is doing, and the way to all that admins do.

    ``silences`` and ``silence …`` keep things from ringing, ``add ADDRESS`` adds a source.
    """
    word, _, rest = turn.arguments.partition(" ")
    if word.lower() == "silences":
        silences.list_silences(turn)
    elif word.lower() == "silence":
        silences.add(turn, rest)
    elif word.lower() == "add" and turn.chat.kind == "private":
        sources.add(turn, rest)
    else:
        turn.say(*_figures(turn))


def menu_pressed(turn: Turn) -> None:
    """“Back” on a page of these."""
    turn.show(*_figures(turn))


def broadcast(turn: Turn) -> None:
    """/admin broadcast TEXT."""
    if turn.chat.kind == "private":
        broadcasts.preview(turn, turn.arguments.removeprefix("broadcast"))
    else:
        turn.say(turn.language.html("Ask me that in private, please."))


def _figures(turn: Turn) -> tuple[Html, Keyboard]:
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
        language.html(
            "/invite makes an invitation, <code>/admin broadcast …</code> tells all chats something, "
            "and a rule file that you send me is checked and put in force if you say so."
        ),
    ]
    return Html("\n".join(lines)), keyboard(*in_rows(_ways(turn), 2), refusals_button(turn))


def _ways(turn: Turn) -> list[Button]:
    """What admins look after; in a group only what others may read."""
    gettext = turn.language.gettext
    ways = [button(gettext("Silences"), "sp"), button(gettext("Read the rules again"), "rl")]
    if turn.chat.kind != "private":
        return ways
    wrongs = wrong.count(turn.conn)
    label = gettext("Wrong matches") + (f" ({wrongs})" if wrongs else "")
    return [
        button(gettext("Sources"), "as", 0),
        button(label, "wl", 0),
        button(gettext("Invitations"), "il"),
        button(gettext("Statistics"), "st"),
        *ways,
    ]
