"""Likes: one person's mark on one published creation, kept once by the primary key (PUB-05)."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Moment


class Like(Base):
    """A like. Without a rowid on SQLite: the row is its own key."""

    __tablename__ = "likes"
    __table_args__ = (Index("ix_likes_creation_id", "creation_id"), {"sqlite_with_rowid": False})

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    creation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creations.id"), primary_key=True)
    created_at: Mapped[Moment]
