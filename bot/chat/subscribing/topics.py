"""/topics: what can be subscribed to, by page; a press subscribes, in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.meaning.pressed import wish_of_button
from bot.chat.subscribing.taking import drop, take
from bot.chat.turns.kept import keep
from bot.chat.turns.keyboards import button, in_rows, keyboard, page_number, pager, parts
from bot.chat.words.languages import Html, fill
from bot.delivery.words import cut
from bot.matching.text import fold
from bot.store import people

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Button, Keyboard
    from bot.chat.turns.turn import Turn
    from bot.matching.ruleset import Topic

# A page must fit into a message; lengths in code points.
_PAGE: Final = 8
_TITLE: Final = 100
_DESCRIPTION: Final = 200


def topics(turn: Turn) -> None:
    """/topics: the first page."""
    turn.say(*_page(turn, 0))


def topics_pressed(turn: Turn) -> None:
    """Another page, in place: ``PAGE``."""
    turn.show(*_page(turn, page_number(turn.arguments)))


def toggle_pressed(turn: Turn) -> None:
    """A topic on the list was pressed: subscribed if it was not, else not any more."""
    page, token = parts(turn.arguments, 2)
    wish = wish_of_button(turn, token)
    if wish is None:
        return
    mine = _mine(turn)
    if wish.rule in mine:
        drop(turn, mine[wish.rule])
        turn.notify(turn.language.gettext("I will not ring for it any more."))
    elif take(turn, wish) is not None:
        turn.notify(turn.language.gettext("Done! I will ring for it."))
    turn.show(*_page(turn, page_number(page)))


def published(turn: Turn) -> list[Topic]:
    """The topics that there are, the pressing ones first, then by title."""
    code = turn.language.code
    enabled = [topic for topic in turn.house.matcher.rules.topics.values() if topic.enabled]
    return sorted(enabled, key=lambda topic: (-topic.severity, fold(topic.title_in(code))))


def topic_buttons(turn: Turn, count: int) -> list[Button]:
    """Buttons that subscribe to the most popular topics that the chat does not have yet."""
    mine = _mine(turn)
    figures = turn.house.popular.figures(turn.conn, turn.now)
    liked = sorted(published(turn), key=lambda topic: figures.get(topic.key, (0, 0)), reverse=True)
    fresh = [topic for topic in liked if f"topic:{topic.key}" not in mine]
    return [
        button(topic.title_in(turn.language.code), "s", keep(turn, f"topic:{topic.key}"))
        for topic in fresh[:count]
    ]


def _page(turn: Turn, page: int) -> tuple[Html, Keyboard]:
    language = turn.language
    everything = published(turn)
    if not everything:
        text = language.html(
            "There are no topics yet. Any words will do: <code>/subscribe Ukraine</code>"
        )
        return text, keyboard()
    page = min(max(page, 0), (len(everything) - 1) // _PAGE)
    shown = everything[page * _PAGE : (page + 1) * _PAGE]
    more = len(everything) > (page + 1) * _PAGE
    mine = _mine(turn)
    lines = [
        language.html("<b>Topics</b>. Press one and I ring you for it; press it again and I stop.")
    ]
    lines += [_line(turn, topic) for topic in shown if topic.description]
    buttons = [
        button(
            ("✅ " if f"topic:{topic.key}" in mine else "") + topic.title_in(language.code),
            "t",
            page,
            keep(turn, f"topic:{topic.key}"),
        )
        for topic in shown
    ]
    return Html("\n".join(lines)), keyboard(*in_rows(buttons, 2), pager("tp", page, more=more))


def _line(turn: Turn, topic: Topic) -> Html:
    code = turn.language.code
    description = topic.description.get(code) or topic.description.get("en") or ""
    return fill(
        "• <b>{title}</b> – {description}",
        title=cut(topic.title_in(code), _TITLE),
        description=cut(description, _DESCRIPTION),
    )


def _mine(turn: Turn) -> dict[str, int]:
    """The chat's subscriptions by rule."""
    mine = people.subscriptions(turn.conn, turn.chat.id, turn.thread_id)
    return {subscription.rule: subscription.id for subscription in mine}
