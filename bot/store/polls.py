"""Claiming feeds and settling polls many at a time: what almost every poll costs the store.

Most polls find nothing new. Their feeds are claimed as one value and settled by another, whatever their
number: for each row of an answer, and of ``executemany``, the driver lets go of the interpreter and takes
it again, and beside a busy event loop it has to wait for that.
"""

from __future__ import annotations

import secrets
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from sqlalchemy import Text, bindparam, cast, func, select, type_coerce, update

from bot.model import FeedState, Pace, Source, SourceKind
from bot.store.columns import EPOCH, MILLISECOND, Time, numbers
from bot.store.given import GivenRows, as_given, as_kept, texts_given
from bot.store.leases import FEEDS, Claim
from bot.store.schema import sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from sqlalchemy import Connection, Select, Update

# A poll's outcome: the source's key, its state from now on, the token of the claim.
Polled = tuple[str, FeedState, str]
# The outcome of a poll that changes nothing but times: see ``DueFeed.quiet``.
Quiet = tuple[str, str, int, int, Pace, int, str]
_QUIET = ("next_poll", "interval", "pace", "last_poll", "answers")

_STATE = tuple(each.name for each in fields(FeedState))
_STATE_OF = attrgetter(*_STATE)
_MINE = (sources.c.key, sources.c.lease_token)
_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}
_NOW: Any = bindparam("now", type_=Time)
_PACES = {pace.value: pace for pace in Pace}


class DueFeed(NamedTuple):
    """A feed under a lease: its row as it is kept, times in milliseconds.

    Hardly any poll needs more than a few of its values, so the rest is made into what the program
    works with only when it is asked for.
    """

    next_poll: int
    key: str
    address: str
    name: str
    lang: str | None
    tags: list[str]
    timezone: str
    every: int | None
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    interval: int | None
    failures: int
    last_error: str | None
    last_success: int | None
    first_read: int | None
    pace: str | None
    last_poll: int | None
    answers: str
    location: str | None
    moved_to: str | None
    moved_polls: int
    token: str

    @property
    def asked_at(self) -> str:
        """Where it is asked."""
        return self.location or self.address

    def source(self) -> Source:
        """The feed as it was given."""
        return Source(
            *(self.key, SourceKind.FEED, self.address, self.name, self.lang, tuple(self.tags)),
            *(_length(self.every), self.timezone),
        )

    def state(self) -> FeedState:
        """What is remembered of it; it is due, and so not disabled."""
        return FeedState(
            etag=self.etag,
            last_modified=self.last_modified,
            body_hash=self.body_hash,
            next_poll=_time(self.next_poll),
            interval=_length(self.interval),
            failures=self.failures,
            last_error=self.last_error,
            last_success=_time(self.last_success),
            first_read=_time(self.first_read),
            pace=None if self.pace is None else _PACES[self.pace],
            last_poll=_time(self.last_poll),
            answers=numbers(self.answers),
            location=self.location,
            moved_to=self.moved_to,
            moved_polls=self.moved_polls,
        )

    def quiet(self, now: datetime, after: int, interval: int, pace: Pace, answers: str) -> Quiet:
        """The outcome of a poll that found nothing new, as it is kept; ``after`` so long it is due."""
        asked = (now - EPOCH) // MILLISECOND
        return self.key, self.token, asked + after, interval, pace, asked, answers


_CLAIMED = DueFeed._fields[:-1]


def claim_feeds(conn: Connection, *, limit: int, lease: timedelta, now: datetime) -> Claim[DueFeed]:
    """Takes up to ``limit`` feeds that are due, the one longest due first, until ``now + lease``."""
    token = secrets.token_hex(16)
    dialect = conn.dialect.name
    found = orjson.loads(conn.scalar(_due(dialect), {"now": now, "limit": limit}) or b"[]")
    if found:
        keys = as_given([row[1] for row in found])
        conn.execute(_hold(dialect), keys | {"token": token, "until": now + lease})
    found.sort(key=itemgetter(0, 1))
    for row in found:
        row.append(token)
    return Claim(token, tuple(map(DueFeed._make, found)))


def settle_quiet(conn: Connection, polled: Sequence[Quiet]) -> None:
    """:func:`settle_polls` for those that found nothing new."""
    if polled:
        settle, rows = _writing(conn.dialect.name, _QUIET)
        conn.execute(settle, rows.as_kept(polled))


def settle_polls(conn: Connection, polled: Sequence[Polled]) -> None:
    """Records the outcome of polls and ends their leases.

    One whose lease was lost meanwhile changes nothing.
    """
    if polled:
        settle, rows = _writing(conn.dialect.name, _STATE)
        given = ((key, token, *_STATE_OF(state)) for key, state, token in polled)
        conn.execute(settle, rows.parameter(given))


def put_off(conn: Connection, later: Sequence[tuple[str, datetime, str]]) -> None:
    """Gives claimed feeds back, due later: key, time and token of each."""
    if later:
        put, rows = _writing(conn.dialect.name, ("next_poll",))
        conn.execute(put, rows.parameter((key, token, due) for key, due, token in later))


@cache
def _due(dialect: str) -> Select[Any]:
    """The rows of the feeds that are due, as one text."""
    due = (
        select(*(_as_kept(name) for name in _CLAIMED))
        .where(FEEDS.due(_NOW))
        .order_by(*FEEDS.order)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
        .subquery()
    )
    if dialect == "postgresql":
        return select(cast(func.json_agg(func.json_build_array(*due.c)), Text))
    values = (func.json(each) if each.name == "tags" else each for each in due.c)
    return select(func.json_group_array(func.json_array(*values), type_=Text))


@cache
def _hold(dialect: str) -> Update:
    """The statement that takes feeds whose keys it is given."""
    taken = sources.c.key.in_(texts_given(dialect))
    held = {"lease_token": bindparam("token"), "lease_until": bindparam("until", type_=Time)}
    return update(sources).where(taken).values(held)


@cache
def _writing(dialect: str, names: tuple[str, ...]) -> tuple[Update, GivenRows]:
    """The statement that sets these columns of feeds that are held, and ends their leases."""
    columns = [sources.c[name] for name in names]
    given = GivenRows(dialect, (*_MINE, *columns))
    key, token, *values = given.values
    held = (sources.c.key == key, sources.c.lease_token == token)
    set_to = dict(zip(names, values, strict=True)) | _NO_LEASE
    if names == _QUIET:  # such a poll was a good one
        set_to["last_success"] = set_to["last_poll"]
    return update(sources).where(*held).values(set_to), given


def _as_kept(name: str) -> Any:
    column = sources.c[name]
    return type_coerce(column, as_kept(column)).label(name)


def _time(kept: int | None) -> datetime | None:
    # Of a double's sixteen figures thirteen are needed.
    return None if kept is None else datetime.fromtimestamp(kept / 1000, UTC)


def _length(kept: int | None) -> timedelta | None:
    return None if kept is None else MILLISECOND * kept
