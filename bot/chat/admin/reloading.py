"""/reload: an admin has the rule files read at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.chat.turns.turn import Turn


def reload(turn: Turn) -> None:
    """/reload: begin; what comes of it is told to all admins."""
    turn.say(turn.language.html("I am reading the rule files. I will tell you how it went."))
    turn.after(turn.house.office.reload)
