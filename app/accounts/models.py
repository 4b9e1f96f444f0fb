"""People and their sessions."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Moment, Uuid7


class Role(StrEnum):
    """What a person may do."""

    USER = "user"
    ADMIN = "admin"


class User(Base):
    """A person. `balance` changes only in `credits.ledger`, `version` only in `accounts.versions`.

    A deleted person stays as a nameless row, because the ledger never forgets.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("balance >= 0", name="balance_not_negative"),
        CheckConstraint("role IN ('user', 'admin')", name="role"),
    )

    id: Mapped[Uuid7]
    username: Mapped[str | None] = mapped_column(String(30), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    external_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    role: Mapped[str] = mapped_column(String(10), default=Role.USER)
    balance: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    bio: Mapped[str] = mapped_column(String(300), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    @property
    def is_admin(self) -> bool:
        """Whether the dashboard is theirs to see."""
        return self.role == Role.ADMIN


class Session(Base):
    """One log-in on one device. The cookie holds the secret, the row only its SHA-256 (hex)."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    agent: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[Moment]
    last_seen_at: Mapped[Moment]
