"""/latest, /search and plain text: the newest items that match, by page, in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.answers import latest_answers
from bot.chat.kept import keep
from bot.chat.keyboards import button, keyboard, number, page_number, pager, parts
from bot.chat.languages import Html, fill
from bot.chat.mistakes import explain_mistake
from bot.chat.showing import show_answer
from bot.chat.taking import describe, wish_of_button
from bot.chat.wishes import understand, understand_freely
from bot.errors import QueryError
from bot.store.sources import all_sources

if TYPE_CHECKING:
    from bot.chat.keyboards import Button, Keyboard
    from bot.chat.turn import Turn
    from bot.chat.wishes import Wish

PAGE: Final = 5


def latest(turn: Turn) -> None:
    """/latest [QUERY]: without a query, whatever came last."""
    if turn.arguments:
        search(turn)
    else:
        turn.say(*_newest(turn, 0, 0))


def search(turn: Turn) -> None:
    """/search QUERY."""
    if not turn.arguments:
        turn.say(
            turn.language.html(
                "Tell me what to look for: <code>/search peace talks</code>. "
                "Or just write it to me without a command."
            )
        )
        return
    try:
        wish = understand(turn.arguments, turn.house.matcher.rules)
    except QueryError as error:
        explain_mistake(turn, turn.arguments, error)
        return
    turn.say(*_answer(turn, wish, 0, 0))


def plain_text(turn: Turn) -> None:
    """A question, a name, or just words."""
    try:
        wish = understand_freely(turn.arguments, turn.house.matcher.rules, turn.house.languages)
    except QueryError:
        turn.say(
            turn.language.html(
                "Send me a few words and I will look for news about them. /help shows what else "
                "I can do."
            )
        )
        return
    turn.say(*_answer(turn, wish, 0, 0))


def page_pressed(turn: Turn) -> None:
    """A page of an answer: ``PAGE:ANCHOR:KEPT``. With no anchor it is the first, as a new message.

    The anchor is the newest item that there was, so that pages stay the same while news come in.
    """
    page, anchor, token = parts(turn.arguments, 3)
    wish = wish_of_button(turn, token)
    if wish is None:
        return
    answer = _answer(turn, wish, number(anchor), page_number(page))
    (turn.show if number(anchor) else turn.say)(*answer)


def newest_pressed(turn: Turn) -> None:
    """A page of the newest items of all: ``PAGE:ANCHOR``."""
    page, anchor = parts(turn.arguments, 2)
    turn.show(*_newest(turn, number(anchor), page_number(page)))


def _answer(turn: Turn, wish: Wish, anchor: int, page: int) -> tuple[Html, Keyboard]:
    """One page of what matches, ``anchor`` and older; 0 is from the newest on."""
    sources = all_sources(turn.conn)
    found = latest_answers(
        turn.conn,
        wish.query,
        sources=sources,
        now=turn.now,
        limit=(page + 1) * PAGE + 1,
        before=anchor + 1 if anchor else None,
    )
    shown = found[page * PAGE : (page + 1) * PAGE]
    if not shown:
        return _nothing(turn, wish, page)
    anchor = anchor or found[0].stored.number
    token = keep(turn, wish.rule)
    what = describe(turn, wish)
    head = (
        fill("🔎 {what}", what=what)
        if page == 0
        else turn.language.html("🔎 {what}, page {page}", what=what, page=page + 1)
    )
    text = Html("\n\n".join([head, *(show_answer(turn, each, sources) for each in shown)]))
    return text, keyboard(
        pager("q", page, anchor, token, more=len(found) > (page + 1) * PAGE),
        *_alternatives(turn, wish),
        [button(turn.language.gettext("🔔 Ring me for this"), "s", token)],
    )


def _alternatives(turn: Turn, wish: Wish) -> list[list[Button]]:
    """The plain word instead of the entity, or an entity instead of the word."""
    gettext = turn.language.gettext
    if wish.word is not None:
        label = gettext("Only the word “{word}”", word=str(wish.word))
        return [[button(label, "q", 0, 0, keep(turn, f"query:{wish.word}"))]]
    return [
        [
            button(
                gettext("I mean {name}", name=entity.title_in(turn.language.code)),
                "q",
                0,
                0,
                keep(turn, f"query:@{entity.key}"),
            )
        ]
        for entity in wish.others[:2]
    ]


def _nothing(turn: Turn, wish: Wish, page: int) -> tuple[Html, Keyboard]:
    what = describe(turn, wish)
    if page > 0:
        return turn.language.html("🔎 There is nothing older about {what}.", what=what), keyboard()
    text = turn.language.html(
        "🔎 I have read nothing about {what} so far. Fewer or other words may find more; "
        "or I ring you when something comes.",
        what=what,
    )
    return text, keyboard(
        [button(turn.language.gettext("🔔 Ring me for this"), "s", keep(turn, wish.rule))],
        *_alternatives(turn, wish),
    )


def _newest(turn: Turn, anchor: int, page: int) -> tuple[Html, Keyboard]:
    """One page of the newest items, whatever they are about."""
    sources = all_sources(turn.conn)
    limit = (page + 1) * PAGE + 1
    before = anchor + 1 if anchor else None
    found = latest_answers(
        turn.conn, None, sources=sources, now=turn.now, limit=limit, before=before
    )
    shown = found[page * PAGE : (page + 1) * PAGE]
    if not shown:
        return turn.language.html("I have read no news yet. Come back in a moment!"), keyboard()
    head = turn.language.html("📰 The latest news")
    text = Html("\n\n".join([head, *(show_answer(turn, each, sources) for each in shown)]))
    anchor = anchor or found[0].stored.number
    return text, keyboard(pager("n", page, anchor, more=len(found) == limit))
