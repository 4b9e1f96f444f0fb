"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.credits import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=30), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bio", sa.String(length=300), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('user', 'admin')", name=op.f("ck_users_role")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_users_balance_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("external_id", name=op.f("uq_users_external_id")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_audit_log_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_index("ix_audit_log_created_at", "audit_log", ["created_at"], unique=False)

    op.create_table(
        "creations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("step", sa.String(length=12), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("settled_version", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("negative_prompt", sa.Text(), nullable=False),
        sa.Column("aspect_ratio", sa.String(length=4), nullable=False),
        sa.Column("resolution", sa.String(length=5), nullable=True),
        sa.Column("duration", sa.Integer(), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("relation", sa.String(length=10), nullable=True),
        sa.Column("provider", sa.String(length=30), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("operation_id", sa.String(length=400), nullable=True),
        sa.Column("operation", sa.JSON(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lookups", sa.Integer(), nullable=False),
        sa.Column("missing_count", sa.Integer(), nullable=False),
        sa.Column("fetch_tries", sa.Integer(), nullable=False),
        sa.Column("retry_count", sa.Integer(), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("credit_cost", sa.Integer(), nullable=False),
        sa.Column("price", sa.JSON(), nullable=False),
        sa.Column("media_key", sa.String(length=120), nullable=True),
        sa.Column("media_type", sa.String(length=40), nullable=True),
        sa.Column("file_size_bytes", sa.Integer(), nullable=True),
        sa.Column("media_sha256", sa.LargeBinary(length=32), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("poster_key", sa.String(length=120), nullable=True),
        sa.Column("poster_small_key", sa.String(length=120), nullable=True),
        sa.Column("hue", sa.Integer(), nullable=False),
        sa.Column("provider_url", sa.Text(), nullable=True),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("alt_text", sa.Text(), nullable=False),
        sa.Column("shows_prompt", sa.Boolean(), nullable=False),
        sa.Column("like_count", sa.Integer(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("generation_seconds", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetching_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("downloaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("featured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "\n    (step IS NOT NULL OR state IN ('draft', 'published', 'failed'))\n    AND ((state = 'pending' AND step = 'queued')\n    OR (state = 'processing' AND step IN ('submitting', 'waiting', 'unknown'))\n    OR (state = 'downloading' AND step = 'fetching')\n    OR (state IN ('draft', 'published', 'failed') AND step IS NULL))\n",
            name=op.f("ck_creations_step_of_state"),
        ),
        sa.CheckConstraint("aspect_ratio IN ('1:1', '16:9', '9:16')", name=op.f("ck_creations_aspect_ratio")),
        sa.CheckConstraint("kind IN ('image', 'video')", name=op.f("ck_creations_kind")),
        sa.CheckConstraint(
            "relation IS NULL OR relation IN ('retry', 'animate', 'variation', 'remix')",
            name=op.f("ck_creations_relation"),
        ),
        sa.CheckConstraint(
            "resolution IS NULL OR resolution IN ('720p', '1080p')", name=op.f("ck_creations_resolution")
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'processing', 'downloading', 'draft', 'published', 'failed')",
            name=op.f("ck_creations_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('draft', 'published') OR media_key IS NOT NULL OR deleted_at IS NOT NULL",
            name=op.f("ck_creations_playable_has_media"),
        ),
        sa.CheckConstraint("credit_cost >= 0", name=op.f("ck_creations_credit_cost_not_negative")),
        sa.CheckConstraint("duration IS NULL OR duration BETWEEN 1 AND 60", name=op.f("ck_creations_duration")),
        sa.ForeignKeyConstraint(["parent_id"], ["creations.id"], name=op.f("fk_creations_parent_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_creations_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_creations")),
        sa.UniqueConstraint("media_key", name=op.f("uq_creations_media_key")),
        sa.UniqueConstraint("poster_key", name=op.f("uq_creations_poster_key")),
        sa.UniqueConstraint("poster_small_key", name=op.f("uq_creations_poster_small_key")),
        sa.UniqueConstraint("provider", "operation_id", name=op.f("uq_creations_provider_operation_id")),
    )
    op.create_index("ix_creations_changes", "creations", ["user_id", "version"], unique=False)
    op.create_index(
        "ix_creations_due",
        "creations",
        ["next_run_at"],
        unique=False,
        sqlite_where=sa.text("step IS NOT NULL"),
        postgresql_where=sa.text("step IS NOT NULL"),
    )
    op.create_index(
        "ix_creations_feed",
        "creations",
        ["published_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index(
        "ix_creations_feed_kind",
        "creations",
        ["kind", "published_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index("ix_creations_owner", "creations", ["user_id", "state", "created_at"], unique=False)
    op.create_index("ix_creations_owner_newest", "creations", ["user_id", "id"], unique=False)
    op.create_index(
        "ix_creations_profile",
        "creations",
        ["user_id", "published_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )

    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"], unique=False)

    op.create_table(
        "system_configs",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["updated_by"], ["users.id"], name=op.f("fk_system_configs_updated_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_system_configs")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("parameters_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("creation_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["creation_id"], ["creations.id"], name=op.f("fk_idempotency_keys_creation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_idempotency_keys_user_id")),
        sa.PrimaryKeyConstraint("user_id", "endpoint", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("creation_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("balance_after", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "type IN ('signup_grant', 'image_generation', 'image_refund', 'video_generation', 'video_refund', 'admin_grant', 'admin_refund', 'purchase')",
            name=op.f("ck_ledger_entries_type"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entries_amount_not_zero")),
        sa.CheckConstraint("balance_after >= 0", name=op.f("ck_ledger_entries_balance_after_not_negative")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_ledger_entries_actor_id")),
        sa.ForeignKeyConstraint(["creation_id"], ["creations.id"], name=op.f("fk_ledger_entries_creation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ledger_entries_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entries_key")),
    )
    op.create_index("ix_ledger_entries_creation_id", "ledger_entries", ["creation_id"], unique=False)
    op.create_index("ix_ledger_entries_user_id_id", "ledger_entries", ["user_id", "id"], unique=False)

    op.create_table(
        "likes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("creation_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["creation_id"], ["creations.id"], name=op.f("fk_likes_creation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_likes_user_id")),
        sa.PrimaryKeyConstraint("user_id", "creation_id", name=op.f("pk_likes")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_likes_creation_id", "likes", ["creation_id"], unique=False)

    op.create_table(
        "reference_images",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("creation_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("file_size_bytes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["creation_id"], ["creations.id"], name=op.f("fk_reference_images_creation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reference_images_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_images")),
        sa.UniqueConstraint("creation_id", "position", name=op.f("uq_reference_images_creation_id_position")),
        sa.UniqueConstraint("key", name=op.f("uq_reference_images_key")),
    )
    op.create_index("ix_reference_images_user_id", "reference_images", ["user_id"], unique=False)
    for statement in triggers.statements(op.get_bind().dialect.name):
        op.execute(statement)
