"""/chart QUERY[, QUERY…]: how many items a day, as a picture and in words."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.charting.counting import beginning, count
from bot.charting.drawing import picture
from bot.chat.asking.answering import heard
from bot.chat.meaning.mistakes import explain_mistake
from bot.chat.meaning.telling import describe
from bot.chat.meaning.wishes import is_query, understand
from bot.chat.turns.kept import keep
from bot.chat.turns.keyboards import button, keyboard
from bot.chat.words.languages import Html
from bot.delivery.html import to_text
from bot.errors import QueryError, TocsinError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.charting.counting import Counts
    from bot.chat.meaning.wishes import Wish
    from bot.chat.turns.keyboards import Keyboard
    from bot.chat.turns.turn import Turn
    from bot.chat.words.languages import Language

log = structlog.get_logger(__name__)

MOST: Final = 4
# Seconds that counting takes at most: beyond, the chart begins later.
_SECONDS: Final = 2.0
# A comma parts what is compared, but not within quotes, brackets or a regular expression.
_PART = re.compile(r'(?:"[^"]*"|\([^)]*\)|/(?:\\.|[^/\\])+/|[^,،;])+')


def chart(turn: Turn) -> None:
    """/chart: count at once, draw behind the turn."""
    wanted = [part.strip() for part in _PART.findall(turn.arguments) if part.strip()][:MOST]
    if not wanted:
        turn.say(
            turn.language.html(
                "Tell me what to count, for example:\n"
                "<code>/chart Ukraine</code>\n"
                "<code>/chart Ukraine, ceasefire since:90d</code>"
            )
        )
        return
    wishes = []
    for text in wanted:
        wish = _wish(turn, text)
        if wish is None:
            return
        wishes.append(wish)
    _draw(turn, wishes)


def _wish(turn: Turn, text: str) -> Wish | None:
    """What one of the parts asks for; where it cannot be read, the chat is told."""
    try:
        if is_query(text):
            return understand(text, turn.house.matcher.rules)
    except QueryError as error:
        explain_mistake(turn, text, error, "q:0:0")
        return None
    wish = heard(turn, text)
    if wish is None or wish.query is None:
        turn.say(turn.language.html("I cannot count that: it has no word to look for."))
        return None
    return wish


def _draw(turn: Turn, wishes: Sequence[Wish]) -> None:
    queries = [wish.query for wish in wishes if wish.query is not None]
    counts = count(
        turn.conn,
        queries,
        since=beginning(queries, turn.now),
        now=turn.now,
        timezone=turn.chat.timezone,
        seconds=_SECONDS,
    )
    what = [describe(turn, wish) for wish in wishes]
    if not counts.total:
        turn.say(
            turn.language.html(
                "📊 Between these days I have read nothing about {what}, so there is nothing to "
                "draw: {days}.",
                what=turn.language.listed(what, "or"),
                days=turn.language.days(counts.first, counts.last),
            )
        )
        return
    names = [to_text(each) for each in what]
    draw = partial(
        picture, counts, title=" · ".join(names), names=names, language=turn.language.code
    )
    turn.errand(
        partial(_drawn, draw),
        partial(_show, text=figures(turn.language, counts, what), wishes=wishes),
    )


async def _drawn(draw: partial[bytes]) -> bytes | None:
    """The picture; None where it cannot be drawn here, for the figures are an answer too."""
    try:
        return await asyncio.to_thread(draw)
    except TocsinError as error:
        log.warning("a chart was not drawn", reason=str(error))
        return None


def _show(turn: Turn, png: bytes | None, *, text: Html, wishes: Sequence[Wish]) -> None:
    buttons = _buttons(turn, wishes[0]) if len(wishes) == 1 else keyboard()
    if png is None:
        turn.say(text, buttons)
    else:
        turn.send_picture("chart.png", png, text, buttons)


def figures(language: Language, counts: Counts, what: Sequence[Html]) -> Html:
    """The chart in words, for whoever does not see it."""
    days = language.days(counts.first, counts.last)
    lines = [language.html("📊 <b>Items a day</b>, {days}", days=days)]
    for name, numbers in zip(what, counts.series, strict=True):
        most = max(numbers)
        day = counts.days[numbers.index(most)]
        lines.append(
            language.nhtml(
                "{what}: {n} item; the most on {day}: {most}",
                "{what}: {n} items; the most on {day}: {most}",
                sum(numbers),
                what=name,
                day=language.days(day, day),
                most=most,
            )
        )
    if counts.cut:
        lines.append(language.html("There is more than I can count at once, so it begins there."))
    return Html("\n".join(lines))


def _buttons(turn: Turn, wish: Wish) -> Keyboard:
    token = keep(turn, wish.rule)
    return keyboard(
        [button(turn.language.gettext("Latest"), "q", 0, 0, token)],
        [button(turn.language.gettext("🔔 Ring me for this"), "s", token)],
    )
