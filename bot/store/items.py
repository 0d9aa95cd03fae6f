"""Items: their arrival with everything that follows from it, reading them, and their retention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, delete, select, update

from bot.store import amending, sightings, word_index
from bot.store.fan_out import ring_subscribers
from bot.store.given import as_given, pairs_given
from bot.store.incoming import Arrival
from bot.store.matches import blur, record_matches
from bot.store.paging import pages
from bot.store.rows import StoredItem, content_hash, item_of, item_values, stored_item
from bot.store.schema import deliveries, fan_outs, items, matches, pruned, unindexed
from bot.store.stories import ByKeys, add_keys
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Column, Connection, Select, Table

    from bot.model import Item
    from bot.store.incoming import Placement, Placing

_BY_KEYS: Final = ByKeys()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of arrivals: items that were new, that were edited, deliveries that are owed.

    ``queued`` items have so many subscribers that their deliveries follow, page by page;
    ``new_of`` counts the new items of each source that brought some.
    """

    new: int = 0
    edited: int = 0
    rung: int = 0
    queued: int = 0
    new_of: Mapping[str, int] = field(default_factory=dict, compare=False)


def known(conn: Connection, source: str, ids: Collection[str]) -> set[str]:
    """Which of a source's items are here, or were until their retention ended."""
    given = as_given([(source, id_) for id_ in ids])
    return {
        id_
        for table in (items, pruned)
        for _, id_ in conn.execute(_those(conn.dialect.name, table), given)
    }


def unchanged(conn: Connection, arrived: Sequence[Item]) -> set[tuple[str, str]]:
    """Source and id of the items that are here word for word, or were until their retention ended.

    One whose retention ended is not wanted again, however it reads now.
    """
    hashes = {(item.source, item.id): content_hash(item) for item in arrived}
    same: set[tuple[str, str]] = set()
    for page in pages(hashes):
        given = as_given(page)
        here = _those(conn.dialect.name, items, items.c.content_hash)
        for source, id_, kept_hash in conn.execute(here, given):
            if hashes[source, id_] == kept_hash:
                same.add((source, id_))
        same.update(
            (source, id_) for source, id_ in conn.execute(_those(conn.dialect.name, pruned), given)
        )
    return same


def has_any(conn: Connection, source: str) -> bool:
    """Whether the source has brought anything so far."""
    return any(
        conn.scalar(select(table.c.id).where(table.c.source == source).limit(1)) is not None
        for table in (items, pruned)
    )


Weigh = Callable[["Connection", Sequence[Arrival]], Sequence[Arrival]]


