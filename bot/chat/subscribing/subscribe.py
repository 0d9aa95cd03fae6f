"""/subscribe: at once, said back in plain words, with buttons to refine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from bot.chat.meaning.mistakes import explain_mistake
from bot.chat.meaning.pressed import wish_of_button
from bot.chat.meaning.telling import describe
from bot.chat.meaning.wishes import EVERYTHING, Wish, lasting, understand, wish_of
from bot.chat.subscribing.listing import TUNED
from bot.chat.subscribing.outlook import outlook, suggestions, told
from bot.chat.subscribing.taking import drop, take
from bot.chat.subscribing.topics import topic_buttons
from bot.chat.turns.kept import keep, kept
from bot.chat.turns.keyboards import button, in_rows, keyboard, number, parts
from bot.chat.turns.links import share_button
from bot.chat.words.languages import Html, fill
from bot.delivery.words import cut
from bot.errors import QueryError
from bot.store import people

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.turns.ahead import Outlook
    from bot.chat.turns.keyboards import Button, Keyboard
    from bot.chat.turns.turn import Turn
    from bot.model import Subscription

_FEW_TOPICS: Final = 6
_OTHER_MEANINGS: Final = 3
_DESCRIPTION: Final = 500  # code points
_TOKENS: Final = ("=", "#")  # what the text of a button begins with, see ``kept.py``


def subscribe(turn: Turn) -> None:
    """/subscribe TOPIC-or-QUERY; without either it says how."""
    if not turn.arguments:
        _say_how(turn)
        return
    try:
        wish = understand(turn.arguments, turn.house.matcher.rules)
    except QueryError as error:
        explain_mistake(turn, turn.arguments, error, "s")
        return
    confirm(turn, wish, turn.say)


def subscribe_ahead(turn: Turn) -> Outlook | None:
    """How often what is asked for would have rung; None where it does not read."""
    try:
        return outlook(turn, understand(turn.arguments, turn.house.matcher.rules))
    except QueryError:
        return None


def press_ahead(turn: Turn) -> Outlook | None:
    """The same for a button that subscribes: its text is behind its last colon but one's."""
    token = turn.arguments if turn.arguments[:1] in _TOKENS else turn.arguments.partition(":")[2]
    rule = kept(turn.conn, turn.chat.id, token)
    wish = None if rule is None else wish_of(rule, turn.house.matcher.rules)
    return None if wish is None else outlook(turn, lasting(wish, turn.house.matcher.rules))


def subscribe_pressed(turn: Turn) -> None:
    """“Ring me for this” under an answer, and “subscribe again”: the text is in the button."""
    wish = wish_of_button(turn, turn.arguments)
    if wish is None:
        return
    confirm(turn, wish, turn.say)


def undo_pressed(turn: Turn) -> None:
    """“Undo” behind an end: the subscription is there again, with all that was set of it."""
    text = kept(turn.conn, turn.chat.id, turn.arguments)
    was = json.loads(text) if text is not None and text.startswith("{") else {}
    wish = wish_of(str(was.get("rule")), turn.house.matcher.rules)
    if wish is None:
        turn.notify(turn.language.gettext("That button is too old. Please ask again."), alert=True)
        return
    taken = take(turn, wish)
    if taken is None:
        return
    subscription, new = taken
    tuned = {name: was[name] for name in TUNED if name in was}
    if new and tuned:
        people.tune(turn.conn, subscription.id, turn.chat.id, **tuned)
    turn.say(confirmation(turn, wish, new=new), refinements(turn, wish, subscription))


def exchange_pressed(turn: Turn) -> None:
    """A refinement: one subscription becomes another, in place."""
    old, token = parts(turn.arguments, 2)
    wish = wish_of_button(turn, token)
    if wish is None:
        return
    drop(turn, number(old))
    confirm(turn, wish, turn.show)


def confirm(turn: Turn, wish: Wish, tell: Callable[[Html, Keyboard], None]) -> None:
    """Subscribe, and tell the chat what it will be rung for."""
    wish = lasting(wish, turn.house.matcher.rules)
    if wish.rule == EVERYTHING:
        turn.notify(turn.language.gettext("That button is too old. Please ask again."), alert=True)
        return
    taken = take(turn, wish)
    if taken is not None:
        subscription, new = taken
        tell(confirmation(turn, wish, new=new), refinements(turn, wish, subscription))


def confirmation(turn: Turn, wish: Wish, *, new: bool) -> Html:
    """What the chat is told of its new subscription, and how often it would have rung."""
    said = _confirmed(turn, wish, new=new)
    often = told(turn, wish) if new else Html("")
    return fill("{said}\n{often}", said=said, often=often) if often else said


def _confirmed(turn: Turn, wish: Wish, *, new: bool) -> Html:
    language = turn.language
    what = describe(turn, wish)
    if not new:
        return language.html("🔔 You have this one already: {what}.", what=what)
    if wish.topic is not None:
        said = language.html("🔔 Done! I will ring for the topic {what}.", what=what)
        details = wish.topic.description.get(language.code)
        return (
            fill("{said}\n<i>{text}</i>", said=said, text=cut(details, _DESCRIPTION))
            if details
            else said
        )
    if wish.entity is not None:
        names = {name for names in wish.entity.names.values() for name in names}
        languages = language.ngettext(
            "{n} language", "{n} languages", len([lang for lang in wish.entity.names if lang])
        )
        return language.nhtml(
            "🔔 Done! I will ring when the news names {what}; I know {n} spelling in {languages}, "
            "and its forms.",
            "🔔 Done! I will ring when the news names {what}; I know {n} spellings in {languages}, "
            "and their forms.",
            len(names),
            what=what,
            languages=languages,
        )
    return language.html("🔔 Done! I will ring for: {what}.", what=what)


def refinements(turn: Turn, wish: Wish, subscription: Subscription) -> Keyboard:
    """The buttons under a confirmation: other meanings, the latest, and the way back."""
    language = turn.language
    return keyboard(
        *([meaning] for meaning in _meanings(turn, wish, subscription.id)),
        *suggestions(turn, wish, subscription),
        share_button(turn, wish.topic),
        [
            button(language.gettext("Latest"), "q", 0, 0, keep(turn, wish.rule)),
            button(language.gettext("Settings"), "o", subscription.id),
            button(language.gettext("Unsubscribe"), "u", subscription.id),
        ],
    )


def _meanings(turn: Turn, wish: Wish, subscription: int) -> list[Button]:
    """What else the words may mean, each a press away."""
    language = turn.language
    buttons = [
        button(
            language.gettext("I mean {name}", name=entity.title_in(language.code)),
            "x",
            subscription,
            keep(turn, f"query:@{entity.key}"),
        )
        for entity in wish.others[:_OTHER_MEANINGS]
    ]
    if wish.word is not None:
        label = language.gettext("Only the word “{word}”", word=str(wish.word))
        buttons.append(button(label, "x", subscription, keep(turn, f"query:{wish.word}")))
    return buttons


def _say_how(turn: Turn) -> None:
    turn.say(
        turn.language.html(
            "Tell me what to listen for, for example:\n"
            "<code>/subscribe Ukraine</code>\n"
            '<code>/subscribe "peace talks" OR ceasefire</code>\n'
            "Or take a topic:"
        ),
        keyboard(*in_rows(topic_buttons(turn, _FEW_TOPICS), 2)),
    )
