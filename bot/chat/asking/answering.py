"""/latest, /search and plain text: the newest items that match, by page, in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.answers import newest_answers
from bot.chat.asking.showing import show_answer
from bot.chat.meaning.mistakes import explain_mistake
from bot.chat.meaning.nearest import nearest_names
from bot.chat.meaning.pressed import wish_of_button
from bot.chat.meaning.telling import describe
from bot.chat.meaning.windows import Calendar
from bot.chat.meaning.wishes import EVERYTHING, Wish, understand, understand_freely
from bot.chat.turns.kept import keep
from bot.chat.turns.keyboards import button, keyboard, number, page_number, pager, parts
from bot.chat.words.languages import Html, fill
from bot.errors import QueryError
from bot.matching.query.tree import Phrase, Word, leaves

if TYPE_CHECKING:
    from bot.answers import Answer, Answers
    from bot.chat.turns.keyboards import Button, Keyboard
    from bot.chat.turns.turn import Turn
    from bot.store.rows import StoredItem

PAGE: Final = 5
# Seconds that one answer looks for: then it says how far it came, and a press goes on from there.
_SECONDS: Final = 0.1


def latest(turn: Turn) -> None:
    """/latest [QUERY]: without a query, whatever came last."""
    if turn.arguments:
        search(turn)
    else:
        turn.say(*_answer(turn, Wish(None), 0, 0))


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
        explain_mistake(turn, turn.arguments, error, "q:0:0")
        return
    turn.say(*_answer(turn, wish, 0, 0))


def plain_text(turn: Turn) -> None:
    """A question, a name, or just words."""
    wish = heard(turn, turn.arguments)
    if wish is None:
        turn.say(
            turn.language.html(
                "Send me a few words and I will look for news about them. /help shows what else "
                "I can do."
            )
        )
        return
    turn.say(*_answer(turn, wish, 0, 0))


def heard(turn: Turn, text: str) -> Wish | None:
    """What a question asks for; None where it has no word at all."""
    house = turn.house
    try:
        return understand_freely(
            text,
            house.matcher.rules,
            code=turn.language.code,
            calendar=Calendar(turn.chat.timezone, turn.now),
            sources=house.source_names.within(turn.conn, turn.now),
        )
    except QueryError:
        return None


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
    """A page of the newest items of all, as an earlier version's buttons ask: ``PAGE:ANCHOR``."""
    page, anchor = parts(turn.arguments, 2)
    turn.show(*_answer(turn, Wish(None), number(anchor), page_number(page)))


def _answer(turn: Turn, wish: Wish, anchor: int, page: int) -> tuple[Html, Keyboard]:
    """One page of what matches, ``anchor`` and older; 0 is from the newest on."""
    answers = _find(turn, wish, anchor, page)
    if not answers.found[page * PAGE :]:
        return _nothing(turn, wish, anchor, page, answers.reached)
    return _shown(turn, wish, anchor, page, answers, _head(turn, wish, page))


def _find(turn: Turn, wish: Wish, anchor: int, page: int) -> Answers:
    return newest_answers(
        turn.conn,
        wish.query,
        now=turn.now,
        limit=(page + 1) * PAGE + 1,
        before=anchor + 1 if anchor else None,
        called=turn.house.source_names.within(turn.conn, turn.now).called,
        seconds=_SECONDS,
    )


def _shown(
    turn: Turn, wish: Wish, anchor: int, page: int, answers: Answers, head: Html
) -> tuple[Html, Keyboard]:
    found = answers.found
    shown: list[Answer] = found[page * PAGE : (page + 1) * PAGE]
    more = len(found) > (page + 1) * PAGE
    texts = [head, *(show_answer(turn, each) for each in shown)]
    rows: list[list[Button]] = []
    if answers.reached is not None and not more:
        texts.append(_how_far(turn, answers.reached))
        rows.append(_further(turn, wish, answers.reached))
    anchor = anchor or found[0].stored.number
    pages = pager("q", page, anchor, keep(turn, wish.kept), more=more)
    return Html("\n\n".join(texts)), keyboard(
        pages, *rows, *_alternatives(turn, wish), _ring_me(turn, wish)
    )


def _head(turn: Turn, wish: Wish, page: int) -> Html:
    what = describe(turn, wish)
    if wish.about is None:
        latest_news = turn.language.html("📰 The latest news")
        return fill("{head} · {what}", head=latest_news, what=what) if what else latest_news
    if page == 0:
        return fill("🔎 {what}", what=what)
    return turn.language.html("🔎 {what}, page {page}", what=what, page=page + 1)


def _ring_me(turn: Turn, wish: Wish) -> list[Button]:
    """What can be subscribed to: not whatever is new."""
    if wish.rule == EVERYTHING:
        return []
    asked = wish.at_any_time()
    return [button(turn.language.gettext("🔔 Ring me for this"), "s", keep(turn, asked.kept))]


def _alternatives(turn: Turn, wish: Wish) -> list[list[Button]]:
    """The plain words instead of the names in them, or an entity instead of the word."""
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


def _nothing(
    turn: Turn, wish: Wish, anchor: int, page: int, reached: StoredItem | None
) -> tuple[Html, Keyboard]:
    language = turn.language
    what = describe(turn, wish)
    if reached is not None:
        head = fill("🔎 {what}", what=what)
        text = Html("\n".join([head, _how_far(turn, reached)]))
        return text, keyboard(_further(turn, wish, reached), _ring_me(turn, wish))
    if page > 0 or anchor:
        return language.html("🔎 There is nothing older about {what}.", what=what), keyboard()
    if wish.times:
        wider = wish.at_any_time()
        found = _find(turn, wider, 0, 0)
        if found.found:
            head = language.html(
                "🔎 I have read nothing about that in this time ({what}). The latest there is:",
                what=what,
            )
            return _shown(turn, wider, 0, 0, found, head)
    if wish.about is None and not wish.narrow:
        return language.html("I have read no news yet. Come back in a moment!"), keyboard()
    text = language.html(
        "🔎 I have read nothing about {what} so far. Fewer or other words may find more; "
        "or I ring you when something comes.",
        what=what,
    )
    near = _near(turn, wish)
    if near:
        text = fill("{text}\n\n{more}", text=text, more=language.html("Did you mean one of these?"))
    return text, keyboard(*near, _ring_me(turn, wish), *_alternatives(turn, wish))


def _near(turn: Turn, wish: Wish) -> list[list[Button]]:
    """The names that the words look most like."""
    if wish.about is None or wish.topic is not None:
        return []
    words = [leaf.written for leaf in leaves(wish.about.tree) if isinstance(leaf, (Word, Phrase))]
    names = nearest_names(" ".join(words), turn.house.matcher.rules, turn.language.code)
    return [[button(near.title, "q", 0, 0, keep(turn, near.rule))] for near in names]


def _how_far(turn: Turn, reached: StoredItem) -> Html:
    when = turn.language.moment(reached.first_seen, timezone=turn.chat.timezone, now=turn.now)
    return turn.language.html("I have looked through the news back to {when}.", when=when)


def _further(turn: Turn, wish: Wish, reached: StoredItem) -> list[Button]:
    label = turn.language.gettext("Look further back")
    return [button(label, "q", 0, reached.number, keep(turn, wish.kept))]
