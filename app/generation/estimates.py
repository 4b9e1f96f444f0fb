"""How long a creation takes, and how many are served before it: what users are told while they wait (JOB-05)."""

from __future__ import annotations

from datetime import datetime

from app.creations.models import Creation
from app.creations.states import Step
from app.extensions import now
from app.generation import durations


def typical_seconds(provider: str, model: str, duration: int | None, resolution: str | None) -> float:
    """The median of the last twenty real durations with these options; the registry's word until there are five."""
    return durations.recent(provider, model, duration, resolution).typical


def seconds_left(creation: Creation) -> float | None:
    """About how long until it is ready; None while it waits in the queue or when it is overdue."""
    started: datetime | None = creation.submitted_at
    if started is None or creation.step in (Step.QUEUED, Step.UNKNOWN, None):
        return None
    typical = typical_seconds(creation.provider, creation.model, creation.duration, creation.resolution)
    running = (now() - started).total_seconds()
    if creation.progress and creation.progress > 0.05:
        typical = running / creation.progress
    return typical - running if typical > running else None
