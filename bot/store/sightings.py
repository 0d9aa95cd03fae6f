"""The marks by which near reports find an item of the last days, in the order of their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select

from bot.store.paging import pages
from bot.store.rows import item_of
from bot.store.schema import items, sightings
from bot.store.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Item

_PAGE: Final = 5000


@dataclass(frozen=True, slots=True)
class Seen:
    """An item that may have reported the same, with its story."""

    number: int
    item: Item
    story: int
    first_seen: datetime
    content: str


def keep(conn: Connection, marks: Mapping[int, bytes]) -> None:
    """Keeps the marks of items, by number."""
    rows = [{"item": number, "marks": each} for number, each in marks.items() if each]
    if rows:
        new = insert(conn, sightings)
        better = {"marks": new.excluded.marks}
        conn.execute(new.on_conflict_do_update(index_elements=["item"], set_=better), rows)


def since(conn: Connection, number: int) -> Iterator[tuple[int, bytes]]:
    """Number and marks of the items from this number on, in their order."""
    chosen = select(sightings).order_by(sightings.c.item).limit(_PAGE)
    while True:
        rows = conn.execute(chosen.where(sightings.c.item >= number)).all()
        for row in rows:
            yield row.item, row.marks
        if len(rows) < _PAGE:
            return
        number = rows[-1].item + 1


def marks_of(conn: Connection, number: int) -> bytes | None:
    """The marks of an item; None where it has none, or none any more."""
    found: bytes | None = conn.scalar(select(sightings.c.marks).where(sightings.c.item == number))
    return found


def first_number(conn: Connection, moment: datetime) -> int:
    """The number of the first item that was seen since; of the next one, where there is none."""
    found = select(func.min(items.c.number)).where(items.c.first_seen >= moment)
    newest = select(func.max(items.c.number))
    return conn.scalar(found) or (conn.scalar(newest) or 0) + 1


def seen(conn: Connection, numbers: Collection[int]) -> dict[int, Seen]:
    """The items with these numbers."""
    return {
        row["number"]: Seen(
            row["number"], item_of(row), row["story_id"], row["first_seen"], row["content_hash"]
        )
        for page in pages(sorted(numbers))
        for row in conn.execute(select(items).where(items.c.number.in_(page))).mappings()
    }


def prune(conn: Connection, before: datetime, limit: int) -> int:
    """Forgets the marks of up to ``limit`` items that were first seen before; how many."""
    first = first_number(conn, before)
    old = select(sightings.c.item).where(sightings.c.item < first).order_by(sightings.c.item)
    page = list(conn.scalars(old.limit(limit)))
    if page:
        conn.execute(delete(sightings).where(sightings.c.item.in_(page)))
    return len(page)
