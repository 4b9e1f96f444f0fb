"""How long a creation takes, and how many are served before it: what users are told while they wait (JOB-05)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.catalogue import choosing
from app.creations.models import Creation
from app.creations.states import Step
from app.extensions import now
from app.generation import breakers, durations, lines

SUBMIT_SECONDS = 3.0
"""How long a provider takes to take a video's brief down."""


def typical_seconds(provider: str, model: str, duration: int | None, resolution: str | None) -> float:
    """The median of the last twenty real durations with these options; the registry's word until there are five."""
    return durations.recent(provider, model, duration, resolution).typical


@dataclass(frozen=True)
class Wait:
    """How many are served before a creation that waits in a line, and in about how many seconds it is ready."""

    ahead: int
    seconds: float


def waits(creations: Sequence[Creation]) -> dict[uuid.UUID, Wait]:
    """What those among these who wait in a line have before them: as many questions for one as for twenty."""
    standing = {creation.id: line for creation in creations if (line := lines.line_of(creation))}
    if not standing:
        return {}
    ahead = lines.ahead_of(creations, held=breakers.held())
    served = {line: lines.served(line) for line in set(standing.values())}
    return {
        creation.id: Wait(ahead[creation.id], seconds_to_wait(creation, ahead[creation.id], served[line]))
        for creation in creations
        if (line := standing.get(creation.id)) and creation.id in ahead
    }


def seconds_to_wait(creation: Creation, ahead: int, served: int) -> float:
    """About how long until it is ready, for one with so many before it in a line that serves so many at once.

    Those before it are reckoned to take as long as it does itself.
    """
    typical = typical_seconds(creation.provider, creation.model, creation.duration, creation.resolution)
    # A provider that is asked for a video only takes it down; for an image it usually answers with it.
    quick = creation.kind == "video" and not choosing.is_local(creation.provider)
    each = min(typical, SUBMIT_SECONDS) if quick else typical
    return ahead * each / max(1, served) + typical


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