def _as_they_are(_conn: Connection, arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
    return arrivals


def record(
    conn: Connection,
    arrivals: Sequence[Arrival],
    now: datetime,
    weigh: Weigh = _as_they_are,
    placing: Placing = _BY_KEYS,
) -> Recorded:
    """Keeps items, their stories and matches, and owes an alert to each chat that subscribes.

    ``weigh`` is given the items that are new, and answers them with what rings in time.

    Repeating it changes nothing. An item that is here with other content gets the new content and
    its matches, and rings nobody, but where it changes what its story says: then, once, those who
    had that. One whose retention ended stays away. ``placing`` says which story an item is of.
    """
    done = [_record_page(conn, page, now, weigh, placing) for page in pages(arrivals)]
    new_of: Counter[str] = Counter()
    for each in done:
        new_of.update(each.new_of)
    return Recorded(
        new=sum(each.new for each in done),
        edited=sum(each.edited for each in done),
        rung=sum(each.rung for each in done),
        queued=sum(each.queued for each in done),
        new_of=new_of,
    )


def get_item(conn: Connection, number: int) -> StoredItem | None:
    """An item by its number."""
    row = conn.execute(select(items).where(items.c.number == number)).mappings().one_or_none()
    return None if row is None else stored_item(row)


def with_id(conn: Connection, item_id: str) -> list[StoredItem]:
    """The items that have this id: of several sources, perhaps."""
    chosen = select(items).where(items.c.id == item_id).order_by(items.c.number)
    return [stored_item(row) for row in conn.execute(chosen).mappings()]


def newest(conn: Connection, *, before: int | None = None, limit: int) -> list[StoredItem]:
    """The items that arrived last, newest first; ``before`` a number, to go on from there."""
    chosen = select(items).order_by(items.c.number.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(items.c.number < before)
    return [stored_item(row) for row in conn.execute(chosen).mappings()]


def first_number(conn: Connection, since: datetime) -> int | None:
    """The number of the first item that arrived at that time or later; None where none did."""
    first = select(items.c.number).where(items.c.first_seen >= since)
    return conn.scalar(first.order_by(items.c.first_seen, items.c.number).limit(1))


def last_number(conn: Connection) -> int | None:
    """The number of the item that arrived last; None where there is none."""
    return conn.scalar(select(items.c.number).order_by(items.c.number.desc()).limit(1))


def with_numbers(conn: Connection, numbers: Sequence[int]) -> list[StoredItem]:
    """The items of these numbers, those that are there."""
    chosen = select(items).where(items.c.number.in_(numbers))
    return [stored_item(row) for row in conn.execute(chosen).mappings()]


def waiting_items(
    conn: Connection, *, before: int | None = None, limit: int = 200
) -> list[StoredItem]:
    """Seeds that wait for somebody to subscribe, newest first: ring those that match."""
    chosen = select(items).where(items.c.waiting).order_by(items.c.number.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(items.c.number < before)
    return [stored_item(row) for row in conn.execute(chosen).mappings()]


def prune(conn: Connection, before: datetime, limit: int = 500) -> int:
    """Deletes up to ``limit`` items that were first seen before; how many.

    Repeat it until it answers 0. An item that is still owed to somebody stays. Of the others their
    ids stay: a feed may list an item for years, and it must not come back as news.
    """
    owed = (
        select(deliveries.c.id)
        .join(matches, matches.c.id == deliveries.c.match_id)
        .where(matches.c.item == items.c.number, deliveries.c.settled.is_(None))
        .exists()
    )
    queued = select(fan_outs.c.item).where(fan_outs.c.item == items.c.number).exists()
    chosen = select(items.c.number, items.c.source, items.c.id)
    page = chosen.where(items.c.first_seen < before, ~owed, ~queued).order_by(items.c.first_seen)
    rows = conn.execute(page.limit(limit)).all()
    if rows:
        gone = [{"source": row.source, "id": row.id} for row in rows]
        conn.execute(insert(conn, pruned).on_conflict_do_nothing(), gone)
        numbers = [row.number for row in rows]
        word_index.remove(conn, numbers)
        conn.execute(delete(items).where(items.c.number.in_(numbers)))
    return len(rows)


def _record_page(
    conn: Connection, arrivals: Sequence[Arrival], now: datetime, weigh: Weigh, placing: Placing
) -> Recorded:
    there = _there(conn, arrivals)
    new: list[Arrival] = []
    edited: list[tuple[int, Arrival]] = []
    revised: list[int] = []
    for arrival in arrivals:
        place = (arrival.item.source, arrival.item.id)
        if place not in there:
            new.append(arrival)
        elif (old := there[place]) is not None and old[1] != content_hash(arrival.item):
            if _edit(conn, old[0], arrival, now, placing):
                revised.append(old[0])
            edited.append((old[0], arrival))
        # Twice in one reading: the first stands.
        there[place] = None
    placements = placing.place(conn, new, now) if new else []
    numbers = _insert(conn, new, placements, now)
    arrived = list(zip(numbers, weigh(conn, new), strict=True))
    changed = arrived + edited
    sightings.keep(conn, {number: arrival.marks for number, arrival in changed})
    _to_index(conn, [number for number, _ in changed])
    blur(conn, [number for number, _ in edited])
    record_matches(
        conn, [(number, it.matches, it.silenced, it.weighed) for number, it in changed], now
    )
    rings = [number for number, arrival in arrived if arrival.rings and arrival.matches]
    rung = ring_subscribers(conn, rings, now)
    again = ring_subscribers(conn, revised, now, edited=True)
    joined = [
        number
        for (number, arrival), placed in zip(arrived, placements, strict=True)
        if arrival.rings and placed.kinship is not None
    ]
    amending.note(conn, joined, now)
    new_of = Counter(arrival.item.source for arrival in new)
    owed, queued = rung.owed + again.owed, rung.queued + again.queued
    return Recorded(len(new), len(edited), owed, queued, new_of)


def _there(
    conn: Connection, arrivals: Sequence[Arrival]
) -> dict[tuple[str, str], tuple[int, str] | None]:
    """Number and content of each item that is here, by source and id; None for a pruned one."""
    given = as_given([(arrival.item.source, arrival.item.id) for arrival in arrivals])
    there: dict[tuple[str, str], tuple[int, str] | None] = {}
    for source, id_ in conn.execute(_those(conn.dialect.name, pruned), given):
        there[source, id_] = None
    here = _those(conn.dialect.name, items, items.c.number, items.c.content_hash)
    for source, id_, number, kept_hash in conn.execute(here, given):
        there[source, id_] = (number, kept_hash)
    return there


@cache
def _those(dialect: str, table: Table, *columns: Column[Any]) -> Select[Any]:
    """Source, id and those columns of the rows that have one of the given pairs of source and id."""
    given, source, id_ = pairs_given(dialect)
    chosen = select(table.c.source, table.c.id, *columns).select_from(given)
    return chosen.join(table, and_(table.c.source == source, table.c.id == id_))


def _insert(
    conn: Connection, arrivals: Sequence[Arrival], placements: Sequence[Placement], now: datetime
) -> list[int]:
    """The numbers of the new items, in their order."""
    if not arrivals:
        return []
    rows = [
        item_values(arrival.item)
        | {"first_seen": now, "waiting": arrival.waiting}
        | {"spoken": arrival.lang or arrival.item.lang}
        | {"story_id": placed.story, "kinship": placed.kinship, "changed": placed.changed}
        for arrival, placed in zip(arrivals, placements, strict=True)
    ]
    # RETURNING in the order of the rows would be a statement for each of them on SQLite.
    conn.execute(insert(conn, items), rows)
    places = [(arrival.item.source, arrival.item.id) for arrival in arrivals]
    found = conn.execute(_those(conn.dialect.name, items, items.c.number), as_given(places))
    numbers = {(source, id_): number for source, id_, number in found}
    return [numbers[place] for place in places]


def _edit(conn: Connection, number: int, arrival: Arrival, now: datetime, placing: Placing) -> bool:
    """Gives an item its new content; whether that changes what its story says."""
    mine = items.c.number == number
    old = conn.execute(select(items).where(mine)).mappings().one()
    values = item_values(arrival.item) | {"spoken": arrival.lang or arrival.item.lang}
    revises = arrival.rings and placing.revises(item_of(old), arrival, now)
    if revises:
        values["changed"] = True
    conn.execute(update(items).where(mine).values(values))
    add_keys(conn, old["story_id"], arrival.story_keys)
    return revises


def _to_index(conn: Connection, numbers: Sequence[int]) -> None:
    if numbers:
        rows = [{"item": number} for number in numbers]
        conn.execute(insert(conn, unindexed).on_conflict_do_nothing(), rows)
