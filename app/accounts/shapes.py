"""What the account's templates are given: plain values, already worked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SessionLine:
    """One device that is logged in."""

    key: str
    """Names the session in forms; not its secret."""
    agent: str
    created_at: datetime
    last_seen_at: datetime
    current: bool
