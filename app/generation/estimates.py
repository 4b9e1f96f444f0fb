"""How long a creation takes, and how many are served before it: what users are told while they wait (JOB-05)."""

from __future__ import annotations

import statistics
import time
import uuid
from datetime import datetime

from sqlalchemy import func, select

from app.creations.models import Creation
from app.creations.states import PLAYABLE, Step
from app.extensions import db, now
from app.generation.catalogue import registry

RECENT = 20
KEPT_SECONDS = 60.0
_seen: dict[tuple[str, str, int | None, str | None], tuple[float, float]] = {}


def typical_seconds(provider: str, model: str, duration: int | None, resolution: str | None) -> float:
    """The median of the last twenty real durations with these options; the registry's word until there are five."""
    key = (provider, model, duration, resolution)
    at, value = _seen.get(key, (float("-inf"), 0.0))
    if time.monotonic() - at < KEPT_SECONDS:
        return value
    recent = db.session.scalars(
        select(Creation.generation_seconds)
        .where(
            Creation.provider == provider,
            Creation.model == model,
            Creation.duration == duration,
            Creation.resolution == resolution,
            Creation.state.in_(PLAYABLE),
            # Samples were never asked for, so nobody waited for them.
            Creation.generation_seconds.is_not(None),
        )
        .order_by(Creation.id.desc())
        .limit(RECENT)
    ).all()
    known = registry().find(provider, model)
    value = statistics.median(recent) if len(recent) >= 5 else (known.typical_seconds if known else 60.0)
    _seen[key] = (time.monotonic(), value)
    return value


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


def ahead(creation_id: uuid.UUID) -> int:
    """How many waiting creations came before this one."""
    count = db.session.scalar(
        select(func.count()).select_from(Creation).where(Creation.step == Step.QUEUED, Creation.id < creation_id)
    )
    return int(count or 0)
