"""How long a creation takes, and how many are served before it: what users are told while they wait (JOB-05)."""

from __future__ import annotations

from datetime import datetime

from app.creations.models import Creation
from app.creations.states import Step
from app.extensions import now
from app.generation import catalogue, durations, lines

SUBMIT_SECONDS = 3.0
"""How long a provider takes to take a video's brief down."""


def typical_seconds(provider: str, model: str, duration: int | None, resolution: str | None) -> float:
    """The median of the last twenty real durations with these options; the registry's word until there are five."""
    return durations.recent(provider, model, duration, resolution).typical


def seconds_to_wait(creation: Creation, ahead: int) -> float:
    """About how long until it is ready, for one that waits in a line with so many before it.

    Those before it are reckoned to take as long as it does itself, as many at once as are being served now.
    """
    typical = typical_seconds(creation.provider, creation.model, creation.duration, creation.resolution)
    line = lines.line_of(creation) or lines.SUBMIT
    # A provider that is asked for a video only takes it down; for an image it usually answers with it.
    quick = creation.kind == "video" and not catalogue.is_local(creation.provider)
    each = min(typical, SUBMIT_SECONDS) if quick else typical
    return ahead * each / max(1, lines.served(line)) + typical


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
