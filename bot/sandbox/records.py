"""People, chats and messages of the sandbox: plain records that its world keeps and changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Json = dict[str, Any]


class Status(StrEnum):
    """What somebody is in a chat; the Bot API's words."""

    CREATOR = "creator"
    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    LEFT = "left"
    KICKED = "kicked"

    @property
    def present(self) -> bool:
        """Whether somebody with this status is in the chat."""
        return self not in (Status.LEFT, Status.KICKED)

    @property
    def commands(self) -> bool:
        """Whether somebody with this status administers the chat."""
        return self in (Status.CREATOR, Status.ADMINISTRATOR)


@dataclass(slots=True)
class Person:
    """Somebody who can be spoken as, or the bot itself. ``language`` is an IETF tag or empty."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language: str = ""
    is_bot: bool = False
    deactivated: bool = False

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True)
class Thread:
    """A topic of a forum."""

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True)
class Photo:
    """A picture that the bot sent: its bytes, or the address that it named (never fetched)."""

    id: str
    body: bytes = b""
    content_type: str = "application/octet-stream"
    url: str = ""
    width: int = 800
    height: int = 600


@dataclass(slots=True)
class Document:
    """A file that somebody sent."""

    id: str
    name: str
    body: bytes
    content_type: str = "application/octet-stream"


@dataclass(slots=True)
class Message:
    """One message. ``sender`` is None for a channel's own posts; times are Unix seconds.

    ``anonymous``: an admin of a group writes in its name. ``origin`` is where a forwarded message
    is from, as the Bot API says it. ``inline``: chosen from the bot's answers in inline mode.
    """

    id: int
    chat_id: int
    sender: int | None
    date: int
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    thread_id: int | None = None
    reply_to: int | None = None
    photo: Photo | None = None
    document: Document | None = None
    origin: Json | None = None
    anonymous: bool = False
    inline: bool = False
    edited: int | None = None
    service: Json | None = None
    silent: bool = False


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's), group, supergroup or channel.

    ``members`` has everybody who ever was in it, the bot included: for a private chat the bot is
    ``left`` until the person writes first and ``kicked`` while it is blocked. ``muted`` takes the
    bot's right to write.
    """

    id: int
    kind: Literal["private", "group", "supergroup", "channel"]
    title: str = ""
    username: str = ""
    members: dict[int, Status] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    forum: bool = False
    muted: bool = False
    moved_to: int | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    last_id: int = 0

    def status(self, person: int) -> Status:
        """What ``person`` is here."""
        return self.members.get(person, Status.LEFT)


@dataclass(slots=True)
class Query:
    """A press of an inline button, or a question in inline mode, that waits for the bot's answer."""

    id: str
    person: int
    asked: float
    lifetime: float
    chat_id: int | None = None
    message_id: int | None = None
    data: str = ""
    answer: Json | None = None
