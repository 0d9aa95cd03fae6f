"""Hosts and domains that asked to be left alone, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.store.schema import resting
from bot.store.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def rest(conn: Connection, name: str, until: datetime, now: datetime) -> None:
    """Leave ``name`` alone until then; what rests no longer is forgotten."""
    conn.execute(delete(resting).where(resting.c.until <= now))
    row = insert(conn, resting).values(name=name, until=until)
    conn.execute(row.on_conflict_do_update(index_elements=["name"], set_={"until": until}))


def rests(conn: Connection, now: datetime) -> dict[str, datetime]:
    """What is to be left alone now, with the end of it."""
    rows = conn.execute(select(resting.c.name, resting.c.until).where(resting.c.until > now))
    return {row.name: row.until for row in rows}
