"""Sources and what is remembered of each between two polls."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.model import FeedState, Source, SourceKind
from bot.store.schema import items, pruned, sources
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

_STATE = tuple(each.name for each in fields(FeedState))
_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}


def sync_sources(conn: Connection, configured: Sequence[Source], now: datetime) -> None:
    """Makes the config's sources those of the store.

    A feed that is new is due at once. One whose address changed is a new feed: what it brings
    first is backlog. One whose key changed keeps its state and its items. One that vanished is
    polled no more; its items stay.
    """
    for source in configured:
        _rename(conn, source)
    present = select(sources.c.key).where(sources.c.origin == "config")
    for key in set(conn.scalars(present)) - {source.key for source in configured}:
        _take_out(conn, key)
    for source in configured:
        _put(conn, source, "config", now)


def add_source(conn: Connection, source: Source, now: datetime) -> bool:
    """Adds a source that an admin named; False where its key or its address is there already."""
    taken = (sources.c.key == source.key) | (sources.c.address == source.address)
    if conn.scalar(select(sources.c.key).where(taken, sources.c.origin != "removed")) is not None:
        return False
    _rename(conn, source)
    _put(conn, source, "store", now)
    return True


def remove_source(conn: Connection, key: str) -> bool:
    """Takes out a source that an admin added; False for one of the config, or for none."""
    mine = (sources.c.key == key, sources.c.origin == "store")
    if conn.scalar(select(sources.c.key).where(*mine)) is None:
        return False
    _take_out(conn, key)
    return True


def list_sources(conn: Connection) -> list[tuple[Source, FeedState]]:
    """All sources in use, by key."""
    rows = conn.execute(
        select(sources).where(sources.c.origin != "removed").order_by(sources.c.key)
    )
    return [from_row(row) for row in rows.mappings()]


def all_sources(conn: Connection) -> dict[str, Source]:
    """Every source that stored items may name, those taken out included, by key."""
    return {row["key"]: from_row(row)[0] for row in conn.execute(select(sources)).mappings()}


def feed_state(conn: Connection, key: str) -> FeedState | None:
    """What is remembered of a source, or None where there is no such source."""
    row = conn.execute(select(sources).where(sources.c.key == key)).mappings().one_or_none()
    return None if row is None else from_row(row)[1]


def set_feed_state(conn: Connection, key: str, state: FeedState, token: str | None) -> bool:
    """Records a poll's outcome and ends its lease; False when the lease was lost.

    With no token it is set whoever polls.
    """
    row = sources.c.key == key
    if token is None:
        return conn.execute(update(sources).where(row).values(**asdict(state))).rowcount == 1
    held = sources.c.lease_token == token
    values = asdict(state) | _NO_LEASE
    return conn.execute(update(sources).where(row, held).values(**values)).rowcount == 1


def from_row(row: RowMapping) -> tuple[Source, FeedState]:
    """The source and its state in a row, as ``leases.claim(conn, FEEDS, …)`` gives it."""
    source = Source(
        key=row["key"],
        kind=SourceKind(row["kind"]),
        address=row["address"],
        name=row["name"],
        lang=row["lang"],
        tags=tuple(row["tags"]),
        every=row["every"],
        timezone=row["timezone"],
    )
    return source, FeedState(**{name: row[name] for name in _STATE})


def _put(conn: Connection, source: Source, origin: str, now: datetime) -> None:
    values = asdict(source) | {"tags": list(source.tags), "origin": origin}
    fresh = asdict(FeedState(next_poll=now if source.kind is SourceKind.FEED else None))
    old = conn.execute(select(sources).where(sources.c.key == source.key)).mappings().one_or_none()
    if old is None:
        conn.execute(insert(conn, sources).values(**values, **fresh))
        return
    moved = old["address"] != source.address or old["kind"] != source.kind
    if moved or old["origin"] == "removed":
        # Another feed under the key, or one back after a while: its backlog must not ring.
        values |= fresh | _NO_LEASE
    conn.execute(update(sources).where(sources.c.key == source.key).values(**values))


def _rename(conn: Connection, source: Source) -> None:
    """Gives the source its new key where its address is known under another one."""
    same = select(sources.c.key).where(sources.c.address == source.address)
    old = conn.scalar(same)
    if old is None or old == source.key:
        return
    # The key may be in use by a source whose own address is about to change too.
    _move_aside(conn, source.key)
    conn.execute(update(sources).where(sources.c.key == old).values(key=source.key))
    for table in (items, pruned):
        there = select(table.c.id).where(table.c.source == source.key)
        conn.execute(
            update(table)
            .where(table.c.source == old, table.c.id.not_in(there))
            .values(source=source.key)
        )


def _move_aside(conn: Connection, key: str) -> None:
    address = conn.scalar(select(sources.c.address).where(sources.c.key == key))
    if address is None:
        return
    aside = f"{key}~{address}"
    conn.execute(update(sources).where(sources.c.key == key).values(key=aside))
    for table in (items, pruned):
        conn.execute(update(table).where(table.c.source == key).values(source=aside))


def _take_out(conn: Connection, key: str) -> None:
    values = {"origin": "removed", "next_poll": None, "first_read": None} | _NO_LEASE
    conn.execute(update(sources).where(sources.c.key == key).values(**values))
