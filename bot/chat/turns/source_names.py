"""The sources by what people call them: their names, keys and addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.matching.text import fold
from bot.store.sources import called, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

# Names change rarely, and there may be a hundred thousand, which take half a second to read. That a
# source has come is seen at once.
_READ_AGAIN: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read: keys by folded name or key, and by address."""

    at: datetime
    count: int
    by_name: dict[str, list[str]] = field(default_factory=dict)
    by_address: dict[str, list[str]] = field(default_factory=dict)


class SourceNames:
    """Finds a source by its name. Read when first asked, and again now and then; for any thread."""

    def __init__(self) -> None:
        self._read: _Read | None = None

    def within(self, conn: Connection, now: datetime) -> Reading:
        """The names as they are, or were a few minutes ago."""
        return Reading(self, conn, now)

    def read(self, conn: Connection, now: datetime) -> _Read:
        """What is remembered, or is read now."""
        read, there = self._read, count(conn)
        if read is not None and now - read.at <= _READ_AGAIN and read.count == there:
            return read
        fresh = _Read(now, there)
        for key, name, address in called(conn):
            for each in {fold(key), fold(name)} - {""}:
                fresh.by_name.setdefault(each, []).append(key)
            fresh.by_address.setdefault(_plain(address), []).append(key)
        self._read = fresh
        return fresh


class Reading:
    """The names, asked within one turn."""

    def __init__(self, known: SourceNames, conn: Connection, now: datetime) -> None:
        self._known = known
        self._conn = conn
        self._now = now

    def named(self, words: Sequence[str]) -> str | None:
        """The key of the source whose folded name or key these words are."""
        return next(iter(self._read().by_name.get(" ".join(words), ())), None)

    def called(self, written: str) -> list[str]:
        """The keys of all sources that ``source:`` with this means."""
        read = self._read()
        named = read.by_name.get(fold(written), ())
        return [*dict.fromkeys([*named, *read.by_address.get(_plain(written), ())])]

    def _read(self) -> _Read:
        return self._known.read(self._conn, self._now)


def _plain(address: str) -> str:
    return address.rstrip("/").lower()
