"""Claiming feeds and settling polls many at a time: what almost every poll costs the store."""

from __future__ import annotations

import secrets
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from bot.model import FeedState, Source, SourceKind
from bot.store.columns import Time
from bot.store.leases import FEEDS, Claim
from bot.store.schema import sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Row

# A poll's outcome: the source's key, its state from now on, the token of the claim.
Polled = tuple[str, FeedState, str]

_SOURCE = tuple(each.name for each in fields(Source))
_STATE = tuple(each.name for each in fields(FeedState))
_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}
_MINE = (sources.c.key == bindparam("its_key"), sources.c.lease_token == bindparam("its_token"))
# Composed once.
_SETTLE = update(sources).where(*_MINE).values({n: bindparam(n) for n in _STATE} | _NO_LEASE)
_PUT_OFF = update(sources).where(*_MINE).values({"next_poll": bindparam("next_poll")} | _NO_LEASE)
_NOW: Any = bindparam("now", type_=Time)
_DUE = (
    select(sources.c.key)
    .where(FEEDS.due(_NOW))
    .order_by(*FEEDS.order)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(sources)
    .where(sources.c.key.in_(_DUE.scalar_subquery()))
    .values(lease_token=bindparam("token"), lease_until=bindparam("until"))
    .returning(*(sources.c[name] for name in (*_SOURCE, *_STATE)))
)


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
    rows = []
    for key, state, token in polled:
        row = {name: getattr(state, name) for name in _STATE}
        row["its_key"], row["its_token"] = key, token
        rows.append(row)
    if rows:
        conn.execute(_SETTLE, rows)


def put_off(conn: Connection, later: Sequence[tuple[str, datetime, str]]) -> None:
    """Gives claimed feeds back, due later: key, time and token of each."""
    rows = [{"its_key": key, "next_poll": due, "its_token": token} for key, due, token in later]
    conn.execute(_PUT_OFF, rows)


def _both(row: Row[Any]) -> tuple[Source, FeedState]:
    key, _, address, name, lang, tags, every, timezone = row[: len(_SOURCE)]
    source = Source(key, SourceKind.FEED, address, name, lang, tuple(tags), every, timezone)
    state = FeedState(*row[len(_SOURCE) :])
    return source, state
