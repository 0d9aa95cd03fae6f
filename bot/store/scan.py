"""Going through very many stored items in blocks, in the order in which they arrived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bot.store.paging import pages
from bot.store.rows import StoredItem, stored_item
from bot.store.schema import items

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class Block:
    """The items from ``first`` to ``last``, both included; or, of these, only ``numbers``."""

    first: int
    last: int
    numbers: tuple[int, ...] | None = None


def count(conn: Connection, since: datetime | None = None) -> int:
    """How many items there are, of those that are as new as ``since``."""
    return conn.scalar(select(func.count()).select_from(items).where(*_new(since))) or 0


def oldest(conn: Connection) -> datetime | None:
    """When the first of the stored items was seen."""
    found: datetime | None = conn.scalar(select(func.min(items.c.first_seen)))
    return found


def blocks(conn: Connection, numbers: Collection[int] | None, size: int) -> Iterator[Block]:
    """The items, or those with these numbers, parted into blocks of at most ``size`` numbers."""
    if numbers is not None:
        wanted = sorted(numbers)
        for start in range(0, len(wanted), size):
            part = tuple(wanted[start : start + size])
            yield Block(part[0], part[-1], part)
        return
    first, last = conn.execute(select(func.min(items.c.number), func.max(items.c.number))).one()
    if first is not None:
        for start in range(first, last + 1, size):
            yield Block(start, min(start + size - 1, last))


def read(conn: Connection, block: Block, since: datetime | None = None) -> Iterator[StoredItem]:
    """The items of a block that are as new as ``since``, oldest first."""
    chosen = select(items).where(*_new(since)).order_by(items.c.number)
    if block.numbers is None:
        parts = [chosen.where(items.c.number.between(block.first, block.last))]
    else:
        parts = [chosen.where(items.c.number.in_(page)) for page in pages(block.numbers)]
    for part in parts:
        for row in conn.execute(part).mappings():
            yield stored_item(row)


def languages(conn: Connection) -> dict[str, int]:
    """How many items name which language as theirs."""
    found = select(items.c.lang, func.count()).where(items.c.lang.is_not(None))
    return {lang: number for lang, number in conn.execute(found.group_by(items.c.lang))}  # noqa: C416 - rows are not pairs to a type checker


def _new(since: datetime | None) -> tuple[ColumnElement[bool], ...]:
    moment = func.coalesce(items.c.published, items.c.updated, items.c.first_seen)
    return () if since is None else (moment >= since,)
