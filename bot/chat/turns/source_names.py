"""The sources by what people call them: their names and keys, folded."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.matching.text import fold
from bot.store.sources import names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

# Sources come and go rarely, and there may be a hundred thousand, which take half a second.
_READ_AGAIN: Final = timedelta(minutes=10)


class SourceNames:
    """Finds a source by its name. Read when first asked, and again now and then; for any thread."""

    def __init__(self) -> None:
        self._read: tuple[datetime, Mapping[str, str]] | None = None

    def within(self, conn: Connection, now: datetime) -> Reading:
        """The names as they are, or were a few minutes ago."""
        return Reading(self, conn, now)

    def find(self, conn: Connection, now: datetime, name: str) -> str | None:
        """The key of the source of that folded name."""
        read = self._read
        if read is None or now - read[0] > _READ_AGAIN:
            found: dict[str, str] = {}
            for key, title in names(conn):
                found.setdefault(fold(key), key)
                if title:
                    found.setdefault(fold(title), key)
            self._read = read = (now, found)
        return read[1].get(name)


class Reading:
    """The names, asked within one turn."""

    def __init__(self, known: SourceNames, conn: Connection, now: datetime) -> None:
        self._known = known
        self._conn = conn
        self._now = now

    def named(self, words: Sequence[str]) -> str | None:
        """The key of the source whose folded name or key these words are."""
        return self._known.find(self._conn, self._now, " ".join(words))
