"""How Alembic meets the database: through the application, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from alembic import context
from flask import current_app

target = current_app.extensions["migrate"].db

with target.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=target.metadata,
        render_as_batch=True,
        compare_type=True,
        # One transaction a migration: a chain that is cut off stands at the last whole one.
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
