"""Under an alert: why, wrong match, mute, fewer like this, unsubscribe: ``a:ACTION:MATCH``.

A reply to an alert works as the same, see ``replies.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.alerts.attention import mute_choice
from bot.chat.alerts.rung import Alert, pressed
from bot.chat.alerts.why import why, why_in_short
from bot.chat.meaning.naming import naming
from bot.chat.meaning.wishes import wish_of
from bot.chat.subscribing.listing import farewell
from bot.chat.subscribing.taking import drop
from bot.chat.subscribing.tuning import THRESHOLDS
from bot.chat.turns.kept import keep
from bot.chat.turns.keyboards import button, keyboard
from bot.model import Cadence, Severity
from bot.store import wrong
from bot.store.sources import get_source

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Button
    from bot.chat.turns.turn import Turn
    from bot.model import Subscription


def why_pressed(turn: Turn) -> None:
    """The query, and what of it was found."""
    alert = pressed(turn)
    if alert is not None:
        tell_why(turn, alert)


def tell_why(turn: Turn, alert: Alert) -> None:
    """Say why it rang; in a channel to the reader alone who asked."""
    if turn.chat.kind == "channel" and turn.answers_to is None:
        turn.notify(why_in_short(turn, alert), alert=True)
        return
    gettext = turn.language.gettext
    turn.say(
        why(turn, alert),
        keyboard(
            [button(gettext("Wrong match"), "a:x", alert.number)],
            [
                button(gettext("Fewer like this"), "a:f", alert.number),
                _unsubscribe_button(turn, alert.subscription),
            ],
        ),
    )


def wrong_pressed(turn: Turn) -> None:
    """“Wrong match”: the admins see it."""
    alert = pressed(turn)
    if alert is not None:
        report_wrong(turn, alert)
        turn.notify(turn.language.gettext("Thank you! The admins see it, with the article."))


def report_wrong(turn: Turn, alert: Alert) -> None:
    """Put on record that somebody says the match to be wrong."""
    chat, now = turn.chat.id, turn.now
    turn.on_commit(lambda conn: wrong.report(conn, alert.number, chat, now))


def unsubscribe_pressed(turn: Turn) -> None:
    """Stop; the alert stays as it is."""
    alert = pressed(turn)
    if alert is not None:
        stop(turn, alert)


def stop(turn: Turn, alert: Alert) -> None:
    """End the subscription that rang."""
    drop(turn, alert.subscription.id)
    turn.say(*farewell(turn, alert.subscription))


def mute_pressed(turn: Turn) -> None:
    """Ask for how long."""
    alert = pressed(turn)
    if alert is not None:
        mute_choice(turn, alert.subscription)


def fewer_pressed(turn: Turn) -> None:
    """Offer to ring for less of it, less often, or not at all."""
    alert = pressed(turn)
    if alert is not None:
        offer_fewer(turn, alert)


def offer_fewer(turn: Turn, alert: Alert) -> None:
    """Each way of hearing less, a press away."""
    gettext = turn.language.gettext
    mine = alert.subscription
    rows = [[each] for each in _narrower(turn, alert)]
    if mine.topic is not None and (more := _raised(turn, alert)) is not None:
        label = turn.language.gettext(THRESHOLDS[more])
        rows.append([button(label, "th", mine.id, int(more))])
    if mine.cadence is Cadence.IMMEDIATE:
        rows.append([button(gettext("Once a day, as one message"), "c", mine.id, Cadence.DAILY)])
    rows.append([button(gettext("Mute"), "m", mine.id), _unsubscribe_button(turn, mine)])
    turn.say(
        turn.language.html("How shall I ring less for {what}?", what=naming(turn, mine)),
        keyboard(*rows),
    )


def _raised(turn: Turn, alert: Alert) -> Severity | None:
    """The next higher least severity than that of the topic; None where there is none."""
    topic = turn.house.matcher.rules.topics.get(alert.subscription.topic or "")
    severity = topic.severity if topic is not None else Severity.NORMAL
    higher = [each for each in THRESHOLDS if each > max(severity, alert.subscription.threshold)]
    return min(higher, default=None)


def _narrower(turn: Turn, alert: Alert) -> list[Button]:
    """Queries that ring for less: only in the title, not from this source."""
    rules = turn.house.matcher.rules
    mine = alert.subscription
    wish = wish_of(mine.rule, rules)
    if wish is None:
        return []
    known = get_source(turn.conn, alert.item.source)
    source = known[0].name if known is not None and known[0].name else alert.item.source
    key = alert.item.source.replace('"', "")
    offers = (
        (f"title:({wish.query})", turn.language.gettext("Only when it is in the title")),
        (
            f'({wish.query}) -source:"{key}"',
            turn.language.gettext("Nothing from {source}", source=source),
        ),
    )
    buttons = []
    for query, label in offers:
        narrower = wish_of(f"query:{query}", rules)
        if narrower is not None and str(narrower.query) != str(wish.query):
            buttons.append(button(label, "x", mine.id, keep(turn, narrower.rule)))
    return buttons


def _unsubscribe_button(turn: Turn, subscription: Subscription) -> Button:
    return button(turn.language.gettext("Unsubscribe"), "u", subscription.id)
