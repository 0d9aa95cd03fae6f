"""What a subscription is called: in a sentence, and on a button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.meaning.telling import describe
from bot.chat.meaning.wishes import wish_of
from bot.chat.words.languages import Html, fill
from bot.delivery.words import cut

if TYPE_CHECKING:
    from bot.chat.turns.turn import Turn
    from bot.model import Subscription

_LONGEST: Final = 200  # code points


def naming(turn: Turn, subscription: Subscription) -> Html:
    """What a subscription is called: its topic's title, or its query in plain words."""
    wish = wish_of(subscription.rule, turn.house.matcher.rules)
    if wish is not None:
        return describe(turn, wish)
    rule = subscription.topic or subscription.query or ""
    return fill("<code>{rule}</code>", rule=cut(rule, _LONGEST))


def label(turn: Turn, subscription: Subscription) -> str:
    """The same for a button: its topic's title, its entity's name, or its query as written."""
    rules = turn.house.matcher.rules
    if subscription.topic is not None:
        topic = rules.topics.get(subscription.topic)
        return topic.title_in(turn.language.code) if topic else subscription.topic
    query = subscription.query or ""
    entity = rules.vocabulary.entities.get(query.removeprefix("@"))
    return entity.title_in(turn.language.code) if query.startswith("@") and entity else query
