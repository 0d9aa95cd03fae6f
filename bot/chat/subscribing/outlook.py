"""What a subscription would have brought lately: read beside the writer, before it is taken."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.answers import newest_answers
from bot.chat.meaning.nearest import nearest_names
from bot.chat.meaning.wishes import narrower
from bot.chat.subscribing.waiting import found_in
from bot.chat.turns.ahead import Outlook
from bot.chat.turns.kept import keep
from bot.chat.turns.keyboards import button
from bot.chat.words.languages import Html
from bot.estimating import how_often
from bot.matching.query.tree import Phrase, Word, leaves
from bot.matching.question import Question

if TYPE_CHECKING:
    from bot.chat.meaning.wishes import Wish
    from bot.chat.turns.keyboards import Button
    from bot.chat.turns.turn import Turn
    from bot.model import Subscription

_WEEK: Final = timedelta(days=7)
_COUNTING: Final = 0.1  # seconds
_LOOKING: Final = 0.05
_LOOK_AT: Final = 5  # of the newest that have the words: what filters keep from ringing is none
_TOO_OFTEN: Final = 140  # in a week: twenty a day


def outlook(turn: Turn, wish: Wish) -> Outlook | None:
    """Look at what is stored, for a bounded time.

    None for whatever is new, and for a pattern in time, which no one item shows.
    """
    rules = turn.house.matcher.rules
    if wish.about is None or (wish.topic is not None and wish.topic.when is not None):
        return None
    question = (
        Question(wish.rule, wish.about)
        if wish.topic is None
        else Question.of_topic(wish.topic, rules)
    )
    since = turn.now - _WEEK
    called = turn.house.source_names.within(turn.conn, turn.now).called
    week = how_often(
        turn.conn, question, since=since, now=turn.now, called=called, seconds=_COUNTING
    )
    answers = newest_answers(
        turn.conn, wish.about, now=turn.now, limit=_LOOK_AT, called=called, seconds=_LOOKING
    )
    ringing = (
        each.stored
        for each in answers.found
        if found_in(turn, wish, each.stored.item, each.source) is not None
    )
    return Outlook(wish.rule, week, next(ringing, None))


def told(turn: Turn, wish: Wish) -> Html:
    """How often it would have rung, with a warning where that is never or too often."""
    seen = turn.outlook
    if seen is None or seen.rule != wish.rule or seen.week is None:
        return Html("")
    language, n = turn.language, seen.week.count
    if n == 0:
        return language.html("⚠️ In the last week I would not have rung at all.")
    said = (
        language.nhtml(
            "In the last week I would have rung {n} time.",
            "In the last week I would have rung {n} times.",
            n,
        )
        if seen.week.exact
        else language.nhtml(
            "In the last week I would have rung about {n} time.",
            "In the last week I would have rung about {n} times.",
            n,
        )
    )
    return Html(f"⚠️ {said}") if n > _TOO_OFTEN else said


def suggestions(turn: Turn, wish: Wish, subscription: Subscription) -> list[list[Button]]:
    """Where it is never: the names that look like it. Where it is too often: what rings less."""
    seen = turn.outlook
    if seen is None or seen.rule != wish.rule or seen.week is None:
        return []
    language, rules = turn.language, turn.house.matcher.rules
    if seen.week.count == 0 and wish.about is not None and wish.topic is None:
        words = [
            leaf.written for leaf in leaves(wish.about.tree) if isinstance(leaf, (Word, Phrase))
        ]
        near = nearest_names(" ".join(words), rules, language.code, 2)
        return [
            [
                button(
                    language.gettext("I mean {name}", name=each.title),
                    "x",
                    subscription.id,
                    keep(turn, each.rule),
                )
            ]
            for each in near
        ]
    if seen.week.count <= _TOO_OFTEN:
        return []
    title = narrower(wish, rules)
    less = (
        [
            button(
                language.gettext("Only when it is in the title"),
                "x",
                subscription.id,
                keep(turn, title.rule),
            )
        ]
        if title is not None
        else []
    )
    daily = [button(language.gettext("Once a day as one message"), "c", subscription.id, "daily")]
    return [row for row in (less, daily) if row]
