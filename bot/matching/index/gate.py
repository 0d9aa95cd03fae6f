"""Many may read at once; who changes something is alone."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate:
    """A lock for readers and writers. A writer waits for the readers inside, and the next wait."""

    def __init__(self) -> None:
        self._writing = Lock()
        self._inside = 0
        self._changed = Condition(Lock())

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Together with other readers."""
        with self._writing, self._changed:
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                if self._inside == 0:
                    self._changed.notify()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone."""
        with self._writing:
            with self._changed:
                while self._inside:
                    self._changed.wait()
            yield
