"""/admin, wrong matches: what people said to be wrong, why it rang, and what to do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.chat.alerts.why import passages
from bot.chat.turns.keyboards import button, keyboard, number, page_number, pager
from bot.chat.words.languages import Html, fill
from bot.delivery.words import cut
from bot.errors import QueryError
from bot.matching.document import Document
from bot.matching.explaining import explain
from bot.matching.query import parse_query
from bot.matching.topic_explaining import explain_topic, reasons
from bot.store import silences, wrong
from bot.store.matches import get_match
from bot.store.sources import get_source

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Keyboard
    from bot.chat.turns.turn import Turn
    from bot.matching.query import Query

_PAGE: Final = 5
_LONGEST: Final = 120
_MOST_REASONS: Final = 12
_DAY: Final = timedelta(days=1)


def list_pressed(turn: Turn) -> None:
    """A page of them, those that most said first: ``PAGE``."""
    turn.show(*_page(turn, page_number(turn.arguments)))


def explain_pressed(turn: Turn) -> None:
    """One of them: why it rang. ``MATCH``."""
    which = number(turn.arguments)
    found = get_match(turn.conn, which)
    if found is None:
        turn.notify(turn.language.gettext("It is gone already."))
        turn.show(*_page(turn, 0))
        return
    item, match = found
    rules = turn.house.matcher.rules
    known = get_source(turn.conn, item.source)
    document = Document.of(item, known[0] if known else None, turn.now)
    topic = rules.topics.get(match.topic or "")
    lines = [fill("<b>{title}</b>", title=cut(item.title or item.text, _LONGEST))]
    lines.append(fill("<code>{rule}</code>", rule=cut(match.rule, _LONGEST)))
    if topic is not None:
        lines.append(fill("<code>{query}</code>", query=cut(topic.query.text, 400)))
        tree = explain_topic(topic, rules, document)
    elif match.query is not None and (query := _parsed(turn, match.query)) is not None:
        tree = explain(query, document)
    else:
        tree = None
    if tree is not None:
        why = [cut(line, 200) for line in reasons(tree, item)][:_MOST_REASONS]
        lines.append(fill("<pre>{why}</pre>", why="\n".join(why)))
    lines += passages(turn, item, match.spans)
    language = turn.language
    silence = (
        [button(language.gettext("Silence the topic for a day"), "ws", which)]
        if match.topic is not None
        else []
    )
    file = [button(language.gettext("Send me the rule file"), "wf", which)] if topic else []
    turn.show(
        Html("\n".join(lines)),
        keyboard(
            silence,
            file,
            [
                button(language.gettext("Seen to"), "wd", which),
                button(language.gettext("Back"), "wl", 0),
            ],
        ),
    )


def silence_pressed(turn: Turn) -> None:
    """The topic rings nobody for a day: ``MATCH``."""
    found = get_match(turn.conn, number(turn.arguments))
    if found is None or found[1].topic is None:
        turn.notify(turn.language.gettext("It is gone already."))
        return
    silences.add(
        turn.conn,
        "topic",
        found[1].topic,
        until=turn.now + _DAY,
        reason=turn.language.gettext("wrong matches"),
        who=turn.person.name if turn.person is not None else "",
        now=turn.now,
    )
    turn.notify(turn.language.gettext("Silenced for a day. /admin silences ends it."))


def file_pressed(turn: Turn) -> None:
    """The rule file that has the topic, to be mended and sent back: ``MATCH``."""
    found = get_match(turn.conn, number(turn.arguments))
    topic = turn.house.matcher.rules.topics.get((found[1].topic or "") if found else "")
    if topic is None:
        turn.notify(turn.language.gettext("It is gone already."))
        return
    turn.errand(lambda: turn.house.office.rule_file_of(topic.key), _send_file)


def _send_file(turn: Turn, file: tuple[str, str] | None) -> None:
    if file is None:
        turn.say(turn.language.html("No rule file has that topic."))
        return
    name, text = file
    turn.send_file(
        name,
        text.encode(),
        turn.language.html("Mend it and send it back: I check it before it comes into force."),
    )


def done_pressed(turn: Turn) -> None:
    """Seen to: nobody need look at it again. ``MATCH``."""
    wrong.settle(turn.conn, number(turn.arguments))
    turn.show(*_page(turn, 0))


def _parsed(turn: Turn, query: str) -> Query | None:
    try:
        return parse_query(query, turn.house.matcher.rules.vocabulary)
    except QueryError:
        return None


def _page(turn: Turn, page: int) -> tuple[Html, Keyboard]:
    language = turn.language
    found = wrong.listed(turn.conn, _PAGE + 1, page * _PAGE)
    back = [button(language.gettext("Back"), "am")]
    if not found:
        return language.html("Nobody said a match to be wrong."), keyboard(back)
    lines = [language.html("<b>Wrong matches</b>. Press one to see why it rang.")]
    rows = []
    for at, each in enumerate(found[:_PAGE], page * _PAGE + 1):
        lines.append(
            fill(
                "{at}. <b>{title}</b>\n<code>{rule}</code> · {chats}",
                at=at,
                title=cut(each.title, _LONGEST),
                rule=cut(each.rule, _LONGEST),
                chats=language.nhtml("{n} chat", "{n} chats", each.chats),
            )
        )
        rows.append([button(f"🔍 {at}. {cut(each.title, _LONGEST)}", "we", each.match_id)])
    more = len(found) > _PAGE
    return Html("\n\n".join(lines)), keyboard(*rows, pager("wl", page, more=more), back)
