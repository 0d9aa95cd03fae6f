"""Silences: what the admins do not want rung for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select

from bot.store.rows import silence_of
from bot.store.schema import silences
from bot.store.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.model import Silence


def add(
    conn: Connection,
    kind: str,
    target: str,
    *,
    until: datetime | None,
    reason: str,
    who: str,
    now: datetime,
) -> Silence:
    """Silences a topic, a source, what a query matches, or all; what is owed already still rings."""
    row = {
        "kind": kind,
        "target": target,
        "until": until,
        "reason": reason,
        "who": who,
        "created": now,
    }
    new = insert(conn, silences).values(row).returning(silences)
    return silence_of(conn.execute(new).mappings().one())


def remove(conn: Connection, number: int) -> Silence | None:
    """Ends a silence; what it was, or None where there is none of that number."""
    mine = silences.c.id == number
    found = conn.execute(select(silences).where(mine)).mappings().one_or_none()
    conn.execute(delete(silences).where(mine))
    return None if found is None else silence_of(found)


def active(conn: Connection, now: datetime) -> list[Silence]:
    """The silences in force, in the order in which they were made."""
    in_force = or_(silences.c.until.is_(None), silences.c.until > now)
    chosen = select(silences).where(in_force).order_by(silences.c.id)
    return [silence_of(row) for row in conn.execute(chosen).mappings()]


def purge(conn: Connection, before: datetime) -> int:
    """Forgets the silences that ended before; how many."""
    return conn.execute(delete(silences).where(silences.c.until < before)).rowcount
