"""What is wrong with a query: the place pointed at, the reason, and what was perhaps meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.chat.turns.kept import keep
from bot.chat.turns.keyboards import button, keyboard
from bot.chat.words.languages import Html, fill
from bot.errors import QueryError
from bot.matching.query import parse_query

if TYPE_CHECKING:
    from bot.chat.turns.turn import Turn
    from bot.matching.ruleset import RuleSet

_BEFORE: Final = 24  # code points shown on either side of the place: a phone's width
_AFTER: Final = 12
# What stands at the place of a mistake: a name with its sign, or a field.
_WRONG: Final = re.compile(r"[@$]?[\w-]+:?")


def explain_mistake(turn: Turn, text: str, error: QueryError, press: str) -> None:
    """Say what is wrong, with a caret under the place.

    ``press`` is what a button says that takes the query as it was perhaps meant: what that is
    stands behind it.
    """
    language = turn.language
    parts = [
        language.html("I cannot read that:"),
        fill("<pre>{excerpt}</pre>", excerpt=pointed_at(text, error.column)),
        fill("{reason}.", reason=_sentence(language.worded(error.wording))),
    ]
    if error.meant is not None:
        parts.append(
            language.html("Did you mean <code>{hint}</code>?", hint=language.worded(error.meant))
        )
    meant = repaired(text, error, turn.house.matcher.rules)
    taken = [button(f"✔ {meant}", press, keep(turn, f"query:{meant}"))] if meant else []
    turn.say(Html("\n".join(parts)), keyboard(taken))


def repaired(text: str, error: QueryError, rules: RuleSet) -> str | None:
    """The query that was perhaps meant: with the hint in the place, or with what is open closed."""
    at = min(max(error.column - 1, 0), len(text))
    tries = [f'{text}"', f"{text})"]
    if error.hint is not None:
        wrong = _WRONG.match(text, at)
        tries[:0] = [text[:at] + error.hint + text[wrong.end() if wrong else at :], error.hint]
    for each in tries:
        try:
            return str(parse_query(each, rules.vocabulary))
        except QueryError:
            continue
    return None


def _sentence(reason: Html) -> Html:
    return Html(reason[:1].upper() + reason[1:].removesuffix("."))


def pointed_at(text: str, column: int) -> str:
    """The text around the column on one line, and a caret under it on the next.

    >>> print(pointed_at("peace AND (talks", 11))
    peace AND (talks
              ^
    """
    line = " ".join(text.splitlines()) if "\n" in text else text
    at = min(max(column - 1, 0), len(line))
    start = max(0, at - _BEFORE) if len(line) > _BEFORE + _AFTER else 0
    end = max(at + _AFTER, start + _BEFORE + _AFTER)
    head = "…" if start > 0 else ""
    tail = "…" if end < len(line) else ""
    return f"{head}{line[start:end]}{tail}\n{' ' * (len(head) + at - start)}^"
