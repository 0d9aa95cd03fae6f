"""Many may read at once; who changes something is alone."""

from __future__ import annotations

from threading import Condition, Lock


class Gate:
    """A lock for readers and writers. A writer waits for the readers inside, and the next wait.

    The gate itself is what readers enter, with no more calls than that takes: it is passed once or
    twice for each text. ``writing`` is what a writer enters.
    """

    def __init__(self) -> None:
        self._entry = Lock()
        self._inside = 0
        self._counting = Lock()
        self._left = Condition(self._counting)
        self._awaited = False
        self.writing = _Writing(self)

    def __enter__(self) -> None:
        """Together with other readers."""
        with self._entry, self._counting:
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._counting:
            self._inside -= 1
            if self._awaited and not self._inside:
                self._left.notify()

    def shut(self) -> None:
        """Let nobody else in, and wait until all have left."""
        self._entry.acquire()
        try:
            with self._left:
                self._awaited = True
                while self._inside:
                    self._left.wait()
                self._awaited = False
        except BaseException:
            self._entry.release()
            raise

    def open(self) -> None:
        """Let the next in."""
        self._entry.release()


class _Writing:
    """Alone."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def __enter__(self) -> None:
        self._gate.shut()

    def __exit__(self, *_: object) -> None:
        self._gate.open()
