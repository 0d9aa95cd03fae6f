"""How long a request may take, for hundreds at once by one timer.

A timer for each request is started and cancelled some thousand times a second, and nearly none ever
rings. Here one looks after all that are out, a few times within the time that each has.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_LOOKS = 40  # at those that are out, within a usual time limit: how exactly it is kept
_LOOK_MIN, _LOOK_MAX = 0.01, 0.5  # seconds


class Deadlines:
    """Ends what takes too long; ``usual`` is the usual limit, in seconds."""

    def __init__(self, usual: float) -> None:
        self._every = min(max(usual / _LOOKS, _LOOK_MIN), _LOOK_MAX)
        self._out: set[_Deadline] = set()
        self._looking = False

    def within(self, seconds: float) -> _Deadline:
        """A context in which a task may be for so long; then it is cancelled, and TimeoutError leaves."""
        return _Deadline(self, seconds)

    def begin(self, deadline: _Deadline) -> None:
        """Look after this one, too."""
        self._out.add(deadline)
        if not self._looking:
            self._look_later()

    def end(self, deadline: _Deadline) -> None:
        """It is done."""
        self._out.discard(deadline)

    def _look_later(self) -> None:
        self._looking = True
        asyncio.get_running_loop().call_later(self._every, self._look)

    def _look(self) -> None:
        self._looking = False
        now = asyncio.get_running_loop().time()
        for deadline in self._out:
            deadline.look(now)
        if self._out:
            self._look_later()


class _Deadline:
    __slots__ = ("_asked", "_deadlines", "_expired", "_seconds", "_task", "_until")

    def __init__(self, deadlines: Deadlines, seconds: float) -> None:
        self._deadlines = deadlines
        self._seconds = seconds
        self._expired = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline is a task's")
        self._task = task
        # How often somebody else asked it to end: that must get through.
        self._asked = task.cancelling()
        self._until = task.get_loop().time() + self._seconds
        self._deadlines.begin(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._deadlines.end(self)
        if (
            self._expired
            and self._task.uncancel() <= self._asked
            and kind is asyncio.CancelledError
        ):
            raise TimeoutError from error

    def look(self, now: float) -> None:
        """End the task if its time is over."""
        if now >= self._until and not self._expired:
            self._expired = True
            self._task.cancel()
