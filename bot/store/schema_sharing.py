"""The tables of work that several processes share."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, Table, Text, UniqueConstraint

from bot.store.columns import Id, Time, metadata

# What was read and waits to be matched, where another process does that; see ``arrivals.py``.
arrivals = Table(
    "arrivals",
    metadata,
    Column("number", Id, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("item", JSON, nullable=False),
    Column("rings", Boolean, nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("arrived", Time, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("error", Text),  # why it cannot be recorded
    UniqueConstraint("source", "id"),
    sqlite_autoincrement=True,
)

# Who does which part of the work, where several processes share it; see ``roles.py``.
roles = Table(
    "roles",
    metadata,
    Column("role", Text, primary_key=True),
    Column("holder", Text, nullable=False),  # "host:process"
    Column("token", Text, nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=False),
    Column("session", Integer, nullable=False),  # the holder's process at the server
    Column("unready", Text),  # why it cannot do its work yet
)
