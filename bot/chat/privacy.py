"""/privacy, /export and /forgetme: what is known of a person, to be seen, taken along, erased."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.chat import kept
from bot.chat.attention import clock, span
from bot.chat.keyboards import button, keyboard
from bot.chat.languages import fill
from bot.chat.taking import unwatch
from bot.model import Cadence, Severity
from bot.store import people

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.turn import Turn
    from bot.model import Subscription

_LONGEST: Final = 3800  # code points of an export that still fits into one message
_YES: Final = "yes"


def privacy(turn: Turn) -> None:
    """/privacy: what is kept, why, how long."""
    turn.say(
        turn.language.html(
            "<b>What I know about you</b>\n"
            "• your chat's number and name, your language, time zone, quiet hours and mutes;\n"
            "• whether you were invited, and when;\n"
            "• what you are subscribed to, and which news I sent you, so that none comes twice.\n\n"
            "What you write to me is erased as soon as I have answered it. Nobody else gets any "
            "of this, and nothing is used for anything but ringing you.\n\n"
            "/export gives you a copy. /forgetme erases everything at once."
        )
    )


def export(turn: Turn) -> None:
    """/export: all of it as JSON, in one message."""
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
    }
    rules = [_subscription(each) for each in mine]
    while len(text := _json(known | {"subscriptions": rules})) > _LONGEST:
        rules.pop()
        known["subscriptions left out"] = len(mine) - len(rules)
    turn.say(fill("<pre>{json}</pre>", json=text))


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
    if mine.muted_until is not None:
        told["muted until"] = _time(mine.muted_until)
    return told


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()[:19] + "Z"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


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
    mine = people.subscriptions(turn.conn, turn.chat.id)
    user = turn.person.id if turn.person is not None and turn.chat.kind == "private" else None
    people.forget(turn.conn, turn.chat.id, user)
    kept.forget(turn.conn, turn.chat.id)
    for subscription in mine:
        unwatch(turn, subscription)
    turn.forgotten = True
    turn.show(
        turn.language.html(
            "Done: I have forgotten everything. If you ever want to come back, send /start"
        )
    )
