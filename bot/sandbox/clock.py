"""One clock for the whole sandbox, which tests can move forward."""

from __future__ import annotations

import time


class Clock:
    """Seconds since 1970 that never run backwards; ``advance`` skips time without waiting."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """The sandbox's present moment."""
        return time.monotonic() + self._offset

    def advance(self, seconds: float) -> None:
        """Let so many seconds have passed."""
        self._offset += max(0.0, seconds)
