"""How feeds are asked: pace, answers, moves, hosts that rest, WebSub subscriptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """New columns of sources, all empty; two new tables."""
    for column in (
        sa.Column("pace", sa.Text(), nullable=True),
        sa.Column("last_poll", sa.BigInteger(), nullable=True),
        sa.Column("answers", sa.Text(), server_default="", nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("moved_polls", sa.Integer(), server_default="0", nullable=False),
    ):
        op.add_column("sources", column)
    op.create_index(op.f("ix_sources_location"), "sources", ["location"])
    op.create_table(
        "resting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_resting")),
    )
    op.create_table(
        "pushes",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("renew", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("last_push", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_pushes")),
        sa.UniqueConstraint("token", name=op.f("uq_pushes_token")),
    )
    op.create_index(op.f("ix_pushes_renew"), "pushes", ["renew"])
