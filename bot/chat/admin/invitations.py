"""/admin, invitations: those that are open, and an end to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.turns.keyboards import button, in_rows, keyboard, number
from bot.chat.words.languages import Html, fill
from bot.store import people

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Keyboard
    from bot.chat.turns.turn import Turn

_MOST: Final = 20


def list_pressed(turn: Turn) -> None:
    """The open invitations, the newest first."""
    turn.show(*_page(turn))


def revoke_pressed(turn: Turn) -> None:
    """One was pressed: it lets nobody in any more. ``NUMBER``."""
    if people.revoke(turn.conn, number(turn.arguments)):
        turn.notify(turn.language.gettext("It lets nobody in any more."))
    else:
        turn.notify(turn.language.gettext("It is gone already."))
    turn.show(*_page(turn))


def _page(turn: Turn) -> tuple[Html, Keyboard]:
    language = turn.language
    found = people.open_invitations(turn.conn, turn.now, _MOST)
    back = [button(language.gettext("Back"), "am")]
    if not found:
        text = language.html("There is no open invitation. /invite makes one.")
        return text, keyboard(back)
    lines = [language.html("<b>Open invitations</b>. Press one to end it.")]
    buttons = []
    for place, each in enumerate(found, 1):
        until = language.moment(each.expires, timezone=turn.chat.timezone, now=turn.now)
        line = (
            language.html("for an admin, until {when}", when=until)
            if each.role == "admin"
            else language.html("for one person, until {when}", when=until)
        )
        lines.append(fill("{place}. {line}", place=place, line=line))
        buttons.append(button(f"🗑 {place}", "ix", each.id))
    return Html("\n".join(lines)), keyboard(*in_rows(buttons, 4), back)
