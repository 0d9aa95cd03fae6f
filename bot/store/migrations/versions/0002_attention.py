"""Digests, quiet hours, mutes, silences, and fan-outs that take several transactions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# SQLite numbers rows by itself only in a column of type INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Columns with defaults: what is there goes on as before, each alert at once."""
    op.add_column("matches", sa.Column("silenced", sa.Text(), nullable=True))
    op.create_index(
        "ix_matches_silenced",
        "matches",
        ["id"],
        unique=False,
        sqlite_where=sa.text("silenced IS NOT NULL"),
        postgresql_where=sa.text("silenced IS NOT NULL"),
    )
    chats: list[sa.Column[Any]] = [
        sa.Column("quiet_start", sa.Integer(), nullable=True),
        sa.Column("quiet_end", sa.Integer(), nullable=True),
        sa.Column("urgent_rings", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("muted_until", sa.BigInteger(), nullable=True),
    ]
    for column in chats:
        op.add_column("chats", column)
    subscriptions: list[sa.Column[Any]] = [
        sa.Column("cadence", sa.Text(), server_default="immediate", nullable=False),
        sa.Column("digest_at", sa.Integer(), server_default="480", nullable=False),
        sa.Column("digest_day", sa.Integer(), server_default="0", nullable=False),
        sa.Column("threshold", sa.Integer(), server_default="0", nullable=False),
        sa.Column("silent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("muted_until", sa.BigInteger(), nullable=True),
    ]
    for column in subscriptions:
        op.add_column("subscriptions", column)
    op.drop_index(op.f("ix_subscriptions_rule"), "subscriptions")
    op.create_index(
        op.f("ix_subscriptions_rule_chat_id_thread_id"),
        "subscriptions",
        ["rule", "chat_id", "thread_id"],
        unique=False,
    )
    op.add_column(
        "deliveries",
        sa.Column("silent", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("deliveries", sa.Column("digest", ID, nullable=True))
    op.create_index(
        "ix_deliveries_held",
        "deliveries",
        ["not_before", "chat_id"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_deliveries_digest",
        "deliveries",
        ["digest"],
        unique=False,
        sqlite_where=sa.text("digest IS NOT NULL"),
        postgresql_where=sa.text("digest IS NOT NULL"),
    )
    op.create_table(
        "fan_outs",
        sa.Column("item", ID, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("last_subscription", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item"], ["items.number"], name=op.f("fk_fan_outs_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_fan_outs")),
    )
    op.create_index(
        op.f("ix_fan_outs_priority_item"), "fan_outs", ["priority", "item"], unique=False
    )
    op.create_table(
        "silences",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), server_default="", nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
        sqlite_autoincrement=True,
    )
