"""Claiming feeds and settling polls many at a time: what almost every poll costs the store."""

from __future__ import annotations

import secrets
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, type_coerce, update

from bot.model import FeedState, Pace, Source, SourceKind
from bot.store.columns import Time
from bot.store.given import GivenRows, as_kept
from bot.store.leases import FEEDS, Claim
from bot.store.schema import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Update

# A poll's outcome: the source's key, its state from now on, the token of the claim.
Polled = tuple[str, FeedState, str]

_STATE = tuple(each.name for each in fields(FeedState))
_STATE_OF = attrgetter(*_STATE)
_MINE = (sources.c.key, sources.c.lease_token)
_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}
_NOW: Any = bindparam("now", type_=Time)
# Composed once.
_DUE = (
    select(sources.c.key)
    .where(FEEDS.due(_NOW))
    .order_by(*FEEDS.order)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
# In the order of :func:`_both`, which makes values of what is kept many times quicker than a column's
# own type, asked value by value.
_AS_KEPT = (
    *("every", "next_poll", "interval", "last_success", "first_read", "last_poll"),
    *("pace", "answers"),
)
_CLAIMED = (
    *("key", "address", "name", "lang", "tags", "timezone"),
    *_AS_KEPT,
    *("etag", "last_modified", "body_hash", "failures", "last_error"),
    *("location", "moved_to", "moved_polls"),
)
_CLAIM = (
    update(sources)
    .where(sources.c.key.in_(_DUE.scalar_subquery()))
    .values(lease_token=bindparam("token"), lease_until=bindparam("until"))
    .returning(
        *(
            type_coerce(sources.c[name], as_kept(sources.c[name]))
            if name in _AS_KEPT
            else sources.c[name]
            for name in _CLAIMED
        )
    )
)
_PACES = {pace.value: pace for pace in Pace}


def claim_feeds(
    conn: Connection, *, limit: int, lease: timedelta, now: datetime
) -> Claim[tuple[Source, FeedState]]:
    """Takes up to ``limit`` feeds that are due, the one longest due first, until ``now + lease``."""
    token = secrets.token_hex(16)
    given = {"now": now, "limit": limit, "token": token, "until": now + lease}
    taken = [_both(row) for row in conn.execute(_CLAIM, given)]
    taken.sort(key=lambda each: (each[1].next_poll or now, each[0].key))
    return Claim(token, tuple(taken))


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
def _writing(dialect: str, names: tuple[str, ...]) -> tuple[Update, GivenRows]:
    """The statement that sets these columns of feeds that are held, and ends their leases."""
    columns = [sources.c[name] for name in names]
    given = GivenRows(dialect, (*_MINE, *columns))
    key, token, *values = given.values
    held = (sources.c.key == key, sources.c.lease_token == token)
    set_to = dict(zip(names, values, strict=True)) | _NO_LEASE
    return update(sources).where(*held).values(set_to), given


def _both(row: Sequence[Any]) -> tuple[Source, FeedState]:
    """A feed that is due, and so not disabled, with its state."""
    key, address, name, lang, tags, timezone, every, *state = row
    due, interval, success, first, last, pace, answers, *rest = state
    etag, last_modified, body_hash, failures, last_error, location, moved_to, moved_polls = rest
    source = Source(
        *(key, SourceKind.FEED, address, name, lang, tuple(tags), _length(every), timezone)
    )
    return source, FeedState(
        etag=etag,
        last_modified=last_modified,
        body_hash=body_hash,
        next_poll=_time(due),
        interval=_length(interval),
        failures=failures,
        last_error=last_error,
        last_success=_time(success),
        first_read=_time(first),
        pace=None if pace is None else _PACES[pace],
        last_poll=_time(last),
        answers=tuple(map(int, answers.split())),
        location=location,
        moved_to=moved_to,
        moved_polls=moved_polls,
    )


def _time(kept: int | None) -> datetime | None:
    # Of a double's sixteen figures thirteen are needed.
    return None if kept is None else datetime.fromtimestamp(kept / 1000, UTC)


def _length(kept: int | None) -> timedelta | None:
    return None if kept is None else timedelta(milliseconds=kept)
