"""What happened in a chat, read from a Telegram update: said, pressed, came or went, moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from telegram import ChatMemberAdministrator, ChatMemberRestricted, MessageOriginChannel
from telegram import Message as TelegramMessage

if TYPE_CHECKING:
    from telegram import CallbackQuery, ChatMember, Update, User

ChatKind = Literal["private", "group", "supergroup", "channel"]
_KINDS: Final[dict[str, ChatKind]] = {
    "private": "private",
    "group": "group",
    "supergroup": "supergroup",
    "channel": "channel",
}
_COMMAND = re.compile(r"/(?P<name>\w{1,32})(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?", re.DOTALL)
_PRESENT = frozenset({"creator", "administrator", "member", "restricted"})


@dataclass(frozen=True, slots=True)
class Person:
    """Who did it, as Telegram names them; ``language`` is their client's IETF tag."""

    id: int
    name: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where it happened and who did it. ``thread_id`` is 0 outside forum topics.

    ``as_chat`` is true for an admin of a group who writes anonymously, in the group's name.
    ``replied`` is the message of a bot that was replied to.
    """

    chat_id: int
    kind: ChatKind
    title: str = ""
    thread_id: int = 0
    person: Person | None = None
    as_chat: bool = False
    replied: int | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """``/name arguments``, to this bot."""

    origin: Origin
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text to this bot; empty where a message had none (a picture, a sticker)."""

    origin: Origin
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file that somebody sent: its id at Telegram, its name, its size in bytes."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to this bot, in private, and what was written under it."""

    origin: Origin
    document: Document
    text: str


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A channel's post that somebody passed on to the bot in private."""

    origin: Origin
    channel: int


@dataclass(frozen=True, slots=True)
class Press:
    """A press on a button. ``message_id`` is the message that it stands under."""

    origin: Origin
    data: str
    message_id: int
    callback_id: str


@dataclass(frozen=True, slots=True)
class Inline:
    """``@bot text`` typed in any chat, from ``offset`` on; its origin is the person's own chat."""

    origin: Origin
    text: str
    offset: str
    query_id: str


@dataclass(frozen=True, slots=True)
class Presence:
    """The bot was let into the chat or unblocked, or put out of it or blocked.

    ``arrived`` is true when it was not there before; ``writes`` when it may write there.
    """

    origin: Origin
    present: bool
    arrived: bool
    writes: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    """A group became a supergroup and has a new id."""

    origin: Origin
    new_id: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """A topic of a forum that was closed is open again."""

    origin: Origin


Event: TypeAlias = Command | Text | Upload | Forwarded | Press | Inline | Presence | Move | Reopened


def read(update: Update, bot_name: str) -> Event | None:
    """What an update says, or None where it is not for this bot to answer."""
    if update.callback_query is not None:
        return _press(update.callback_query)
    if (asked := update.inline_query) is not None:
        origin = Origin(asked.from_user.id, "private", person=_person(asked.from_user))
        return Inline(origin, asked.query.strip(), asked.offset, asked.id)
    if (member := update.my_chat_member) is not None:
        origin = Origin(
            member.chat.id,
            _KINDS[member.chat.type],
            member.chat.effective_name or "",
            person=_person(member.from_user),
        )
        present = member.new_chat_member.status in _PRESENT
        was_there = member.old_chat_member.status in _PRESENT
        writes = _may_write(member.new_chat_member, origin.kind)
        return Presence(origin, present, arrived=present and not was_there, writes=writes)
    if update.message is not None:
        return _message(update.message, bot_name)
    return None


def _may_write(member: ChatMember, kind: ChatKind) -> bool:
    """Whether a member may write: one can be restricted, and channels are their admins'."""
    if isinstance(member, ChatMemberRestricted):
        return member.can_send_messages
    if kind == "channel" and isinstance(member, ChatMemberAdministrator):
        return bool(member.can_post_messages)
    return kind != "channel" or member.status == "creator"


def _press(query: CallbackQuery) -> Press | None:
    if query.message is None or query.data is None:
        return None  # under an inline message, or a game: this bot makes neither
    origin = _origin(query.message.chat.id, query.message.chat.type, query)
    return Press(origin, query.data, query.message.message_id, query.id)


def _origin(chat_id: int, kind: str, query: CallbackQuery) -> Origin:
    message = query.message
    told = message if isinstance(message, TelegramMessage) else None
    return Origin(
        chat_id,
        _KINDS[kind],
        (told.chat.effective_name or "") if told else "",
        _thread(told) if told else 0,
        _person(query.from_user),
    )


def _message(message: TelegramMessage, bot_name: str) -> Event | None:
    as_chat = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    channel = message.sender_chat is not None and not as_chat
    person = None if as_chat or channel or message.from_user is None else message.from_user
    origin = Origin(
        message.chat.id,
        _KINDS[message.chat.type],
        message.chat.effective_name or "",
        _thread(message),
        None if person is None else _person(person),
        as_chat,
        _replied(message),
    )
    if message.migrate_to_chat_id is not None:
        return Move(origin, message.migrate_to_chat_id)
    if message.forum_topic_reopened is not None:
        return Reopened(origin)
    passed_on = message.forward_origin
    if isinstance(passed_on, MessageOriginChannel) and origin.kind == "private":
        return Forwarded(origin, passed_on.chat.id)
    if (sent := message.document) is not None and origin.kind == "private":
        document = Document(sent.file_id, sent.file_name or "", sent.file_size or 0)
        return Upload(origin, document, (message.caption or "").strip())
    text = message.text or ""
    if (command := _COMMAND.fullmatch(text)) is not None:
        if command["bot"] is not None and command["bot"].lower() != bot_name.lower():
            return None
        return Command(origin, command["name"].lower(), (command["rest"] or "").strip())
    if not text and message.effective_attachment is None:
        return None  # Telegram's own note of something
    if origin.kind == "private":
        return Text(origin, text.strip())
    return _addressed(message, origin, text, bot_name)


def _addressed(message: TelegramMessage, origin: Origin, text: str, bot_name: str) -> Text | None:
    """Text in a group is the bot's business only if it mentions the bot or replies to it."""
    mention = re.compile(rf"@{re.escape(bot_name)}\b", re.IGNORECASE)
    replied = message.reply_to_message.from_user if message.reply_to_message else None
    to_bot = replied is not None and (replied.username or "").lower() == bot_name.lower()
    if not text or not (to_bot or mention.search(text)):
        return None
    return Text(origin, mention.sub(" ", text).strip())


def _person(user: User) -> Person:
    return Person(user.id, user.full_name, user.language_code)


def _replied(message: TelegramMessage) -> int | None:
    answered = message.reply_to_message
    by_bot = answered is not None and answered.from_user is not None and answered.from_user.is_bot
    return answered.message_id if answered is not None and by_bot else None


def _thread(message: TelegramMessage) -> int:
    """The forum topic. A reply in an ordinary group has a thread id too, which is not one."""
    return (message.message_thread_id or 0) if message.is_topic_message else 0
