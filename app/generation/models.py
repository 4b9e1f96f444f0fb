"""The engine's own table; what a creation is and where it stands is in `creations.models`."""

from __future__ import annotations

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, Moment


class ProviderCall(Base):
    """A call by a provider that was acted upon, known by the provider's id of the event: kept 48 h."""

    __tablename__ = "provider_calls"
    __table_args__ = (Index("ix_provider_calls_received_at", "received_at"),)

    provider: Mapped[str] = mapped_column(String(30), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    received_at: Mapped[Moment]
