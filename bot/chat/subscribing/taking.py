"""Taking and dropping subscriptions: what every command and button that does it shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.subscribing.waiting import ring_sample, ring_waiting
from bot.matching.query import parse_query
from bot.matching.query.tree import And, Field, Value
from bot.sieve import Sieve
from bot.store import holding, people

if TYPE_CHECKING:
    from bot.chat.meaning.wishes import Wish
    from bot.chat.turns.turn import Turn
    from bot.model import Subscription

# Everything that arrives is matched with every query: one chat must not cost more than this many.
MOST: Final = 200


def take(turn: Turn, wish: Wish) -> tuple[Subscription, bool] | None:
    """Subscribe the chat, and ring what waits for it, or a sample; True where it is new.

    None, and the chat is told, where it has as many as it may.
    """
    chat, thread = turn.chat.id, turn.thread_id
    mine = people.subscriptions(turn.conn, chat)
    if len(mine) >= MOST and wish.rule not in {each.rule for each in mine}:
        turn.say(
            turn.language.nhtml(
                "You have {n} subscription, which is as many as I can take. "
                "/unsubscribe from one first.",
                "You have {n} subscriptions, which is as many as I can take. "
                "/unsubscribe from one first.",
                len(mine),
            )
        )
        return None
    subscription, new = people.subscribe(turn.conn, chat, thread, wish.rule, turn.now)
    if new:
        subscription = _narrowed(turn, wish, subscription)
        seen = turn.outlook
        rung = ring_waiting(turn, wish)
        if not rung and seen is not None and seen.rule == wish.rule and seen.latest is not None:
            ring_sample(turn, wish, seen.latest)
    return subscription, new


def drop(turn: Turn, number: int) -> Subscription | None:
    """End one of this chat's subscriptions; None where it has none of that number."""
    gone = people.unsubscribe(turn.conn, number, turn.chat.id)
    if gone is not None:
        holding.end_rule(turn.conn, gone.chat_id, gone.thread_id, gone.rule, turn.now)
        unwatch(turn, gone)
    return gone


def _narrowed(turn: Turn, wish: Wish, subscription: Subscription) -> Subscription:
    """A topic that was asked for in one language, or from one source, is heard so."""
    if wish.topic is None or not wish.narrow:
        return subscription
    tree = parse_query(" ".join(wish.narrow), turn.house.matcher.rules.vocabulary).tree
    sieve = Sieve()
    for each in tree.children if isinstance(tree, And) else (tree,):
        match each:
            case Field("lang", Value(code)):
                sieve = sieve.turned("langs", code)
            case Field("source", Value(key)):
                sieve = sieve.turned("sources", key)
    tuned = people.tune(turn.conn, subscription.id, turn.chat.id, sieve=sieve.written())
    return tuned or subscription


def unwatch(turn: Turn, gone: Subscription) -> None:
    """Have it known that a query has a subscriber less, once that is committed."""
    query = gone.query
    if query is not None:
        turn.after(lambda: turn.house.ended(query))
