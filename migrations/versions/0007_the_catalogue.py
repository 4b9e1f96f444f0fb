"""The models that people may choose from, what a creation has to know of its own, and resolutions of other models."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.extensions import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = "resolution IS NULL OR resolution IN ('720p', '1080p')"
AFTER = "resolution IS NULL OR resolution IN ('320p', '480p', '512p', '576p', '720p', '768p', '1080p')"


def upgrade() -> None:
    op.create_table(
        "model_entries",
        sa.Column("provider", sa.String(30), nullable=False),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=True),
        sa.Column("probed_at", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_because", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["updated_by"], ["users.id"], name=op.f("fk_model_entries_updated_by")),
        sa.PrimaryKeyConstraint("provider", "id", name=op.f("pk_model_entries")),
    )
    op.add_column("creations", sa.Column("sound", sa.Boolean(), nullable=True))
    op.add_column("creations", sa.Column("asked_model", sa.String(151), nullable=True))
    op.add_column("creations", sa.Column("refusal", sa.JSON(none_as_null=True), nullable=True))
    _widen()


def _widen() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_creations_resolution"), "creations", type_="check")
        op.create_check_constraint(op.f("ck_creations_resolution"), "creations", AFTER)
        return
    # SQLite can only be told in its own schema table, or by writing every row into a new table. The first is what its
    # manual advises where nothing on disk changes (lang_altertable, section 7, read 2026-11-20).
    run = op.get_bind().exec_driver_sql
    version = run("PRAGMA schema_version").scalar_one()
    run("PRAGMA writable_schema = ON")
    changed = run(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'creations'", (BEFORE, AFTER)
    ).rowcount
    run(f"PRAGMA schema_version = {version + 1}")
    run("PRAGMA writable_schema = OFF")
    assert changed == 1  # noqa: S101
