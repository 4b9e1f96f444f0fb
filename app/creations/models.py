"""What people make: one row holds a creation and how it is being made."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.creations.states import PLAYABLE, UNFINISHED, State
from app.extensions import Base, Moment, Uuid7, now, uuid7
from app.providers.model import RESOLUTIONS

# A constraint that comes to NULL is kept, so a missing step needs a line of its own.
_STEP_OF_STATE = """
    (step IS NOT NULL OR state IN ('draft', 'published', 'failed'))
    AND ((state = 'pending' AND step = 'queued')
    OR (state = 'processing' AND step IN ('submitting', 'waiting', 'unknown'))
    OR (state = 'downloading' AND step = 'fetching')
    OR (state IN ('draft', 'published', 'failed') AND step IS NULL))
"""
_OPEN = "step IS NOT NULL"
_IN_LINE = "step IS NOT NULL AND turn IS NOT NULL"
_TIMED = "generation_seconds IS NOT NULL"
_PUBLIC = "state = 'published'"
_FEATURED = f"{_PUBLIC} AND featured_at IS NOT NULL"


def _one_of(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(map(repr, values))})"


class Creation(Base):
    """One image or one video asked for by one person, from the request to its deletion.

    State and step move only by the compare-and-set updates of `generation.transitions`. `version` is the value of its
    owner's `users.version` when the row last changed in a way that the owner should see; `settled_version` is the one
    at which it became a draft or failed. `price` is the quote that was charged. `turn` is its place in the line in
    which it waits for a worker of ours (`generation.lines`), NULL once it waits for somebody else. `asked_model` is
    "provider/id" of the model that was chosen where another one took over. `refusal` is what is known of why a
    provider declined: "stage", "rule" (`providers.errors.Rule`), "field" of the brief, and "said", the provider's words
    for whoever asked.
    """

    __tablename__ = "creations"
    __table_args__ = (
        CheckConstraint("kind IN ('image', 'video')", name="kind"),
        CheckConstraint(_one_of("state", [s.value for s in State]), name="state"),
        CheckConstraint(_STEP_OF_STATE, name="step_of_state"),
        CheckConstraint("aspect_ratio IN ('1:1', '16:9', '9:16')", name="aspect_ratio"),
        CheckConstraint(f"resolution IS NULL OR {_one_of('resolution', [*RESOLUTIONS])}", name="resolution"),
        CheckConstraint("duration IS NULL OR duration BETWEEN 1 AND 60", name="duration"),
        CheckConstraint("credit_cost >= 0", name="credit_cost_not_negative"),
        CheckConstraint(
            "relation IS NULL OR relation IN ('retry', 'animate', 'variation', 'remix')",
            name="relation",
        ),
        CheckConstraint(
            "state NOT IN ('draft', 'published') OR media_key IS NOT NULL OR deleted_at IS NOT NULL",
            name="playable_has_media",
        ),
        UniqueConstraint("provider", "operation_id"),
        Index("ix_creations_owner", "user_id", "state", "id"),
        Index("ix_creations_owner_newest", "user_id", "id"),
        Index("ix_creations_changes", "user_id", "version"),
        Index("ix_creations_due", "next_run_at", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_creations_line", "step", "turn", "id", sqlite_where=text(_IN_LINE), postgresql_where=text(_IN_LINE)),
        Index(
            "ix_creations_line_of_owner",
            "user_id",
            "step",
            "turn",
            sqlite_where=text(_IN_LINE),
            postgresql_where=text(_IN_LINE),
        ),
        Index(
            "ix_creations_durations",
            "provider",
            "model",
            "duration",
            "resolution",
            "id",
            sqlite_where=text(_TIMED),
            postgresql_where=text(_TIMED),
        ),
        Index("ix_creations_feed", "published_at", "id", sqlite_where=text(_PUBLIC), postgresql_where=text(_PUBLIC)),
        Index(
            "ix_creations_feed_kind",
            "kind",
            "published_at",
            "id",
            sqlite_where=text(_PUBLIC),
            postgresql_where=text(_PUBLIC),
        ),
        Index(
            "ix_creations_featured",
            "featured_at",
            sqlite_where=text(_FEATURED),
            postgresql_where=text(_FEATURED),
        ),
        Index(
            "ix_creations_profile",
            "user_id",
            "published_at",
            "id",
            sqlite_where=text(_PUBLIC),
            postgresql_where=text(_PUBLIC),
        ),
    )

    id: Mapped[Uuid7]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(12), default=State.PENDING)
    step: Mapped[str | None] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=0)
    settled_version: Mapped[int] = mapped_column(default=0)

    prompt: Mapped[str] = mapped_column(Text)
    negative_prompt: Mapped[str] = mapped_column(Text, default="")
    aspect_ratio: Mapped[str] = mapped_column(String(4))
    resolution: Mapped[str | None] = mapped_column(String(5))
    duration: Mapped[int | None]
    seed: Mapped[int | None]
    sound: Mapped[bool | None]
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("creations.id"))
    relation: Mapped[str | None] = mapped_column(String(10))

    provider: Mapped[str] = mapped_column(String(30))
    model: Mapped[str] = mapped_column(String(120))
    asked_model: Mapped[str | None] = mapped_column(String(151))
    operation_id: Mapped[str | None] = mapped_column(String(400))
    operation: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    lookups: Mapped[int] = mapped_column(default=0)
    missing_count: Mapped[int] = mapped_column(default=0)
    fetch_tries: Mapped[int] = mapped_column(default=0)
    retry_count: Mapped[int] = mapped_column(default=0)
    next_run_at: Mapped[datetime | None]
    turn: Mapped[int | None] = mapped_column(default=0)
    deadline_at: Mapped[datetime | None]
    progress: Mapped[float | None]

    credit_cost: Mapped[int] = mapped_column(default=0)
    price: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    media_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    media_type: Mapped[str | None] = mapped_column(String(40))
    file_size_bytes: Mapped[int | None]
    media_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    width: Mapped[int | None]
    height: Mapped[int | None]
    poster_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    poster_small_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    hue: Mapped[int] = mapped_column(default=0)
    provider_url: Mapped[str | None] = mapped_column(Text)

    caption: Mapped[str] = mapped_column(Text, default="")
    alt_text: Mapped[str] = mapped_column(Text, default="")
    shows_prompt: Mapped[bool] = mapped_column(default=True)
    like_count: Mapped[int] = mapped_column(default=0)
    is_sample: Mapped[bool] = mapped_column(default=False)

    error_code: Mapped[str | None] = mapped_column(String(40))
    error_message: Mapped[str | None] = mapped_column(Text)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    generation_seconds: Mapped[float | None]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment] = mapped_column(onupdate=now)
    """When the row last changed in any way, set by every UPDATE: the tiles that are kept are known by it."""
    submitted_at: Mapped[datetime | None]
    fetching_at: Mapped[datetime | None]
    downloaded_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    featured_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]

    @property
    def is_unfinished(self) -> bool:
        """Being made: its card says "Generating…"."""
        return self.state in UNFINISHED

    @property
    def is_playable(self) -> bool:
        """Has a file that its owner can open."""
        return self.state in PLAYABLE and self.deleted_at is None

    @property
    def is_video(self) -> bool:
        return self.kind == "video"


IS_PUBLISHED = Creation.state == literal_column("'published'")
"""The condition of the feeds. Written out, not bound: neither database matches a partial index to a parameter."""


class ReferenceImage(Base):
    """A picture that goes along with a prompt: an upload, re-made by us, or a copy of one of the owner's images.

    Private like a draft. Without a creation it is a fresh upload, removed after a day.
    """

    __tablename__ = "reference_images"
    __table_args__ = (UniqueConstraint("creation_id", "position"),)

    id: Mapped[Uuid7]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    creation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("creations.id"))
    position: Mapped[int] = mapped_column(default=0)
    role: Mapped[str] = mapped_column(String(10), default="")
    name: Mapped[str] = mapped_column(String(120), default="")
    key: Mapped[str] = mapped_column(String(120), unique=True)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    file_size_bytes: Mapped[int]
    created_at: Mapped[Moment]


class IdempotencyKey(Base):
    """A request that was carried out, by the key that came with it: kept 48 h."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    parameters_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    creation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creations.id"), default=uuid7)
    created_at: Mapped[Moment]
