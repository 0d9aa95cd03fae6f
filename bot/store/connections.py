"""Where the store is: one SQLite file, or a PostgreSQL database; and the engines for each.

Everything above knows two engines, one for the writer and one for the readers, and not what is
behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import StoreError
from bot.store import postgres, sqlite
from bot.store.lock import ServiceLock as FileLock
from bot.store.roles import Leases

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta
    from pathlib import Path

    from sqlalchemy import Engine

    from bot.store.signals import Signals


class Lock(Protocol):
    """Held while a service runs."""

    def release(self) -> None:
        """Gives it back."""


@dataclass(frozen=True, slots=True)
class Place:
    """What ``store.url`` names. ``file`` is an SQLite file's path, None for PostgreSQL."""

    url: URL
    file: Path | None

    @classmethod
    def of_file(cls, file: Path) -> Place:
        """The place that an SQLite file is."""
        return cls(URL.create("sqlite", database=str(file)), file)

    def writing_engine(self) -> Engine:
        """An engine of one connection; nobody else writes while it is in a transaction."""
        if self.file is None:
            return postgres.writing_engine(self.url)
        return sqlite.writing_engine(self.file)

    def reading_engine(self, size: int) -> Engine:
        """An engine whose connections cannot write, and see one snapshot a transaction."""
        if self.file is None:
            return postgres.reading_engine(self.url, size)
        return sqlite.reading_engine(self.file, size)

    @property
    def shared(self) -> bool:
        """Whether several services may run here, each with a part of the work."""
        return self.file is None

    def signals(
        self, heard: Callable[[str, str], None], missed: Callable[[], None]
    ) -> Signals | None:
        """The line to other services here; None where there can be none."""
        if self.file is not None:
            return None
        # psycopg is loaded only where it is used.
        from bot.store.signals import Signals  # noqa: PLC0415

        return Signals(self.url, heard, missed)

    def leases(self, token: str, lease: timedelta) -> Leases | None:
        """The leases on roles here; None where one service has them all."""
        return None if self.file is not None else Leases(self.url, token, lease)

    def lock(self, *, alone: bool = True) -> Lock:
        """Says that a service runs here; StoreError where another one does, and it is to be alone.

        On a file it is always alone.
        """
        if self.file is not None:
            return FileLock(self.file)
        return postgres.ServiceLock(self.url, alone=alone)

    def scrub(self) -> bool:
        """Leaves nothing of what was deleted, as far as the database can; False to try again."""
        if self.file is None:
            return postgres.scrub(self.url)
        return sqlite.scrub(self.file)

    @property
    def password(self) -> str:
        """What no log may show."""
        return str(self.url.password or "")

    def __str__(self) -> str:
        """As a person is told of it: no password."""
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)


def find_place(url: str) -> Place:
    """The place that ``store.url`` names; StoreError where it names none that can be used."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("store.url is not a database address; try sqlite:///tocsin.db") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return Place(parsed, sqlite.database_file(parsed))
    if backend != "postgresql":
        raise StoreError(
            f"store.url: {backend} is not supported; use sqlite:///tocsin.db or postgresql://…"
        )
    return Place(parsed, None)
