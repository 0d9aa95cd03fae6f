"""Many may read at once; who changes something is alone."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Condition, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gate:
    """A lock for readers and writers. A writer waits for the readers inside, and the next wait.

    The gate itself is what readers enter, with no more calls than that takes: it is passed once or
    twice for each text.
    """

    def __init__(self) -> None:
        self._writing = Lock()
        self._inside = 0
        self._counting = Lock()
        self._left = Condition(self._counting)
        self._awaited = False

    def __enter__(self) -> None:
        """Together with other readers."""
        with self._writing, self._counting:
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._counting:
            self._inside -= 1
            if self._awaited and not self._inside:
                self._left.notify()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone."""
        with self._writing:
            with self._left:
                self._awaited = True
                while self._inside:
                    self._left.wait()
                self._awaited = False
            yield
