"""The ledger: every movement of credits, appended and never changed."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Moment, Uuid7


class EntryType(StrEnum):
    """Why credits moved (PRC-08)."""

    SIGNUP_GRANT = "signup_grant"
    IMAGE_GENERATION = "image_generation"
    IMAGE_REFUND = "image_refund"
    VIDEO_GENERATION = "video_generation"
    VIDEO_REFUND = "video_refund"
    ADMIN_GRANT = "admin_grant"
    ADMIN_REFUND = "admin_refund"
    PURCHASE = "purchase"


class LedgerEntry(Base):
    """One signed movement of whole credits. Triggers on both databases refuse UPDATE and DELETE.

    `key` says what moved them and is unique: `debit:<creation>`, `refund:<creation>`, `grant:signup:<user>`,
    `admin:<uuid>`, `purchase:<payment>`. It is the guarantee that nothing happens twice.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint(f"type IN ({', '.join(repr(t.value) for t in EntryType)})", name="type"),
        CheckConstraint("balance_after >= 0", name="balance_after_not_negative"),
        Index("ix_ledger_entries_user_id_id", "user_id", "id"),
    )

    id: Mapped[Uuid7]
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    creation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("creations.id"), index=True)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    amount: Mapped[int]
    type: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    balance_after: Mapped[int]
    note: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[Moment]
