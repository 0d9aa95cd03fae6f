"""/subscriptions and /unsubscribe: what the chat hears of, and how to stop it."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Final

from bot.chat.meaning.naming import label, naming
from bot.chat.meaning.wishes import understand
from bot.chat.subscribing.taking import drop
from bot.chat.turns.kept import keep
from bot.chat.turns.keyboards import button, keyboard, number, page_number, pager, parts
from bot.chat.words.languages import Html, fill
from bot.errors import QueryError
from bot.matching.text import fold
from bot.model import Subscription
from bot.store import people

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Keyboard
    from bot.chat.turns.turn import Turn

_PAGE: Final = 8
_LONGEST: Final = 200  # code points
# What was set of a subscription that an undoing brings back.
TUNED: Final = (
    *("cadence", "digest_at", "digest_day", "threshold", "silent", "pictures", "every_report"),
    *("sieve", "paused", "chart"),
)


def subscriptions(turn: Turn) -> None:
    """/subscriptions: the first page; a press opens a subscription."""
    turn.say(*_page(turn, 0, deletes=False))


def list_pressed(turn: Turn) -> None:
    """Another page of these, in place: ``PAGE``."""
    turn.show(*_page(turn, page_number(turn.arguments), deletes=False))


def subscriptions_pressed(turn: Turn) -> None:
    """Another page of what can be deleted, in place: ``PAGE``."""
    turn.show(*_page(turn, page_number(turn.arguments)))


def delete_pressed(turn: Turn) -> None:
    """A subscription on the list was pressed: ``NUMBER:PAGE``."""
    old, page = parts(turn.arguments, 2)
    gone = drop(turn, number(old))
    if gone is None:
        turn.notify(turn.language.gettext("It is gone already."))
    else:
        turn.notify(turn.language.gettext("I will not ring for it any more."))
    turn.show(*_page(turn, page_number(page)))


def unsubscribe(turn: Turn) -> None:
    """/unsubscribe [NUMBER-or-TEXT]: without either, the list with its buttons."""
    if not turn.arguments:
        turn.say(*_page(turn, 0))
        return
    mine = people.subscriptions(turn.conn, turn.chat.id, turn.thread_id)
    chosen = _chosen(turn, mine)
    if chosen is None:
        turn.say(turn.language.html("You have no such subscription. Here is what you have:"))
        turn.say(*_page(turn, 0))
        return
    drop(turn, chosen.id)
    turn.say(*farewell(turn, chosen))


def unsubscribe_pressed(turn: Turn) -> None:
    """“Unsubscribe” under a confirmation: ``NUMBER``. The message becomes its own undoing."""
    gone = drop(turn, number(turn.arguments))
    if gone is None:
        turn.notify(turn.language.gettext("It is gone already."))
        return
    turn.show(*farewell(turn, gone))


def farewell(turn: Turn, subscription: Subscription) -> tuple[Html, Keyboard]:
    """What is said when a subscription has ended, with the way back."""
    text = turn.language.html(
        "🔕 I will not ring for {what} any more.", what=naming(turn, subscription)
    )
    undo = button(turn.language.gettext("Undo"), "un", keep(turn, _as_it_was(subscription)))
    return text, keyboard([undo])


def _as_it_was(subscription: Subscription) -> str:
    """A subscription as a text, from which an undoing makes it again."""
    fresh = {each.name: each.default for each in fields(Subscription)}
    tuned = {name: value for name in TUNED if (value := getattr(subscription, name)) != fresh[name]}
    return json.dumps({"rule": subscription.rule, **tuned}, ensure_ascii=False)


def _chosen(turn: Turn, mine: list[Subscription]) -> Subscription | None:
    """The subscription that the arguments mean: its number on the list, its words, its name."""
    wanted = turn.arguments.strip()
    if wanted.isdecimal() and 1 <= int(wanted) <= len(mine):
        return mine[int(wanted) - 1]
    rules = {f"query:{wanted}", f"topic:{wanted.lower()}"}
    try:
        wish = understand(wanted, turn.house.matcher.rules)
    except QueryError:
        pass
    else:
        rules.add(wish.rule)
        if wish.word is not None:
            rules.add(f"query:{wish.word}")
    for subscription in mine:
        if subscription.rule in rules or fold(label(turn, subscription)) == fold(wanted):
            return subscription
    return None


def _page(turn: Turn, page: int, *, deletes: bool = True) -> tuple[Html, Keyboard]:
    """A page of the list, whose buttons delete a subscription, or open it."""
    language = turn.language
    mine = people.subscriptions(turn.conn, turn.chat.id, turn.thread_id)
    if not mine:
        return language.html(
            "You have no subscriptions yet. See /topics, or try <code>/subscribe Ukraine</code>"
        ), keyboard()
    page = min(max(page, 0), (len(mine) - 1) // _PAGE)
    first = page * _PAGE
    shown = mine[first : first + _PAGE]
    head = (
        language.nhtml(
            "<b>You have {n} subscription.</b> Press it to delete it.",
            "<b>You have {n} subscriptions.</b> Press one to delete it.",
            len(mine),
        )
        if deletes
        else language.nhtml(
            "<b>You have {n} subscription.</b> Press it to change when I ring for it, or to end it.",
            "<b>You have {n} subscriptions.</b> Press one to change when I ring for it, or to end it.",
            len(mine),
        )
    )
    lines = [head]
    lines += [
        fill("{number}. {what}", number=first + at, what=naming(turn, each))
        for at, each in enumerate(shown, 1)
    ]
    rows = [
        [
            button(f"🗑 {first + at}. {label(turn, each)}", "d", each.id, page)
            if deletes
            else button(f"⚙️ {first + at}. {label(turn, each)}", "o", each.id)
        ]
        for at, each in enumerate(shown, 1)
    ]
    more = len(mine) > first + _PAGE
    return Html("\n".join(lines)), keyboard(
        *rows, pager("dp" if deletes else "op", page, more=more)
    )
