"""What Alembic runs: the revisions, on the connection that ``upgrade`` was given."""

from __future__ import annotations

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter a column in place; a batch builds the table anew.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
