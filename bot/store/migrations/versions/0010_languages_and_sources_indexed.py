"""The word index knows languages and sources: it is made anew, behind the scenes."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Every item waits to be indexed; until then it is a candidate for every question."""
    op.execute(
        "INSERT INTO unindexed (item) SELECT number FROM items WHERE true ON CONFLICT DO NOTHING"
    )
