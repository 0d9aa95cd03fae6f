"""Many may read at once; who changes something is alone."""

from __future__ import annotations

from collections import deque
from threading import Condition, Lock


class Gate:
    """A lock for readers and writers. A writer waits for the readers inside, and the next wait.

    The gate itself is what readers enter. It is passed for each text, so it takes no lock where no
    writer is: a reader first says that it is inside and then looks whether the gate is shut, a writer
    first shuts it and then looks whether somebody is inside. One of them sees the other.
    ``writing`` is what a writer enters.
    """

    def __init__(self) -> None:
        self._inside: deque[None] = deque()  # one for each reader: it grows and shrinks in one step
        self._shut = False
        self._entry = Lock()
        self._left = Condition()
        self.writing = _Writing(self)

    def __enter__(self) -> None:
        """Together with other readers."""
        self._inside.append(None)
        if self._shut:
            self.__exit__()
            with self._entry:
                self._inside.append(None)

    def __exit__(self, *_: object) -> None:
        self._inside.pop()
        if self._shut:
            with self._left:
                self._left.notify()

    def shut(self) -> None:
        """Let nobody else in, and wait until all have left."""
        self._entry.acquire()
        try:
            self._shut = True
            if self._inside:
                with self._left:
                    while self._inside:
                        self._left.wait()
        except BaseException:
            self.open()
            raise

    def open(self) -> None:
        """Let the next in."""
        self._shut = False
        self._entry.release()


class _Writing:
    """Alone."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def __enter__(self) -> None:
        self._gate.shut()

    def __exit__(self, *_: object) -> None:
        self._gate.open()
