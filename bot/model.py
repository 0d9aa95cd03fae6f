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


ROLES = ("poll", "match", "deliver", "chat", "web")
"""The parts of the work, in the order of the flow."""


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


class PatternKind(StrEnum):
    """What a pattern in time looks for."""

    COUNT = "count"
    SPIKE = "spike"
    FIRST = "first"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Report:
    """An item as an example among others: no more of it than a line needs."""

    title: str
    url: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """The pattern in time that a topic rings for.

    ``span`` is the window, or the time in which nothing was matched. ``number`` is how many matches
    the window has; ``ratio`` how many times the usual that is, None where usually there are none.
    ``last`` is the match before, None where none is known; ``since_ever`` where that is because it
    was not watched for as long. ``keys`` are the entities or sources whose pattern it is, and
    ``reports`` other items of the window, the latest first.
    """

    kind: PatternKind
    span: timedelta
    number: int = 0
    ratio: float | None = None
    last: datetime | None = None
    since_ever: bool = False
    keys: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()


class Pace(StrEnum):
    """Why a feed is asked again when it is."""

    EVERY = "every"  # as often as the config allows
    OWN = "own"  # the feed has an ``every`` of its own
    QUIET = "quiet"  # it brings little, so it is asked less often
    SERVER = "server"  # Cache-Control or Expires
    FEED = "feed"  # the feed's own ttl
    PUSH = "push"  # a hub tells us; polling is the safety net
    FAILING = "failing"  # backing off
    BUSY = "busy"  # the server said: later
    GIVEN_UP = "given up"  # not at all


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between two polls; committed with the items it brought.

    ``etag`` and ``last_modified`` are echoed byte for byte. ``first_read`` is None until the
    first successful read: what that read brings is backlog, stored and not rung.

    ``location`` is where the feed has moved for good, and is asked instead of its address;
    ``moved_to`` is where it may be moving, seen in that many polls in a row. ``answers`` are the
    HTTP statuses of the last polls, the newest last, 0 where there was none.
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
    pace: Pace | None = None
    last_poll: datetime | None = None
    answers: tuple[int, ...] = ()
    location: str | None = None
    moved_to: str | None = None
    moved_polls: int = 0


class DeliveryState(StrEnum):
    """Where a delivery stands. The last three are final.

    A held alert waits for its time to be told of together with others; a folded one was taken
    into such a message, a delivery of its own, whose state is then also that of the alert.
    """

    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    POSTPONED = "postponed"
    HELD = "held"
    SENT = "sent"
    REFUSED = "refused"
    FOLDED = "folded"


class Priority(IntEnum):
    """Which deliveries leave first; smaller is sooner. Answers to people precede all alerts.

    ``ASIDE`` is for what failed again and again while others passed: it holds up none of them.
    ``EDIT`` changes an alert that was sent, which nobody waits for.
    """

    ANSWER = 0
    URGENT = 1
    HIGH = 2
    NORMAL = 3
    DIGEST = 4
    ASIDE = 5
    EDIT = 6

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


class Cadence(StrEnum):
    """When a subscription's alerts come: each at once, or together at a local time."""

    IMMEDIATE = "immediate"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class Held(StrEnum):
    """Why an alert is held back, in the order in which the reasons are looked at."""

    MUTE = "mute"
    DIGEST = "digest"
    QUIET = "quiet"
    BURST = "burst"
    SCHEDULE = "schedule"  # the topic's own hours


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours, every day from ``start`` until ``end``: minutes after local midnight."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat, group or channel that the bot knows.

    ``urgent_rings`` lets urgent alerts through the quiet hours; nothing passes a mute.
    """

    id: int
    kind: Literal["private", "group", "supergroup", "channel"]
    title: str = ""
    language: str = "en"
    timezone: str = "UTC"
    refuses: str | None = None
    quiet: Quiet | None = None
    urgent_rings: bool = True
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a chat (or one thread of it; 0 is none) wants to hear of: a topic or a query.

    ``digest_at`` is in minutes after local midnight, ``digest_day`` a weekday, 0 being Monday;
    both count where the cadence has a use for them. ``threshold`` is the least severity that is
    told of at all; ``silent`` alerts come without a sound. ``every_report`` rings for each report
    of a story, not for the first alone. ``sieve`` says which languages and sources it hears, see
    ``sieve.py``; while it is ``paused`` it hears nothing. A weekly digest may come with a ``chart``.
    """

    id: int
    chat_id: int
    thread_id: int
    topic: str | None
    query: str | None
    created: datetime
    cadence: Cadence = Cadence.IMMEDIATE
    digest_at: int = 480
    digest_day: int = 0
    threshold: Severity = Severity.LOW
    silent: bool = False
    muted_until: datetime | None = None
    pictures: bool = False
    every_report: bool = False
    sieve: str | None = None
    paused: bool = False
    chart: bool = False

    @property
    def rule(self) -> str:
        """The same word as :attr:`Match.rule`."""
        return f"topic:{self.topic}" if self.topic is not None else f"query:{self.query}"


@dataclass(frozen=True, slots=True)
class Message:
    """A call that the bot owes Telegram: a Bot API method and its arguments, JSON-able."""

    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Silence:
    """What the admins do not want rung for a while: it is kept, searchable, and told to nobody.

    ``target`` is a topic's or a source's key, or the text of a query that items match; empty for
    everything. ``until`` is None for a silence that lasts until it is removed; ``who`` made it.
    """

    id: int
    kind: Literal["topic", "source", "query", "all"]
    target: str
    until: datetime | None
    reason: str
    who: str
    created: datetime
