"""INSERT … ON CONFLICT, which SQLAlchemy has once a dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

Insert = postgresql.Insert | sqlite.Insert


def insert(conn: Connection, table: Table) -> Insert:
    """The insert of this connection's dialect, with ``on_conflict_do_nothing`` and ``…_update``."""
    if conn.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
