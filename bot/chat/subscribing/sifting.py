"""A subscription's languages and sources: a page of each, where a press keeps or leaves out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from bot import sieve
from bot.answers import newest_answers
from bot.chat.meaning.naming import naming
from bot.chat.meaning.wishes import wish_of
from bot.chat.turns.kept import keep, kept
from bot.chat.turns.keyboards import button, in_rows, keyboard, number, page_number, parts
from bot.chat.words.languages import Html, fill
from bot.delivery.html import bold, escape
from bot.delivery.words import cut
from bot.store import people
from bot.store.matches import sources_of_rule
from bot.store.sources import sources_of

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Button, Keyboard
    from bot.chat.turns.turn import Turn
    from bot.model import Subscription

# Those that news come in most, the bot's own first.
_LANGUAGES: Final = "en fr tr ru ar uk de es it pt zh fa he pl el ja".split()
_PAGE: Final = 8
_RECENT: Final = 300  # matches, and fewer answers, whose sources are offered
_ANSWERS: Final = 30
_SECONDS: Final = 0.05
_NAME: Final = 40  # code points
_MARKS: Final = {True: "✅ ", False: "🚫 ", None: ""}


def languages_pressed(turn: Turn) -> None:
    """“Languages” and the presses on its page: ``NUMBER``, or ``NUMBER:CODE``."""
    which, _, code = turn.arguments.partition(":")
    mine = _mine(turn, which)
    if mine is None:
        return
    if code in {*_LANGUAGES, *sieve.read(mine.sieve).langs}:
        mine = _turn(turn, mine, "langs", code)
    chosen = sieve.read(mine.sieve).langs
    buttons = [
        button(
            f"{_MARKS[chosen.get(each)]}{turn.language.language_name(each)}", "vl", mine.id, each
        )
        for each in dict.fromkeys([*_LANGUAGES, *chosen])
    ]
    turn.show(*_page(turn, mine, keyboard(*in_rows(buttons, 2), [_back(turn, mine)])))


def sources_pressed(turn: Turn) -> None:
    """“Sources” and the presses on its page: ``NUMBER:PAGE``, or ``NUMBER:PAGE:KEPT``."""
    which, page, token = parts(f"{turn.arguments}:", 3)
    mine = _mine(turn, which)
    if mine is None:
        return
    token = token.removesuffix(":")
    key = kept(turn.conn, turn.chat.id, token) if token else None
    if key is not None:
        mine = _turn(turn, mine, "sources", key)
    chosen = sieve.read(mine.sieve).sources
    keys = _sources(turn, mine)
    known = sources_of(turn.conn, keys)
    at = min(page_number(page), max(len(keys) - 1, 0) // _PAGE)
    buttons = [
        button(
            _MARKS[chosen.get(each)]
            + cut((known[each].name if each in known else "") or each, _NAME),
            "vs",
            mine.id,
            at,
            keep(turn, each),
        )
        for each in keys[at * _PAGE : (at + 1) * _PAGE]
    ]
    more = len(keys) > (at + 1) * _PAGE
    pages = [
        button(label, "vs", mine.id, following)
        for label, following, there in (("◀", at - 1, at > 0), ("▶", at + 1, more))
        if there
    ]
    turn.show(*_page(turn, mine, keyboard(*in_rows(buttons, 2), pages, [_back(turn, mine)])))


def sieve_lines(turn: Turn, mine: Subscription) -> list[Html]:
    """What the sieve keeps and leaves out, a line for each."""
    language, chosen = turn.language, sieve.read(mine.sieve)
    known = sources_of(turn.conn, list(chosen.sources))
    names = {
        "langs": {code: language.language_name(code) for code in chosen.langs},
        "sources": {
            key: (known[key].name if key in known else "") or key for key in chosen.sources
        },
    }
    lines = []
    for choice, titles in ((chosen.langs, names["langs"]), (chosen.sources, names["sources"])):
        for wanted, message in ((True, "only"), (False, "without")):
            picked = [
                Html(bold(escape(cut(titles[each], _NAME))))
                for each, how in choice.items()
                if how is wanted
            ]
            if picked:
                what = language.listed(picked)
                lines.append(
                    language.html("Only {what}", what=what)
                    if message == "only"
                    else language.html("Without {what}", what=what)
                )
    return lines


def _mine(turn: Turn, which: str) -> Subscription | None:
    found = people.subscription(turn.conn, number(which), turn.chat.id)
    if found is None:
        turn.notify(turn.language.gettext("It is gone already."))
    return found


def _turn(turn: Turn, mine: Subscription, kind: sieve.Kind, name: str) -> Subscription:
    """The subscription after a press on one of the names."""
    turned = sieve.read(mine.sieve).turned(kind, name)
    return people.tune(turn.conn, mine.id, turn.chat.id, sieve=turned.written()) or mine


def _page(turn: Turn, mine: Subscription, buttons: Keyboard) -> tuple[Html, Keyboard]:
    lines = [
        fill("<b>{what}</b>", what=naming(turn, mine)),
        turn.language.html(
            "Press one to hear of it alone (✅), press it again to leave it out (🚫), and once more "
            "for neither."
        ),
        *sieve_lines(turn, mine),
    ]
    return Html("\n".join(lines)), buttons


def _back(turn: Turn, mine: Subscription) -> Button:
    return button(turn.language.gettext("Back"), "o", mine.id)


def _sources(turn: Turn, mine: Subscription) -> list[str]:
    """The keys of the sources that it rang for lately, the most frequent first, and the chosen."""
    found = Counter(sources_of_rule(turn.conn, mine.rule, _RECENT))
    wish = wish_of(mine.rule, turn.house.matcher.rules)
    if wish is not None and len(found) < _PAGE:
        answers = newest_answers(
            turn.conn, wish.about, now=turn.now, limit=_ANSWERS, seconds=_SECONDS
        )
        found.update(each.stored.item.source for each in answers.found)
    frequent = [key for key, _ in found.most_common()]
    return list(dict.fromkeys([*sieve.read(mine.sieve).sources, *frequent]))
