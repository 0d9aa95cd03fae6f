"""What the service can say of itself; the status page and the metrics are two views of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.model import FeedState, Silence, Source


@dataclass(frozen=True, slots=True)
class Trouble:
    """A delivery that waits or was refused: which, for whom, of what, how long and why."""

    id: int
    chat: str
    what: str
    state: str
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Duty:
    """Who does a part of the work, where several processes share it."""

    role: str
    holder: str
    since: datetime
    unready: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """A moment's figures. ``unready`` says why the service cannot do its work, None when it can.

    ``health`` counts the sources by how they do; ``sources`` are those to show, which may be fewer.
    """

    now: datetime
    started: datetime
    version: str
    unready: str | None
    sources: tuple[tuple[Source, FeedState], ...]
    health: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()
    inbox_open: int = 0
    items: int = 0
    subscriptions: int = 0
    chats: int = 0
    topics: int = 0
    queries: int = 0
    rule_errors: tuple[str, ...] = ()
    silences: tuple[Silence, ...] = ()
    silenced: int = 0
    roles: tuple[Duty, ...] = ()


def health_of(state: FeedState) -> str:
    """One word for how a source is doing: new, good, failing or disabled."""
    if state.disabled:
        return "disabled"
    if state.failures:
        return "failing"
    return "good" if state.first_read else "new"
