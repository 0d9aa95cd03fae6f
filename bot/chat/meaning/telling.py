"""What a wish is, said back in the person's language: what it is about, when, from where."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.attention import zone_of
from bot.chat.meaning.reading import reading
from bot.chat.words.languages import Html, fill
from bot.delivery.words import cut
from bot.matching.query import parse_query
from bot.matching.query.tree import And, Time

if TYPE_CHECKING:
    from bot.chat.meaning.wishes import Wish
    from bot.chat.turns.turn import Turn

# Code points of what a subscription is called: a page of eight must fit into a message.
_LONGEST: Final = 200
_LONGEST_READING: Final = 400
_BETWEEN: Final = " · "


def describe(turn: Turn, wish: Wish) -> Html:
    """The wish in plain words; a long query as it is written, cut. Empty for whatever is new."""
    about = [_about(turn, wish)] if wish.about is not None else []
    return Html(_BETWEEN.join([*about, *_narrow(turn, wish), *_times(turn, wish)]))


def _about(turn: Turn, wish: Wish) -> Html:
    language = turn.language
    if wish.topic is not None:
        return fill("<b>{title}</b>", title=cut(wish.topic.title_in(language.code), _LONGEST))
    if wish.about is None:
        return Html("")
    text = reading(wish.about.tree, language, turn.house.matcher.rules.vocabulary)
    if len(text) <= _LONGEST_READING:
        return text
    return fill("<code>{query}</code>", query=cut(str(wish.about), _LONGEST))


def _narrow(turn: Turn, wish: Wish) -> list[Html]:
    if not wish.narrow:
        return []
    vocabulary = turn.house.matcher.rules.vocabulary
    tree = parse_query(" ".join(wish.narrow), vocabulary).tree
    children = tree.children if isinstance(tree, And) else (tree,)
    return [reading(child, turn.language, vocabulary) for child in children]


def _times(turn: Turn, wish: Wish) -> list[Html]:
    """“26 November”, “since 23 November”, “16–22 November”."""
    if not wish.times:
        return []
    language, zone = turn.language, zone_of(turn.chat.timezone)
    tree = parse_query(" ".join(wish.times), turn.house.matcher.rules.vocabulary).tree
    bounds = tree.children if isinstance(tree, And) else (tree,)
    times = {each.start: each.at(turn.now) for each in bounds if isinstance(each, Time)}
    start, end = times.get(True), times.get(False)
    if start is not None and end is not None:
        last = end.astimezone(zone) - timedelta(days=1)
        return [Html(language.days(start.astimezone(zone).date(), last.date()))]
    if start is not None:
        local = start.astimezone(zone)
        when = (
            language.days(local.date(), local.date())
            if not local.hour and not local.minute
            else language.moment(start, timezone=turn.chat.timezone, now=turn.now)
        )
        return [language.html("since {when}", when=when)]
    return []
