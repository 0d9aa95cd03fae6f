"""What is wrong with a query: the place pointed at, the reason, and what was perhaps meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.languages import Html, fill
from bot.delivery.words import cut

if TYPE_CHECKING:
    from bot.chat.turn import Turn
    from bot.errors import QueryError

_BEFORE: Final = 24  # code points shown on either side of the place: a phone's width
_AFTER: Final = 12
_LONGEST: Final = 500


def explain_mistake(turn: Turn, text: str, error: QueryError) -> None:
    """Say what is wrong, with a caret under the place."""
    language = turn.language
    parts = [
        language.html("I cannot read that:"),
        fill("<pre>{excerpt}</pre>", excerpt=pointed_at(text, error.column)),
        fill("{reason}.", reason=cut(_sentence(error.message), _LONGEST)),
    ]
    if error.hint:
        parts.append(
            language.html("Did you mean <code>{hint}</code>?", hint=cut(error.hint, _LONGEST))
        )
    turn.say(Html("\n".join(parts)))


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:].rstrip(".")


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
