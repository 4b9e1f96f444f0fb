"""The table of what is done at night."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class NightlyRun(Base):
    """The last run of one piece of nightly work. `words` are its first alarms, for the dashboard."""

    __tablename__ = "nightly_runs"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(default=0)
    alarms: Mapped[int] = mapped_column(default=0)
    words: Mapped[list[Any]] = mapped_column(JSON, default=list)
