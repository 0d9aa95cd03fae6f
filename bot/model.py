"""The nouns. Frozen values that travel between the stages; they know nobody.

Times are aware datetimes in UTC. Texts are plain text. Offsets count Unicode code points of the
field that they point into.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta


class Severity(IntEnum):
    """How pressing a topic is; the order in which deliveries leave is its order, reversed."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3


class SourceKind(StrEnum):
    """Where a source's items come from."""

    FEED = "feed"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Source:
    """A feed address, or a folder of seed files, as the config or an admin named it.

    ``key`` is the short name that ``source:`` matches and rule files use; ``address`` is the
    feed's URL or the folder's path; ``timezone`` reads naive times.
    """

    key: str
    kind: SourceKind
    address: str
    name: str = ""
    lang: str | None = None
    tags: tuple[str, ...] = ()
    every: timedelta | None = None
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news. ``id`` is unique within ``source`` and stable over re-reads.

    ``picture`` is the address of one that shows it.
    """

    id: str
    source: str
    url: str | None
    title: str
    text: str
    published: datetime | None = None
    updated: datetime | None = None
    lang: str | None = None
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    agency: str | None = None
    captions: tuple[str, ...] = ()
    picture: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where a query's term stands in an item: ``field[start:end]``, code points.

    A match has none in an agency or an author: these are searched, and not shown.

    ``index`` tells which tag where ``field`` is "tags". ``term`` is the part of the query that
    was found, as the query writes it; ``entity`` the key of the entity it names.
    """

    field: Literal["title", "text", "tags", "agency", "author"]
    start: int
    end: int
    term: str
    entity: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A query's hit in an item. Exactly one of ``topic`` (a key) and ``query`` (a text) is set."""

    topic: str | None
    query: str | None
    score: float
    spans: tuple[Span, ...]

    @property
    def rule(self) -> str:
        """The one word for what rang: ``topic:KEY`` or ``query:TEXT``."""
        return f"topic:{self.topic}" if self.topic is not None else f"query:{self.query}"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls; committed with the items it brought.

    ``etag`` and ``last_modified`` are echoed byte for byte. ``first_read`` is None until the
    first successful read: what that read brings is backlog, stored and not rung.
    """

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    next_poll: datetime | None = None
    interval: timedelta | None = None
    failures: int = 0
    last_error: str | None = None
    last_success: datetime | None = None
    first_read: datetime | None = None
    disabled: bool = False


class DeliveryState(StrEnum):
    """Where a delivery stands. The last two are final."""

    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    POSTPONED = "postponed"
    SENT = "sent"
    REFUSED = "refused"


class Priority(IntEnum):
    """Which deliveries leave first; smaller is sooner. Answers to people precede all alerts.

    ``ASIDE`` is for what failed again and again while others passed: it holds up none of them.
    """

    ANSWER = 0
    URGENT = 1
    HIGH = 2
    NORMAL = 3
    DIGEST = 4
    ASIDE = 5

    @classmethod
    def of(cls, severity: Severity) -> Priority:
        """The priority of an alert of this severity."""
        return _PRIORITY[severity]


_PRIORITY: dict[Severity, Priority] = {
    Severity.URGENT: Priority.URGENT,
    Severity.HIGH: Priority.HIGH,
    Severity.NORMAL: Priority.NORMAL,
    Severity.LOW: Priority.NORMAL,
}


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat, group or channel that the bot knows."""

    id: int
    kind: Literal["private", "group", "supergroup", "channel"]
    title: str = ""
    language: str = "en"
    timezone: str = "UTC"
    refuses: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a chat (or one thread of it; 0 is none) wants to hear of: a topic or a query."""

    id: int
    chat_id: int
    thread_id: int
    topic: str | None
    query: str | None
    created: datetime
    pictures: bool = False

    @property
    def rule(self) -> str:
        """The same word as :attr:`Match.rule`."""
        return f"topic:{self.topic}" if self.topic is not None else f"query:{self.query}"


@dataclass(frozen=True, slots=True)
class Message:
    """A call that the bot owes Telegram: a Bot API method and its arguments, JSON-able."""

    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
