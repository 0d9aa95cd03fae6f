"""Stories: how items come into them, every report, updates, alerts that are edited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def upgrade() -> None:
    """New columns, all empty or false; one new table."""
    for name in ("edit_due", "edited"):
        op.add_column("stories", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("stories", sa.Column("edit_after", ID, nullable=True))
    op.create_index(op.f("ix_stories_first_seen"), "stories", ["first_seen"])
    _index("ix_stories_edit_due", "stories", ["edit_due"], "edit_due IS NOT NULL")
    op.add_column("items", sa.Column("kinship", sa.Text(), nullable=True))
    op.add_column("items", _flag("changed"))
    op.add_column("subscriptions", _flag("every_report"))
    op.add_column("fan_outs", _flag("edited"))
    op.create_table(
        "sightings",
        sa.Column("item", ID, nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item"], ["items.number"], name=op.f("fk_sightings_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_sightings")),
    )
    for name in ("again", "occasion", "edits"):
        op.add_column("deliveries", sa.Column(name, ID, nullable=True))
    columns = ["again", "chat_id", "thread_id", "occasion"]
    _index("ix_deliveries_again", "deliveries", columns, "again IS NOT NULL", unique=True)
    _index("ix_deliveries_edits", "deliveries", ["edits"], "edits IS NOT NULL AND settled IS NULL")


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    some = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=some, postgresql_where=some)
