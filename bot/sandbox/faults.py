"""Faults on demand: what a network and a busy server do to a bot, queued by tests and by the page."""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.sandbox.records import Json


class FaultKind(StrEnum):
    """What goes wrong. The ``accept_then_…`` ones do what was asked before they go wrong."""

    LATENCY = "latency"
    BAD_GATEWAY = "bad_gateway"
    INTERNAL_ERROR = "internal_error"
    TOO_MANY_REQUESTS = "too_many_requests"
    DROP = "drop"
    PICTURE_UNREACHABLE = "picture_unreachable"
    ACCEPT_THEN_DELAY = "accept_then_delay"
    ACCEPT_THEN_DROP = "accept_then_drop"
    ACCEPT_THEN_BAD_GATEWAY = "accept_then_bad_gateway"


@dataclass(slots=True)
class Fault:
    """One fault: for which calls (None is any), how many of them (None is no end), what share.

    ``seconds`` is the delay of latency and accept_then_delay, ``retry_after`` that of a 429.
    """

    id: int
    kind: FaultKind
    method: str | None = None
    chat: int | None = None
    times: int | None = 1
    seconds: float = 1.0
    retry_after: int = 1
    share: float = 1.0

    def json(self) -> Json:
        """All of it by name."""
        return asdict(self)


class Faults:
    """The faults in waiting, oldest first; getUpdates is hit only by those that name it."""

    def __init__(self, seed: int = 0) -> None:
        self._ids = itertools.count(1)
        # Which calls a share of less than 1 hits is repeatable.
        self._random = Random(seed)  # noqa: S311 (no secret depends on it)
        self.waiting: list[Fault] = []

    def add(
        self,
        kind: FaultKind,
        *,
        method: str | None = None,
        chat: int | None = None,
        times: int | None = 1,
        seconds: float = 1.0,
        retry_after: int = 1,
        share: float = 1.0,
    ) -> Fault:
        """Queue a fault."""
        name = method.lower() if method else None
        fault = Fault(next(self._ids), kind, name, chat, times, seconds, retry_after, share)
        self.waiting.append(fault)
        return fault

    def take(self, method: str, chat: int | str | None) -> Fault | None:
        """The fault that hits this call, if any; it is used up by one."""
        for fault in self.waiting:
            if fault.method not in (None if method != "getupdates" else method, method):
                continue
            if fault.chat is not None and fault.chat != chat:
                continue
            if fault.share < 1.0 and self._random.random() >= fault.share:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
            return fault
        return None

    def remove(self, number: int) -> None:
        """Take a fault back."""
        self.waiting = [fault for fault in self.waiting if fault.id != number]

    def clear(self) -> None:
        """Take all faults back."""
        self.waiting.clear()
