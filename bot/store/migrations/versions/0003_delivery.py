"""Pauses that Telegram asked for, pictures, topics of forums that refuse, tries that count."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """One table and four columns; what is there keeps its meaning."""
    op.create_table(
        "pauses",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_pauses")),
    )
    op.add_column("items", sa.Column("picture", sa.Text(), nullable=True))
    op.add_column(
        "subscriptions",
        sa.Column("pictures", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("subscriptions", sa.Column("thread_refuses", sa.Text(), nullable=True))
    op.add_column(
        "deliveries", sa.Column("failures", sa.Integer(), server_default="0", nullable=False)
    )
