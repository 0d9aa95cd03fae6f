"""Sources and what is remembered of each between two polls."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, select, update

from bot.model import FeedState, Source, SourceKind
from bot.store.columns import Time
from bot.store.paging import pages
from bot.store.schema import items, pruned, sources, unindexed
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection, RowMapping

_STATE = tuple(each.name for each in fields(FeedState))
_SOURCE = tuple(each.name for each in fields(Source))
_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Yield:
    """How many items a source brings a day, and when the last one was."""

    a_day: float
    last: datetime | None


def sync_sources(conn: Connection, configured: Sequence[Source], now: datetime) -> None:
    """Makes the config's sources those of the store.

    A feed that is new is due at once. One whose address changed is a new feed: what it brings
    first is backlog. One whose key changed keeps its state and its items. One that vanished is
    polled no more; its items stay.
    """
    chosen = select(*(sources.c[name] for name in _SOURCE)).where(sources.c.origin == "config")
    present = {row["key"]: _source(row) for row in conn.execute(chosen).mappings()}
    changed = [source for source in configured if present.get(source.key) != source]
    changed = _put_new(conn, changed, now) if changed else []
    for source in changed:
        _rename(conn, source)
    present_now = select(sources.c.key).where(sources.c.origin == "config")
    for key in set(conn.scalars(present_now)) - {source.key for source in configured}:
        _take_out(conn, key)
    for source in changed:
        _put(conn, source, "config", now)


def add_source(conn: Connection, source: Source, now: datetime) -> bool:
    """Adds a source that an admin named; False where its key or its address is there already."""
    if is_asked(conn, source.address) or _is_used(conn, source.key):
        return False
    _rename(conn, source)
    _put(conn, source, "store", now)
    return True


def add_feed(
    conn: Connection, source: Source, now: datetime, *, any_key: bool = False
) -> Source | None:
    """:func:`add_source`; the source as it was added, or None.

    With ``any_key`` it gets a number behind its key where that is in use: nobody chose it.
    """
    keyed, number = source, 2
    while any_key and _is_used(conn, keyed.key):
        keyed = replace(source, key=f"{source.key}-{number}")
        number += 1
    return keyed if add_source(conn, keyed, now) else None


def remove_source(conn: Connection, key: str) -> bool:
    """Takes out a source that an admin added; False for one of the config, or for none."""
    mine = (sources.c.key == key, sources.c.origin == "store")
    if conn.scalar(select(sources.c.key).where(*mine)) is None:
        return False
    _take_out(conn, key)
    return True


def set_due(conn: Connection, key: str, now: datetime) -> bool:
    """Has a feed asked at the next tick; False where there is none such, or it is paused."""
    mine = (sources.c.key == key, sources.c.kind == SourceKind.FEED, ~sources.c.disabled)
    used = sources.c.origin != "removed"
    return conn.execute(update(sources).where(*mine, used).values(next_poll=now)).rowcount == 1


def pause(conn: Connection, key: str) -> bool:
    """Has a feed asked no more until :func:`resume`."""
    mine = (sources.c.key == key, sources.c.kind == SourceKind.FEED)
    values = {"disabled": True, "next_poll": None} | _NO_LEASE
    return conn.execute(update(sources).where(*mine).values(values)).rowcount == 1


def resume(conn: Connection, key: str, now: datetime) -> bool:
    """Has a feed that was paused or given up asked again, at the next tick."""
    mine = (sources.c.key == key, sources.c.kind == SourceKind.FEED)
    values = {"disabled": False, "failures": 0, "last_error": None, "next_poll": now}
    return conn.execute(update(sources).where(*mine).values(values)).rowcount == 1


def list_sources(conn: Connection) -> list[tuple[Source, FeedState]]:
    """All sources in use, by key."""
    rows = conn.execute(
        select(sources).where(sources.c.origin != "removed").order_by(sources.c.key)
    )
    return [from_row(row) for row in rows.mappings()]


def need_a_look(conn: Connection, limit: int) -> list[tuple[Source, FeedState]]:
    """So many sources in use: those given up and failing first, then by key."""
    used = select(sources).where(sources.c.origin != "removed")
    order = (sources.c.disabled.desc(), sources.c.failures.desc(), sources.c.key)
    return [from_row(row) for row in conn.execute(used.order_by(*order).limit(limit)).mappings()]


def count_health(conn: Connection) -> dict[str, int]:
    """How many sources in use there are of each health, as ``health_of`` names it."""
    health = case(
        (sources.c.disabled, "disabled"),
        (sources.c.failures > 0, "failing"),
        (sources.c.first_read.is_not(None), "good"),
        else_="new",
    )
    used = sources.c.origin != "removed"
    rows = conn.execute(select(health, func.count()).where(used).group_by(health))
    return {str(name): int(count) for name, count in rows}


def all_sources(conn: Connection) -> dict[str, Source]:
    """Every source that stored items may name, those taken out included, by key."""
    chosen = select(*(sources.c[name] for name in _SOURCE))
    return {row["key"]: _source(row) for row in conn.execute(chosen).mappings()}


def sources_of(conn: Connection, keys: Collection[str]) -> dict[str, Source]:
    """The sources of these keys."""
    chosen = select(*(sources.c[name] for name in _SOURCE))
    return {
        row["key"]: _source(row)
        for page in pages(keys)
        for row in conn.execute(chosen.where(sources.c.key.in_(page))).mappings()
    }


def called(conn: Connection) -> list[tuple[str, str, str]]:
    """Key, name and address of every source that stored items may name, those in use first."""
    chosen = select(sources.c.key, sources.c.name, sources.c.address).order_by(
        sources.c.origin == "removed"
    )
    return [(row.key, row.name, row.address) for row in conn.execute(chosen)]


def count(conn: Connection) -> int:
    """How many sources there are or were."""
    return conn.scalar(select(func.count()).select_from(sources)) or 0


def yields(conn: Connection, now: datetime) -> dict[str, Yield]:
    """What each source brought in the last week, by key; its backlog counts by its dates."""
    moment = func.coalesce(items.c.published, items.c.first_seen)
    week = now - timedelta(days=7)
    recent = func.sum(case((moment >= bindparam("week", week, Time), 1), else_=0))
    rows = conn.execute(select(items.c.source, recent, func.max(moment)).group_by(items.c.source))
    return {key: Yield(a_day=count / 7, last=last) for key, count, last in rows}


def get_source(conn: Connection, key: str) -> tuple[Source, FeedState] | None:
    """A source with what is remembered of it, or None where there is no such source."""
    row = conn.execute(select(sources).where(sources.c.key == key)).mappings().one_or_none()
    return None if row is None else from_row(row)


def feed_state(conn: Connection, key: str) -> FeedState | None:
    """What is remembered of a source, or None where there is no such source."""
    known = get_source(conn, key)
    return None if known is None else known[1]


def set_feed_state(conn: Connection, key: str, state: FeedState, token: str | None) -> bool:
    """Records a poll's outcome and ends its lease; False when the lease was lost.

    With no token it is set whoever polls.
    """
    row = sources.c.key == key
    if token is None:
        return conn.execute(update(sources).where(row).values(**_values(state))).rowcount == 1
    held = sources.c.lease_token == token
    values = _values(state) | _NO_LEASE
    return conn.execute(update(sources).where(row, held).values(**values)).rowcount == 1


def _is_used(conn: Connection, key: str) -> bool:
    used = (sources.c.key == key, sources.c.origin != "removed")
    return conn.scalar(select(sources.c.key).where(*used)) is not None


def is_asked(conn: Connection, address: str, but: str = "") -> bool:
    """Whether a source in use, other than ``but``, is asked at that address."""
    there = (sources.c.address == address) | (sources.c.location == address)
    other = (sources.c.key != but, sources.c.origin != "removed")
    return conn.scalar(select(sources.c.key).where(there, *other).limit(1)) is not None


def from_row(row: RowMapping) -> tuple[Source, FeedState]:
    """The source and its state in a row, as ``leases.claim(conn, FEEDS, …)`` gives it."""
    state = {name: row[name] for name in _STATE}
    state["answers"] = tuple(state["answers"])
    return _source(row), FeedState(**state)


def _source(row: RowMapping) -> Source:
    return Source(
        key=row["key"],
        kind=SourceKind(row["kind"]),
        address=row["address"],
        name=row["name"],
        lang=row["lang"],
        tags=tuple(row["tags"]),
        every=row["every"],
        timezone=row["timezone"],
    )


def _values(state: FeedState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in _STATE}


def _index_again(conn: Connection, key: str) -> None:
    """Has what a source brought indexed anew: its key and its language are in the index."""
    mine = select(items.c.number).where(items.c.source == key)
    again = insert(conn, unindexed).from_select(["item"], mine)
    conn.execute(again.on_conflict_do_nothing())


def feed_row(source: Source, state: FeedState, origin: str) -> dict[str, Any]:
    """The columns of a source and its state."""
    return asdict(source) | {"tags": list(source.tags), "origin": origin} | _values(state)


def _fresh(source: Source, now: datetime) -> FeedState:
    return FeedState(next_poll=now if source.kind is SourceKind.FEED else None)


def _put_new(conn: Connection, given: Sequence[Source], now: datetime) -> list[Source]:
    """Puts those that the store has never seen, all at once; the others."""
    known = conn.execute(select(sources.c.key, sources.c.address)).all()
    taken = {row.key for row in known} | {row.address for row in known}
    new = [each for each in given if each.key not in taken and each.address not in taken]
    if new:
        rows = [feed_row(each, _fresh(each, now), "config") for each in new]
        conn.execute(insert(conn, sources), rows)
    added = set(new)
    return [each for each in given if each not in added]


def _put(conn: Connection, source: Source, origin: str, now: datetime) -> None:
    values = asdict(source) | {"tags": list(source.tags), "origin": origin}
    fresh = _values(_fresh(source, now))
    old = conn.execute(select(sources).where(sources.c.key == source.key)).mappings().one_or_none()
    if old is None:
        conn.execute(insert(conn, sources).values(**values, **fresh))
        return
    moved = old["address"] != source.address or old["kind"] != source.kind
    if moved or old["origin"] == "removed":
        # Another feed under the key, or one back after a while: its backlog must not ring.
        values |= fresh | _NO_LEASE
    if old["lang"] != source.lang:
        # What its items are written in, they no longer tell by themselves.
        silent = (items.c.source == source.key, items.c.lang.is_(None))
        conn.execute(update(items).where(*silent).values(spoken=None))
        _index_again(conn, source.key)
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
    _index_again(conn, source.key)


def _move_aside(conn: Connection, key: str) -> None:
    address = conn.scalar(select(sources.c.address).where(sources.c.key == key))
    if address is None:
        return
    aside = f"{key}~{address}"
    conn.execute(update(sources).where(sources.c.key == key).values(key=aside))
    for table in (items, pruned):
        conn.execute(update(table).where(table.c.source == key).values(source=aside))
    _index_again(conn, aside)


def _take_out(conn: Connection, key: str) -> None:
    values = {"origin": "removed", "next_poll": None, "first_read": None} | _NO_LEASE
    conn.execute(update(sources).where(sources.c.key == key).values(**values))
