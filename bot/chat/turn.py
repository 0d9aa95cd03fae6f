"""One turn of a conversation: what a handler is given, and what it leaves to be done.

A handler reads through ``turn.conn`` and says what is to happen; nothing leaves before the turn
is committed. An *asking* handler runs on a read-only connection and changes only through
:meth:`Turn.on_commit`; a *changing* one runs inside the writer's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bot.chat.source_names import SourceNames
from bot.model import Message

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.chat.events import Person
    from bot.chat.keyboards import Keyboard
    from bot.chat.languages import Html, Language, Languages
    from bot.matching.matcher import Matcher
    from bot.model import Chat

Role = Literal["admin", "member"]


@dataclass(frozen=True, slots=True)
class House:
    """What every turn may ask: who the bot is, what it speaks, what it matches."""

    bot_name: str
    languages: Languages
    matcher: Matcher
    access: Literal["open", "invite", "admins"]
    admins: frozenset[int]
    # Has the rule files read again; what comes of it is told to the admins.
    reload: Callable[[], None] = lambda: None
    source_names: SourceNames = field(default_factory=SourceNames)


@dataclass(frozen=True, slots=True)
class Notice:
    """The short answer to a press, shown over the chat; ``alert`` keeps it until it is closed."""

    text: str
    alert: bool = False


@dataclass(slots=True)
class Turn:
    """One command, press or text, and what is to follow from it."""

    conn: Connection
    now: datetime
    house: House
    chat: Chat
    thread_id: int
    person: Person | None
    role: Role | None
    language: Language
    arguments: str = ""
    pressed_message: int | None = None
    # Somebody whom the bot does not know: it answers them little, and keeps nothing of them.
    stranger: bool = False

    # True once the chat was forgotten: what the turn still says is sent and not kept.
    forgotten: bool = False
    messages: list[Message] = field(default_factory=list)
    notice: Notice | None = None
    commits: list[Callable[[Connection], None]] = field(default_factory=list)
    afters: list[Callable[[], object]] = field(default_factory=list)

    def say(self, text: Html, buttons: Keyboard | None = None) -> None:
        """Answer with a new message."""
        self.messages.append(Message("sendMessage", _arguments(text, buttons)))

    def show(self, text: Html, buttons: Keyboard | None = None) -> None:
        """Answer in place: the message whose button was pressed becomes this one."""
        if self.pressed_message is None:
            self.say(text, buttons)
            return
        arguments = {"message_id": self.pressed_message, **_arguments(text, buttons)}
        self.messages.append(Message("editMessageText", arguments))

    def notify(self, text: str, *, alert: bool = False) -> None:
        """Answer a press with a short notice over the chat; ≤ 200 code points are kept."""
        self.notice = Notice(text[:200], alert)

    def on_commit(self, change: Callable[[Connection], None]) -> None:
        """Have something changed in the transaction that commits this turn."""
        self.commits.append(change)

    def after(self, act: Callable[[], object]) -> None:
        """Have something done, in the loop, once the turn is committed."""
        self.afters.append(act)


def _arguments(text: Html, buttons: Keyboard | None) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "text": str(text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if buttons is not None:
        arguments["reply_markup"] = buttons
    return arguments
