"""Deliveries know the hours of their topic, whatever else holds them back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """A new column; what is held now has it from its match."""
    op.add_column("deliveries", sa.Column("opens", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE deliveries SET opens = "
        "(SELECT matches.opens FROM matches WHERE matches.id = deliveries.match_id) "
        "WHERE state = 'held'"
    )
