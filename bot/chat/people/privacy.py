"""/privacy, /export and /forgetme: what is known of a person, to be seen, taken along, erased."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot import sieve
from bot.chat.meaning.clocks import clock, span
from bot.chat.meaning.naming import label
from bot.chat.subscribing.taking import unwatch
from bot.chat.turns.keyboards import button, keyboard
from bot.model import Cadence, Severity
from bot.sources.opml import write_outlines
from bot.store import forgetting, people, wrong
from bot.store.deliveries import alerts_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.chat.turns.turn import Turn
    from bot.model import Subscription
    from bot.store.deliveries import SentAlert

_YES: Final = "yes"


def privacy(turn: Turn) -> None:
    """/privacy: what is kept, why, how long."""
    turn.say(
        turn.language.html(
            "<b>What I know about you</b>\n"
            "• your chat's number and name, your language, time zone, quiet hours and mutes;\n"
            "• whether you were invited, and when;\n"
            "• what you are subscribed to, which news I sent you, so that none comes twice, and "
            "which of it you said to be wrong.\n\n"
            "What you write to me is erased as soon as I have answered it. Nobody else gets any "
            "of this, and nothing is used for anything but ringing you. If you block me, I forget "
            "you after {days}.\n\n"
            "/export gives you a copy. /forgetme erases everything at once; only copies that were "
            "made for safety before an update of the program stay, for 30 days.",
            days=turn.language.duration(turn.house.retention),
        )
    )


def export(turn: Turn) -> None:
    """/export: all of it as JSON, and what the chat subscribes to as OPML too."""
    mine = people.subscriptions(turn.conn, turn.chat.id)
    known = {
        "chat": turn.chat.id,
        "kind": turn.chat.kind,
        "name": turn.chat.title,
        "language": turn.chat.language,
        "timezone": turn.chat.timezone,
        "role": turn.role,
        "quiet": None if turn.chat.quiet is None else span(turn.chat.quiet),
        "urgent alerts ring in quiet hours": turn.chat.urgent_rings,
        "muted until": _time(turn.chat.muted_until),
        "subscriptions": [_subscription(each) for each in mine],
        "alerts": [_alert(each) for each in alerts_of(turn.conn, turn.chat.id)],
        "matches said to be wrong": wrong.items_of(turn.conn, turn.chat.id),
    }
    turn.send_file(
        "tocsin.json",
        json.dumps(known, ensure_ascii=False, indent=1).encode(),
        turn.language.html("All that I know about this chat, as JSON."),
    )
    turn.send_file(
        "tocsin.opml",
        _opml(turn, mine),
        turn.language.html("Your subscriptions as OPML; those to topics are links that subscribe."),
    )


def _opml(turn: Turn, mine: Sequence[Subscription]) -> bytes:
    bot = turn.house.bot_name
    return write_outlines(
        {"text": label(turn, each), "category": "topic", "type": "link"}
        | {"url": f"https://t.me/{bot}?start=topic-{each.topic}"}
        if each.topic is not None
        else {"text": each.query or "", "category": "query"}
        for each in mine
    )


def _alert(sent: SentAlert) -> dict[str, object]:
    return {"title": sent.title, "rule": sent.rule, "state": sent.state, "at": _time(sent.at)}


def _subscription(mine: Subscription) -> dict[str, object]:
    """A subscription; of how it is told of what is not as for everybody."""
    told: dict[str, object] = {"rule": mine.rule, "since": _time(mine.created)}
    if mine.cadence is not Cadence.IMMEDIATE:
        told |= {"digest": str(mine.cadence), "at": clock(mine.digest_at), "day": mine.digest_day}
    if mine.threshold > Severity.LOW:
        told["least severity"] = mine.threshold.name.lower()
    if mine.silent:
        told["silent"] = True
    if mine.every_report:
        told["every report"] = True
    if mine.chart:
        told["chart"] = True
    if mine.paused:
        told["paused"] = True
    if mine.sieve is not None:
        chosen = sieve.read(mine.sieve)
        told["sieve"] = {"languages": dict(chosen.langs), "sources": dict(chosen.sources)}
    if mine.muted_until is not None:
        told["muted until"] = _time(mine.muted_until)
    return told


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()[:19] + "Z"


def forgetme(turn: Turn) -> None:
    """/forgetme: asks once whether it is meant."""
    gettext = turn.language.gettext
    turn.say(
        turn.language.html(
            "Shall I forget everything about this chat: its subscriptions, its settings, what I "
            "sent? It cannot be undone."
        ),
        keyboard(
            [
                button(gettext("Yes, forget everything"), "f", _YES),
                button(gettext("No, keep it"), "f", "no"),
            ]
        ),
    )


def forget_pressed(turn: Turn) -> None:
    """The answer: ``yes`` or ``no``."""
    if turn.arguments != _YES:
        turn.show(turn.language.html("Good! Everything stays as it is."))
        return
    person = turn.person if turn.chat.kind == "private" else None
    gone = forgetting.forget(
        turn.conn,
        turn.chat.id,
        person.id if person is not None else None,
        person.name if person is not None else "",
    )
    for subscription in gone:
        unwatch(turn, subscription)
    if not turn.stranger:  # of whom there is nothing
        turn.after(turn.house.forgotten)
    turn.forgotten = True
    turn.show(
        turn.language.html(
            "Done: I have forgotten everything. If you ever want to come back, send /start"
        )
    )
