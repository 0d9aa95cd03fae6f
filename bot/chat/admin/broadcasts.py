"""/admin broadcast: a word to all chats, seen before it is sent, and stopped by a tap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.chat.turns.keyboards import button, keyboard, number
from bot.chat.words.languages import Html, as_html
from bot.store import broadcasts

if TYPE_CHECKING:
    from bot.chat.turns.turn import Turn
    from bot.chat.words.languages import Language
    from bot.store.broadcasts import Broadcast, Progress

_LONGEST = 3500  # code points


def preview(turn: Turn, text: str) -> None:
    """Show the message as the chats would see it, and ask."""
    language = turn.language
    text = text.strip()
    if not text or len(text) > _LONGEST:
        turn.say(
            language.html(
                "Send me what all chats are to read, behind the command: "
                "<code>/admin broadcast Good news …</code> It may have {n} characters.",
                n=_LONGEST,
            )
        )
        return
    shown = as_html(text)
    draft = broadcasts.draft(turn.conn, turn.chat.id, str(shown), turn.now)
    turn.say(shown)
    audience = broadcasts.audience(turn.conn)
    turn.say(
        language.nhtml(
            "☝️ So it would look, in {n} chat. Shall I send it?",
            "☝️ So it would look, in {n} chats. Shall I send it?",
            audience,
        ),
        keyboard(
            [
                button(language.gettext("Send it"), "bs", draft),
                button(language.gettext("Do not send it"), "bc", draft),
            ]
        ),
    )


def send_pressed(turn: Turn) -> None:
    """“Send it”: ``NUMBER``."""
    which = _mine(turn)
    if which is None:
        return
    if not broadcasts.start(turn.conn, which):
        turn.notify(turn.language.gettext("It is gone already."))
        return
    turn.show(turn.language.html("📣 It is on its way. I will tell you how far it has come."))
    turn.after(turn.house.office.broadcast)


def cancel_pressed(turn: Turn) -> None:
    """“Do not send it”, or “Stop it” while it is on its way: ``NUMBER``."""
    which = _mine(turn)
    if which is None:
        return
    known = broadcasts.get(turn.conn, which)
    spared = broadcasts.cancel(turn.conn, which, "the broadcast was stopped", turn.now)
    if known is not None and known.state == "draft":
        turn.show(turn.language.html("It is not sent."))
    else:
        turn.notify(
            turn.language.ngettext(
                "Stopped; {n} chat is spared.", "Stopped; {n} chats are spared.", spared
            )
        )
    turn.after(turn.house.office.broadcast)


def telling(
    language: Language, mine: Broadcast, progress: Progress, *, closed: bool
) -> dict[str, Any]:
    """The arguments of the message that tells an admin how far a broadcast has come."""
    values = {"sent": progress.sent, "refused": progress.refused, "owed": progress.owed}
    if not closed:
        text = language.html(
            "📣 On its way: {sent} have it, {refused} do not take it, {owed} to go.", **values
        )
    elif mine.state == "cancelled":
        text = language.html("📣 Stopped: {sent} have it.", sent=progress.sent)
    else:
        text = language.html("📣 Done: {sent} have it, {refused} do not take it.", **values)
    stop = button(language.gettext("Stop it"), "bc", mine.id)
    return {
        "text": str(Html(text)),
        "parse_mode": "HTML",
        "reply_markup": keyboard() if closed or mine.state == "cancelled" else keyboard([stop]),
    }


def _mine(turn: Turn) -> int | None:
    """The broadcast that is meant, if this admin made it."""
    which = number(turn.arguments)
    known = broadcasts.get(turn.conn, which)
    if known is None or known.admin != turn.chat.id:
        turn.notify(turn.language.gettext("It is gone already."))
        return None
    return which
