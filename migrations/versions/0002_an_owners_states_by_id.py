"""An owner's creations of one state in the order of their ids, in which the records are read: nothing is sorted."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_creations_owner", table_name="creations")
    op.create_index("ix_creations_owner", "creations", ["user_id", "state", "id"], unique=False)
