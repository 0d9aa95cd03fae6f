"""The buttons under an alert: why, mute, fewer like this, unsubscribe: ``a:ACTION:MATCH``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.chat.attention import mute_choice
from bot.chat.kept import keep
from bot.chat.keyboards import button, keyboard, number
from bot.chat.languages import Html
from bot.chat.subscriptions import farewell, naming
from bot.chat.taking import drop
from bot.chat.wishes import wish_of
from bot.delivery.html import bold, escape
from bot.delivery.occasions import told
from bot.delivery.words import clean, cut
from bot.store import people
from bot.store.matches import get_match, get_occasion

if TYPE_CHECKING:
    from bot.chat.keyboards import Button
    from bot.chat.turn import Turn
    from bot.model import Item, Match, Span, Subscription

_MOST_WORDS: Final = 12
_LONGEST_WORD: Final = 80
_SHOWN_OVER_THE_CHAT: Final = 100


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert rang for, and whose ringing it was."""

    item: Item
    match: Match
    subscription: Subscription


def why_pressed(turn: Turn) -> None:
    """The query, and what of it was found."""
    alert = _alert(turn)
    if alert is None:
        return
    language = turn.language
    query = alert.match.query
    if alert.match.topic is not None:
        topic = turn.house.matcher.rules.topics.get(alert.match.topic)
        query = topic.query.text if topic is not None else None
    what = naming(turn, alert.subscription)
    lines = [language.html("I rang because you are subscribed to {what}.", what=what)]
    occasion = get_occasion(turn.conn, number(turn.arguments))
    if occasion is not None:
        lines.append(Html(told(occasion, language)))
    if query is not None:
        lines.append(language.html("It looks for: <code>{query}</code>", query=cut(query, 500)))
    words = found_words(alert.item, alert.match.spans)
    if words:
        listed = language.listed([Html(bold(escape(word))) for word in words[:_MOST_WORDS]])
        lines.append(language.html("Found: {words}.", words=listed))
    if turn.chat.kind == "channel" and turn.answers_to is None:
        # A reader of a channel asks for himself: the others need not read the answer.
        found = ", ".join(words[:_MOST_WORDS]) or "–"
        heading = cut(query or "", _SHOWN_OVER_THE_CHAT)
        turn.notify(
            language.gettext("It looks for: {query}. Found: {words}.", query=heading, words=found),
            alert=True,
        )
        return
    turn.say(Html("\n".join(lines)), keyboard([_unsubscribe_button(turn, alert.subscription)]))


def unsubscribe_pressed(turn: Turn) -> None:
    """Stop; the alert stays as it is."""
    alert = _alert(turn)
    if alert is not None:
        drop(turn, alert.subscription.id)
        turn.say(*farewell(turn, alert.subscription))


def mute_pressed(turn: Turn) -> None:
    """Ask for how long."""
    alert = _alert(turn)
    if alert is not None:
        mute_choice(turn, alert.subscription)


def fewer_pressed(turn: Turn) -> None:
    """Offer to ring only where it stands in the title, and to stop."""
    alert = _alert(turn)
    if alert is None:
        return
    language = turn.language
    rules = turn.house.matcher.rules
    wish = wish_of(alert.subscription.rule, rules)
    narrower = None if wish is None else wish_of(f"query:title:({wish.query})", rules)
    if narrower is None or (wish is not None and str(narrower.query) == str(wish.query)):
        _only_stop(turn, alert.subscription)
        return
    label = language.gettext("Only when it is in the title")
    turn.say(
        language.html("How shall I ring less for {what}?", what=naming(turn, alert.subscription)),
        keyboard(
            [button(label, "x", alert.subscription.id, keep(turn, narrower.rule))],
            [_unsubscribe_button(turn, alert.subscription)],
        ),
    )


def _alert(turn: Turn) -> Alert | None:
    """The alert that was pressed, looked up anew, and only in this chat; says so if it is none."""
    found = get_match(turn.conn, number(turn.arguments))
    if found is None:
        turn.notify(turn.language.gettext("That alert is too old."), alert=True)
        return None
    item, match = found
    mine = people.subscriptions(turn.conn, turn.chat.id, turn.thread_id)
    subscription = next((each for each in mine if each.rule == match.rule), None)
    if subscription is None:
        # Either it was ended meanwhile, or somebody made the number up: say no more than that.
        turn.notify(turn.language.gettext("You are not subscribed to this any more."), alert=True)
        return None
    return Alert(item, match, subscription)


def _only_stop(turn: Turn, subscription: Subscription) -> None:
    turn.say(
        turn.language.html(
            "It is narrow already: {what}. I can only stop ringing for it.",
            what=naming(turn, subscription),
        ),
        keyboard([_unsubscribe_button(turn, subscription)]),
    )


def found_words(item: Item, spans: tuple[Span, ...]) -> list[str]:
    """The words in the item that the spans point at, each once, as the item wrote them."""
    words: dict[str, None] = {}
    for span in spans:
        if span.field == "tags":
            index = span.index or 0
            text = item.tags[index] if index < len(item.tags) else ""
        else:
            text = item.title if span.field == "title" else item.text
        word = clean(text[span.start : span.end])
        if word:
            words.setdefault(cut(word, _LONGEST_WORD))
    return list(words)


def _unsubscribe_button(turn: Turn, subscription: Subscription) -> Button:
    return button(turn.language.gettext("Unsubscribe"), "u", subscription.id)
