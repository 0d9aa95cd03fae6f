"""A lock on a file beside the database, so that two services do not run on one file."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from bot.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


class ServiceLock:
    """Held while a service runs; the system frees it however the process ends."""

    def __init__(self, database: Path) -> None:
        """Takes the lock, or raises StoreError where another service has it."""
        path = database.with_name(database.name + ".lock")
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise StoreError(
                f"another service already runs on {database}; stop it first, "
                "or give this one a store.url of its own"
            ) from error

    def release(self) -> None:
        """Frees the lock. The file stays: removing it could free the lock of a third process."""
        os.close(self._descriptor)
