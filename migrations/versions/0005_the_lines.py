"""Whose turn it is: the order in which creations wait for our workers, and an index that answers who is next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("creations", sa.Column("turn", sa.Integer(), nullable=True))
    # What waits already is served by age.
    op.execute("UPDATE creations SET turn = 0 WHERE step IS NOT NULL")
    in_line = sa.text("step IS NOT NULL AND turn IS NOT NULL")
    for name, columns in (
        ("ix_creations_line", ["step", "turn", "id"]),
        ("ix_creations_line_of_owner", ["user_id", "step", "turn"]),
    ):
        op.create_index(name, "creations", columns, unique=False, sqlite_where=in_line, postgresql_where=in_line)
