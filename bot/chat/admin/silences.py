"""/admin silences and /admin silence: what the admins keep from ringing for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bot.chat.meaning.clocks import read_until
from bot.chat.turns.keyboards import button, keyboard, number
from bot.chat.words.languages import Html, fill
from bot.delivery.words import cut
from bot.errors import QueryError
from bot.matching.query import parse_query
from bot.store import silences, sources

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.chat.turns.keyboards import Keyboard
    from bot.chat.turns.turn import Turn
    from bot.model import Silence

_KINDS: Final = ("topic", "source", "query", "all")
_LONGEST: Final = 100  # code points of a target and of a reason, on the list
_MOST: Final = 20


class Wanted(NamedTuple):
    """A silence that an admin asks for."""

    kind: str
    target: str
    until: datetime | None
    reason: str


def list_silences(turn: Turn) -> None:
    """/admin silences: those in force, each with a button that ends it."""
    turn.say(*_page(turn, silences.active(turn.conn, turn.now)))


def list_pressed(turn: Turn) -> None:
    """“Silences” under /admin."""
    turn.say(*_page(turn, silences.active(turn.conn, turn.now)))


def add(turn: Turn, words: str) -> None:
    """/admin silence KIND [TARGET] [2h] [reason]."""
    wanted = read(words, turn.chat.timezone, turn.now)
    if wanted is None:
        turn.say(_how(turn))
        return
    problem = _problem(turn, wanted)
    if problem is not None:
        turn.say(problem)
        return
    who = turn.person.name if turn.person is not None else turn.chat.title

    def change(conn: Connection) -> None:
        silences.add(
            conn,
            wanted.kind,
            wanted.target,
            until=wanted.until,
            reason=wanted.reason,
            who=who or "an admin",
            now=turn.now,
        )

    turn.on_commit(change)
    turn.say(
        turn.language.html(
            "🤫 Silenced: {what}. What comes is kept and searchable, and rings nobody. "
            "/admin silences shows what is silenced, and ends it.",
            what=_line(turn, wanted),
        )
    )


def end_pressed(turn: Turn) -> None:
    """A silence on the list was pressed: ``NUMBER``."""
    which = number(turn.arguments)
    there = silences.active(turn.conn, turn.now)
    if all(each.id != which for each in there):
        turn.notify(turn.language.gettext("It is gone already."))

    def change(conn: Connection) -> None:
        silences.remove(conn, which)

    turn.on_commit(change)
    turn.show(*_page(turn, [each for each in there if each.id != which]))


def read(words: str, timezone: str, now: datetime) -> Wanted | None:
    """What was asked for; None where it cannot be read.

    The first length of time behind the target ends it, and what follows that is the reason. With
    none, the silence lasts until somebody ends it.
    """
    kind, _, rest = words.strip().partition(" ")
    kind = kind.lower()
    if kind not in _KINDS:
        return None
    parts = rest.split()
    fewest = 0 if kind == "all" else 1
    for at in range(fewest, len(parts)):
        until = read_until(parts[at], timezone, now)
        if until is not None:
            target, reason = " ".join(parts[:at]), " ".join(parts[at + 1 :])
            break
    else:
        until, target, reason = None, rest.strip(), ""
    if (kind == "all") == bool(target):
        return None
    return Wanted(kind, target, until, reason)


def _problem(turn: Turn, wanted: Wanted) -> Html | None:
    """What is wrong with it, where something is."""
    language = turn.language
    rules = turn.house.matcher.rules
    if wanted.kind == "topic" and wanted.target not in rules.topics:
        return language.html("There is no topic <code>{key}</code>.", key=wanted.target)
    if wanted.kind == "source" and wanted.target not in sources.all_sources(turn.conn):
        return language.html("There is no source <code>{key}</code>.", key=wanted.target)
    if wanted.kind == "query":
        try:
            parse_query(wanted.target, rules.vocabulary)
        except QueryError as error:
            head = language.html("I cannot read that:")
            return fill("{head} <pre>{why}</pre>", head=head, why=language.worded(error.wording))
    return None


def _page(turn: Turn, known: list[Silence]) -> tuple[Html, Keyboard]:
    language = turn.language
    if not known:
        none = language.html("🤫 Nothing is silenced.")
        return Html("\n\n".join([none, _how(turn)])), keyboard()
    lines = [language.html("<b>Silenced</b>. Press one to end it.")]
    for each in known[:_MOST]:
        line = _line(turn, Wanted(each.kind, each.target, each.until, each.reason))
        lines.append(fill("{id}. {line} – {who}", id=each.id, line=line, who=each.who))
    rows = [
        [button(f"🗑 {each.id}. {each.kind} {each.target}", "sl", each.id)] for each in known[:_MOST]
    ]
    return Html("\n".join([*lines, Html(""), _how(turn)])), keyboard(*rows)


def _line(turn: Turn, wanted: Wanted) -> Html:
    language = turn.language
    what = fill("<code>{what}</code>", what=cut(f"{wanted.kind} {wanted.target}".strip(), _LONGEST))
    until = (
        language.html("until it is ended")
        if wanted.until is None
        else language.html(
            "until {when}",
            when=language.moment(wanted.until, timezone=turn.chat.timezone, now=turn.now),
        )
    )
    reason = fill(" ({reason})", reason=cut(wanted.reason, _LONGEST)) if wanted.reason else Html("")
    return fill("{what}, {until}{reason}", what=what, until=until, reason=reason)


def _how(turn: Turn) -> Html:
    return turn.language.html(
        "To silence something for everybody:\n"
        "<code>/admin silence topic istanbul-talks 2h its feed repeats itself</code>\n"
        "<code>/admin silence source example 1d</code>\n"
        "<code>/admin silence query football 3h</code>\n"
        "<code>/admin silence all 30m</code>"
    )
