"""Sieves of subscriptions, and subscriptions that pause; the language found in an item."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """New columns, all empty or false."""
    op.add_column("items", sa.Column("spoken", sa.Text(), nullable=True))
    op.add_column("subscriptions", sa.Column("sieve", sa.Text(), nullable=True))
    op.add_column(
        "subscriptions",
        sa.Column("paused", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
