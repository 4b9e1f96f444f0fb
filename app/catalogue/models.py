"""The table of what was changed about models, and of what was seen of them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, now


class ModelEntry(Base):
    """One model that an admin changed or added, or about which something was noticed.

    `facts` is the whole entry as `catalogue.entries.Entry` reads it; NULL where the built-in one is in force.
    `position` is its place in the list, NULL for the built-in one. `listed` is what the last probe of the provider's
    list said: NULL where the provider does not tell. `retired_at` is when the provider first answered that the model
    is gone, `retired_because` its words: for admins.
    """

    __tablename__ = "model_entries"

    provider: Mapped[str] = mapped_column(String(30), primary_key=True)
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    position: Mapped[int | None]
    listed: Mapped[bool | None]
    probed_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    retired_because: Mapped[str] = mapped_column(Text, default="")
    updated_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    updated_at: Mapped[datetime] = mapped_column(default=now)
