"""What an alert says of a story besides its own item: who else reports it, and that it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from bot.delivery.html import CAPTION_LIMIT, TEXT_LIMIT, bold, cut_markup, escape
from bot.delivery.words import clean, cut
from bot.model import Message

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.store.owed import Standing

_MOST_NAMES: Final = 3
_LONGEST_NAME: Final = 40


class Words(Protocol):
    """A language, as :class:`bot.chat.words.languages.Language` is one."""

    def gettext(self, message: str, /, **values: object) -> str:
        """Plain text."""

    def html(self, message: str, /, **values: object) -> str:
        """HTML, the values escaped."""


def also(names: Sequence[str], own: Collection[str], language: Words) -> str:
    """“also: TASS, AFP, +3”, in HTML; empty where nobody but its ``own`` source reports the story."""
    mine = {clean(name).casefold() for name in own}
    others: dict[str, str] = {}
    for name in map(clean, names):
        others.setdefault(name.casefold(), cut(name, _LONGEST_NAME))
    shown = [name for key, name in others.items() if key and key not in mine]
    if not shown:
        return ""
    more = [f"+{len(shown) - _MOST_NAMES}"] if len(shown) > _MOST_NAMES else []
    return str(language.html("also: {names}", names=", ".join([*shown[:_MOST_NAMES], *more])))


def mark(language: Words) -> str:
    """“Update: ”, in HTML: how an alert begins that tells again of a story that changed."""
    word = language.gettext("Update")
    return f"{bold(escape(word))}: "


def told(message: Message, *, mark: str, also: str, reply_to: int | None) -> Message:
    """An alert with these; ``reply_to`` is the message that told of the story first."""
    arguments: dict[str, Any] = dict(message.arguments)
    field, limit = _words_of(message)
    ends = f"\n\n🔁 {also}" if also else ""
    arguments[field] = cut_markup(mark + arguments[field], limit - len(ends)) + ends
    if reply_to is not None:
        arguments["reply_parameters"] = {
            "message_id": reply_to,
            "allow_sending_without_reply": True,
        }
    return Message(message.method, arguments)


def as_edit(message: Message, standing: Standing) -> Message:
    """An alert as the edit of one that stands in the chat, as a caption or as a text."""
    arguments: dict[str, Any] = dict(message.arguments)
    words = arguments.pop(_words_of(message)[0])
    for name in ("photo", "reply_parameters", "disable_notification"):
        arguments.pop(name, None)
    arguments["message_id"] = standing.message_id
    if standing.pictured:
        arguments.pop("link_preview_options", None)
        arguments["caption"] = cut_markup(words, CAPTION_LIMIT)
        return Message("editMessageCaption", arguments)
    arguments["text"] = cut_markup(words, TEXT_LIMIT)
    return Message("editMessageText", arguments)


def _words_of(message: Message) -> tuple[str, int]:
    """The argument that has the alert's words, and their limit."""
    return ("caption", CAPTION_LIMIT) if message.method == "sendPhoto" else ("text", TEXT_LIMIT)
