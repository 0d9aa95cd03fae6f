"""Small facts about the installation: a key and a JSON value each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from bot.store.schema import meta
from bot.store.upsert import insert

if TYPE_CHECKING:
    from sqlalchemy import Connection


def get(conn: Connection, key: str) -> Any:
    """The value last put under ``key``, or None."""
    return conn.scalar(select(meta.c.value).where(meta.c.key == key))


def put(conn: Connection, key: str, value: Any) -> None:
    """Keeps a JSON value under ``key``; None removes it."""
    if value is None:
        conn.execute(delete(meta).where(meta.c.key == key))
        return
    row = insert(conn, meta).values(key=key, value=value)
    conn.execute(row.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
