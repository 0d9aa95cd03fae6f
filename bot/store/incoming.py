"""What comes in to be recorded, and who says which story it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Item, Match, Severity
    from bot.store.matches import Weighed


@dataclass(frozen=True, slots=True)
class Arrival:
    """An item with what it matched. ``rings`` is False for a new feed's backlog.

    ``waiting`` marks a seed that also rings for those who subscribe later. ``silenced`` are the
    rules that ring nobody for this item, each with why; ``weighed`` what the patterns in time and
    the hours of topics make of their matches. ``story_keys`` and ``marks`` are what later reports
    of its story are known by, ``prepared`` what the ``placing`` made of it beforehand; ``lang`` is
    the language that the item is written in.
    """

    item: Item
    matches: tuple[tuple[Match, Severity], ...]
    rings: bool
    waiting: bool = False
    story_keys: tuple[str, ...] = ()
    silenced: Mapping[str, str] = field(default_factory=dict)
    marks: bytes = b""
    prepared: Any = None
    weighed: Mapping[str, Weighed] = field(default_factory=dict)
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """An item's story; ``kinship`` is how it came into it, None where it is its first.

    ``changed``: it says something else than the story did, and may ring once more.
    """

    story: int
    kinship: str | None = None
    changed: bool = False


class Placing(Protocol):
    """Says which story an item belongs to. It is asked inside the transaction that records items."""

    def place(
        self, conn: Connection, arrivals: Sequence[Arrival], now: datetime
    ) -> list[Placement]:
        """For each new item its story, an earlier one's or a new one."""

    def revises(self, old: Item, new: Arrival, now: datetime) -> bool:
        """Whether an item that was here says something else now."""
