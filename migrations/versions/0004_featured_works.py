"""The works that are featured, newest first, for the landing page: there are few among very many."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_FEATURED = sa.text("state = 'published' AND featured_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_creations_featured",
        "creations",
        ["featured_at"],
        unique=False,
        sqlite_where=_FEATURED,
        postgresql_where=_FEATURED,
    )
