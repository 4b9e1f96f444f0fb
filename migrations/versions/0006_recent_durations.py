"""An index that answers how long the last creations with the same options took, however rare those are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    timed = sa.text("generation_seconds IS NOT NULL")
    op.create_index(
        "ix_creations_durations",
        "creations",
        ["provider", "model", "duration", "resolution", "id"],
        unique=False,
        sqlite_where=timed,
        postgresql_where=timed,
    )
