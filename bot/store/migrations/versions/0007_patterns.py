"""Patterns in time: their states, and what a match is to a topic that has one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Three columns of matches, none of which a match so far has; a table."""
    for column in (
        sa.Column("counted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("pattern", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("opens", sa.BigInteger(), nullable=True),
    ):
        op.add_column("matches", column)
    op.create_table(
        "patterns",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("void", sa.BigInteger(), nullable=True),
        sa.Column("telling", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("rule", "key", name=op.f("pk_patterns")),
    )
    op.create_index(op.f("ix_patterns_due"), "patterns", ["due"])
    op.create_index(op.f("ix_patterns_void"), "patterns", ["void"])
    op.create_index(
        "ix_patterns_telling",
        "patterns",
        ["rule"],
        sqlite_where=sa.text("telling IS NOT NULL"),
        postgresql_where=sa.text("telling IS NOT NULL"),
    )
