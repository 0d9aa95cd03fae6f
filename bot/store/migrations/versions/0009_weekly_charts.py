"""Subscriptions whose weekly digest has a chart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """A new column, false."""
    op.add_column(
        "subscriptions",
        sa.Column("chart", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
