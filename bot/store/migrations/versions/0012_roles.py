"""The work in parts: what waits to be matched, and who does what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.columns import Id, Time

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Two new tables."""
    op.create_table(
        "arrivals",
        sa.Column("number", Id, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("item", sa.JSON(), nullable=False),
        sa.Column("rings", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("arrived", Time(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_arrivals")),
        sa.UniqueConstraint("source", "id", name=op.f("uq_arrivals_source_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "roles",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("since", Time(), nullable=False),
        sa.Column("until", Time(), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("unready", sa.Text()),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_roles")),
    )
