"""Channels seen to from private chats, wrong matches, uploads of rule files, broadcasts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

# SQLite numbers rows by itself only in a column of type INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Three tables and three columns, all empty."""
    op.add_column("chats", sa.Column("refuses_since", sa.BigInteger(), nullable=True))
    op.add_column("chats", sa.Column("speaks_for", sa.BigInteger(), nullable=True))
    op.create_table(
        "wrong_matches",
        sa.Column("match_id", ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["match_id"],
            ["matches.id"],
            name=op.f("fk_wrong_matches_match_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("match_id", "chat_id", name=op.f("pk_wrong_matches")),
    )
    op.create_index(op.f("ix_wrong_matches_chat_id"), "wrong_matches", ["chat_id"])
    op.create_table(
        "rule_uploads",
        sa.Column("id", ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_uploads")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "broadcasts",
        sa.Column("id", ID, nullable=False),
        sa.Column("admin", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=True),
        sa.Column("last_delivery", ID, nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sqlite_autoincrement=True,
    )
    op.add_column("deliveries", sa.Column("broadcast", ID, nullable=True))
    op.create_index(
        "ix_deliveries_broadcast",
        "deliveries",
        ["broadcast", "state"],
        sqlite_where=sa.text("broadcast IS NOT NULL"),
        postgresql_where=sa.text("broadcast IS NOT NULL"),
    )
