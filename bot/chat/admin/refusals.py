"""Refused deliveries in the chat, for admins: which, why, and another try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.turns.keyboards import button, keyboard, number, page_number, pager, parts
from bot.chat.words.languages import Html, fill
from bot.delivery.words import cut, is_rtl_language, isolate
from bot.model import DeliveryState
from bot.store import deliveries

if TYPE_CHECKING:
    from bot.chat.turns.keyboards import Button, Keyboard
    from bot.chat.turns.turn import Turn
    from bot.store.deliveries import DeliveryRecord

_PAGE: Final = 5
_LONGEST: Final = 100  # code points of what each line of one says


def refusals_button(turn: Turn) -> list[Button]:
    """The way here from /admin; none in a group, or where nothing is refused."""
    # In a group others would read what a chat is owed.
    if turn.chat.kind != "private" or not deliveries.refused_count(turn.conn):
        return []
    return [button(turn.language.gettext("Refused deliveries"), "ar", 0)]


def refusals_pressed(turn: Turn) -> None:
    """A page of them: ``PAGE``."""
    turn.show(*_page(turn, page_number(turn.arguments)))


def retry_pressed(turn: Turn) -> None:
    """Another try for one: ``NUMBER:PAGE``."""
    chosen, page = parts(turn.arguments, 2)
    again = deliveries.retry(turn.conn, [number(chosen)], turn.now)
    turn.notify(
        turn.language.gettext("I am trying it again.")
        if again
        else turn.language.gettext("Nothing is left of it to send.")
    )
    turn.show(*_page(turn, page_number(page)))


def retry_all_pressed(turn: Turn) -> None:
    """Another try for all of them."""
    deliveries.retry_all(turn.conn, turn.now)
    turn.notify(turn.language.gettext("I am trying all of them again."))
    turn.show(*_page(turn, 0))


def _page(turn: Turn, page: int) -> tuple[Html, Keyboard]:
    language = turn.language
    found = deliveries.listed(
        turn.conn, states=[DeliveryState.REFUSED], limit=(page + 1) * _PAGE + 1
    )
    shown = found[page * _PAGE :][:_PAGE]
    if not shown:
        return language.html("No delivery is refused."), keyboard()
    lines = [language.html("<b>Refused deliveries</b>"), *(_line(turn, each) for each in shown)]
    retries = [button(f"🔁 {each.id}", "ay", each.id, page) for each in shown]
    everything = [button(language.gettext("Try all again"), "aa")]
    more = len(found) > (page + 1) * _PAGE
    return Html("\n\n".join(lines)), keyboard(retries, everything, pager("ar", page, more=more))


def _line(turn: Turn, record: DeliveryRecord) -> Html:
    rtl = is_rtl_language(turn.language.code)
    when = record.settled or record.created
    return fill(
        "<b>{id}</b> · {chat} · {when}\n{what}\n<i>{reason}</i>",
        id=str(record.id),
        chat=isolate(cut(record.chat or str(record.chat_id), _LONGEST), rtl=rtl),
        when=turn.language.moment(when, timezone=turn.chat.timezone, now=turn.now),
        what=isolate(cut(record.what, _LONGEST), rtl=rtl),
        reason=isolate(cut(record.reason or "", _LONGEST), rtl=rtl),
    )
