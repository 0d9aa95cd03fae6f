"""The wish that a pressed button stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.meaning.wishes import wish_of
from bot.chat.turns.kept import kept

if TYPE_CHECKING:
    from bot.chat.meaning.wishes import Wish
    from bot.chat.turns.turn import Turn


def wish_of_button(turn: Turn, token: str) -> Wish | None:
    """The wish that a button stands for; says so where it cannot be met any more."""
    rule = kept(turn.conn, turn.chat.id, token)
    wish = None if rule is None else wish_of(rule, turn.house.matcher.rules)
    if wish is None:
        turn.notify(turn.language.gettext("That button is too old. Please ask again."), alert=True)
    return wish
