# ruff: noqa: INP001
"""Run by Alembic, which is called by `bot.storage.schema.upgrade` with an open connection; there is no alembic.ini."""

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters hardly anything in place
)
context.run_migrations()
