"""From items that a topic's query matches to the moments at which the topic rings.

A topic without ``when`` rings for each item. What rings for a pattern in time is decided by whoever
is given as :class:`Ringing`; tests of rules and backtests ask through it, and never look at ``when``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.matching.ruleset import Topic
    from bot.model import Item


@dataclass(frozen=True, slots=True)
class Heard:
    """An item as it arrives, and whether the topic's query matches it."""

    at: datetime
    item: Item
    matched: bool


@dataclass(frozen=True, slots=True)
class Rung:
    """Whether a topic rang as each of the items arrived, and whether at the end, for a silence."""

    each: tuple[bool, ...]
    at_end: bool = False

    @property
    def at_all(self) -> bool:
        """Whether it rang."""
        return any(self.each) or self.at_end


class Ringing(Protocol):
    """Says for which of the items a topic rings, pattern in time included."""

    def __call__(self, topic: Topic, heard: Sequence[Heard], now: datetime) -> Rung:
        """``heard`` is in order of time and none is later than ``now``, the moment of asking."""


def ring_for_each(topic: Topic, heard: Sequence[Heard], now: datetime) -> Rung:  # noqa: ARG001
    """The topic rings for each item that its query matches."""
    return Rung(tuple(each.matched for each in heard))
