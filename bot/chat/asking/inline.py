"""Inline mode, ``@bot words`` in any chat: what would be answered, to be sent there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.answers import newest_answers
from bot.chat.asking.answering import heard
from bot.chat.asking.showing import origin_line, show_answer
from bot.chat.meaning.wishes import Wish
from bot.delivery.links import presentable
from bot.delivery.words import clean, cut
from bot.model import Message

if TYPE_CHECKING:
    from bot.answers import Answer
    from bot.chat.turns.events import Inline
    from bot.chat.turns.turn import Turn

_PAGE: Final = 20  # results; Telegram takes fifty
_SECONDS: Final = 0.1
_CACHED: Final = 30  # seconds that Telegram answers the same words by itself
_TITLE: Final = 120
_DESCRIPTION: Final = 160
_LONGEST_OFFSET: Final = 15  # digits


def inline(turn: Turn, event: Inline) -> None:
    """The results, newest first; to strangers none, with a button that leads to the bot."""
    if turn.role is None:
        _answer(turn, event, [], button=turn.language.gettext("I only answer people I know"))
        return
    wish = heard(turn, event.text) if event.text else None
    wish = wish or Wish(None)
    found = newest_answers(
        turn.conn,
        wish.query,
        now=turn.now,
        limit=_PAGE + 1,
        before=_number(event.offset),
        called=turn.house.source_names.within(turn.conn, turn.now).called,
        seconds=_SECONDS,
    ).found
    shown = found[:_PAGE]
    following = str(shown[-1].stored.number) if len(found) > _PAGE else ""
    nothing = turn.language.gettext("Nothing found; talk with me") if not event.offset else None
    _answer(
        turn,
        event,
        [_result(turn, each) for each in shown],
        following,
        button=None if shown else nothing,
    )


def _answer(
    turn: Turn,
    event: Inline,
    results: list[dict[str, Any]],
    following: str = "",
    *,
    button: str | None = None,
) -> None:
    arguments: dict[str, Any] = {
        "inline_query_id": event.query_id,
        "results": results,
        "next_offset": following,
        "cache_time": _CACHED,
        "is_personal": True,
    }
    if button is not None:
        arguments["button"] = {"text": button, "start_parameter": "inline"}
    turn.inline = Message("answerInlineQuery", arguments)


def _result(turn: Turn, found: Answer) -> dict[str, Any]:
    """An item as Telegram lists it, and as it is sent when it is chosen."""
    item = found.stored.item
    title = clean(item.title) or clean(item.text[:_DESCRIPTION]) or item.source
    result: dict[str, Any] = {
        "type": "article",
        "id": str(found.stored.number),
        "title": cut(title, _TITLE),
        "description": cut(clean(origin_line(turn, found)), _DESCRIPTION),
        "input_message_content": {
            "message_text": show_answer(turn, found),
            "parse_mode": "HTML",
        },
    }
    url = presentable(item.url)
    return result | ({"url": url} if url else {})


def _number(offset: str) -> int | None:
    is_one = offset.isascii() and offset.isdecimal() and len(offset) <= _LONGEST_OFFSET
    return int(offset) if is_one else None
