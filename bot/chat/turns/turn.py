"""One turn of a conversation: what a handler is given, and what it leaves to be done.

A handler reads through ``turn.conn`` and says what is to happen; nothing leaves before the turn
is committed. An *asking* handler runs on a read-only connection and changes only through
:meth:`Turn.on_commit`; a *changing* one runs inside the writer's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from bot.chat.turns.popular import Popular
from bot.chat.turns.source_names import SourceNames
from bot.chat.words.languages import Html, fill
from bot.model import Message
from bot.telegram import enclosed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from sqlalchemy import Connection
    from telegram import Bot

    from bot.chat.turns.ahead import Outlook
    from bot.chat.turns.events import Document, Person
    from bot.chat.turns.keyboards import Keyboard
    from bot.chat.turns.office import Office
    from bot.chat.words.languages import Language, Languages
    from bot.matching.matcher import Matcher
    from bot.model import Chat

Role = Literal["admin", "member"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class House:
    """What every turn may ask: who the bot is, what it speaks, what it matches."""

    bot_name: str
    languages: Languages
    matcher: Matcher
    access: Literal["open", "invite", "admins"]
    admins: frozenset[int]
    bot: Bot
    office: Office
    # How long a chat that takes no messages is remembered.
    retention: timedelta = timedelta(days=90)
    # Has what was forgotten leave the files, too.
    forgotten: Callable[[], None] = lambda: None
    # Told of each query that has a subscriber less.
    ended: Callable[[str], None] = lambda _query: None
    source_names: SourceNames = field(default_factory=SourceNames)
    popular: Popular = field(default_factory=Popular)


@dataclass(frozen=True, slots=True)
class Notice:
    """The short answer to a press, shown over the chat; ``alert`` keeps it until it is closed."""

    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Errand:
    """Work that takes its time or needs the network, and what is said once it is done.

    ``work`` runs in the loop behind the commit; ``then`` gets a new turn and what the work came to.
    It is not kept: who asked when the program died asks again.
    """

    work: Callable[[], Awaitable[Any]]
    then: Callable[[Turn, Any], None]


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
    # The message of the bot that was replied to, and the file that came.
    replied: int | None = None
    document: Document | None = None
    # The private chat that is answered, where ``chat`` is a channel that somebody sees to from there.
    answers_to: int | None = None
    # Somebody whom the bot does not know: it answers them little, and keeps nothing of them.
    stranger: bool = False

    # What was read ahead, beside the writer, see ``subscribing/outlook.py``.
    outlook: Outlook | None = None
    # True once the chat was forgotten: what the turn still says is sent and not kept.
    forgotten: bool = False
    messages: list[Message] = field(default_factory=list)
    notice: Notice | None = None
    # The answer to an inline query: it is sent once, at once, or not at all.
    inline: Message | None = None
    commits: list[Callable[[Connection], None]] = field(default_factory=list)
    # Changes of the same transaction that follow its answers: what is owed then, leaves behind them.
    behind: list[Callable[[Connection], object]] = field(default_factory=list)
    afters: list[Callable[[], object]] = field(default_factory=list)
    errands: list[Errand] = field(default_factory=list)

    @property
    def address(self) -> tuple[int, int]:
        """The chat and the thread that are answered."""
        if self.answers_to is not None:
            return self.answers_to, 0
        return self.chat.id, self.thread_id

    def say(self, text: Html, buttons: Keyboard | None = None) -> None:
        """Answer with a new message."""
        self.messages.append(Message("sendMessage", _arguments(self._headed(text), buttons)))

    def send_file(self, name: str, content: bytes, caption: Html) -> None:
        """Answer with a file; the caption has at most 1,024 code points."""
        arguments = {
            "document": enclosed(name, content),
            "caption": str(self.language.directed(caption)),
        }
        self.messages.append(Message("sendDocument", {**arguments, "parse_mode": "HTML"}))

    def send_picture(self, name: str, content: bytes, caption: Html, buttons: Keyboard) -> None:
        """Answer with a picture; the caption has at most 1,024 code points."""
        arguments: dict[str, Any] = {
            "photo": enclosed(name, content),
            "caption": str(self._headed(caption)),
            "parse_mode": "HTML",
        }
        if buttons["inline_keyboard"]:
            arguments["reply_markup"] = buttons
        self.messages.append(Message("sendPhoto", arguments))

    def show(self, text: Html, buttons: Keyboard | None = None) -> None:
        """Answer in place: the message whose button was pressed becomes this one."""
        if self.pressed_message is None:
            self.say(text, buttons)
            return
        arguments = _arguments(self._headed(text), buttons)
        arguments = {"message_id": self.pressed_message, **arguments}
        self.messages.append(Message("editMessageText", arguments))

    def _headed(self, text: Html) -> Html:
        """The text as the language runs, under the name of the channel that it is about."""
        if self.answers_to is not None:
            text = fill("📢 <b>{channel}</b>\n{text}", channel=self.chat.title, text=text)
        return self.language.directed(text)

    def notify(self, text: str, *, alert: bool = False) -> None:
        """Answer a press with a short notice over the chat; ≤ 200 code points are kept."""
        self.notice = Notice(text[:200], alert)

    def on_commit(self, change: Callable[[Connection], None]) -> None:
        """Have something changed in the transaction that commits this turn."""
        self.commits.append(change)

    def after(self, act: Callable[[], object]) -> None:
        """Have something done, in the loop, once the turn is committed."""
        self.afters.append(act)

    def errand(self, work: Callable[[], Awaitable[T]], then: Callable[[Turn, T], None]) -> None:
        """Have something done behind the turn, and say ``then`` what came of it."""
        self.errands.append(Errand(work, then))


def _arguments(text: Html, buttons: Keyboard | None) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "text": str(text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if buttons is not None:
        arguments["reply_markup"] = buttons
    return arguments
