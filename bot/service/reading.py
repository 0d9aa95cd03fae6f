"""A reading: what a source brought at one time, and who takes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Item, Source
    from bot.store.polls import Polled


def _nothing(_conn: Connection, _new: int) -> None:
    """The source has no state of its own to write."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a source brought.

    New items ring where ``rings`` says so; ``waiting`` keeps them ready to ring for who subscribes
    later. ``settle`` is told how many were new, in the transaction that records them, and writes
    the source's state there; or answers it, to be written with that of others.
    """

    source: Source
    items: Sequence[Item]
    rings: bool
    now: datetime
    waiting: bool = False
    settle: Callable[[Connection, int], Polled | None] = field(default=_nothing, repr=False)


class Taking(Protocol):
    """Whoever takes what sources bring."""

    async def take(self, reading: Reading) -> int:
        """Put the items on record, or among those that wait to be; how many were new."""
