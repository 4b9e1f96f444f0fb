"""How long creations took lately: the one source of what users are told and of when a provider is first asked."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.catalogue import store as models
from app.creations.models import Creation
from app.creations.states import PLAYABLE
from app.extensions import db

RECENT = 20
ENOUGH = 5
"""Real durations that must be there before they count more than the registry's word."""
KEPT_SECONDS = 60.0
_seen: dict[tuple[str, str, int | None, str | None], tuple[float, Durations]] = {}


@dataclass(frozen=True)
class Durations:
    """How long the last creations of one model with the same options took. All in seconds."""

    typical: float
    """The median from the submit to the stored file; the registry's word where too few are known."""
    early: float | None = None
    """By then a fifth were done at the provider; None where too few are known."""
    middle: tuple[float, float] | None = None
    """Between these two the middle half were done at the provider."""
    count: int = field(default=0, compare=False)
    """How many real ones this was learnt from; 0 where it is the registry's word."""


def recent(provider: str, model: str, duration: int | None, resolution: str | None) -> Durations:
    """The durations of the last twenty drafts with these options, read once a minute."""
    key = (provider, model, duration, resolution)
    at, known = _seen.get(key, (float("-inf"), None))
    if known is None or time.monotonic() - at >= KEPT_SECONDS:
        known = _read(*key)
        _seen[key] = (time.monotonic(), known)
    return known


def _read(provider: str, model: str, duration: int | None, resolution: str | None) -> Durations:
    rows = db.session.execute(
        select(Creation.generation_seconds, Creation.submitted_at, Creation.fetching_at)
        .where(
            Creation.provider == provider,
            Creation.model == model,
            Creation.duration == duration,
            Creation.resolution == resolution,
            Creation.state.in_(PLAYABLE),
            # Samples were never asked for, so nobody waited for them.
            Creation.generation_seconds.is_not(None),
        )
        # The first two are the same in all rows, which PostgreSQL does not see where they are NULL.
        .order_by(Creation.duration.desc(), Creation.resolution.desc(), Creation.id.desc())
        .limit(RECENT)
    ).all()
    known = models.find(provider, model)
    if len(rows) < ENOUGH:
        return Durations(known.typical_seconds if known else 60.0)
    # Fetching and storing are ours: how long those take must not move the moment at which the provider is asked.
    made = [
        (row.fetching_at - row.submitted_at).total_seconds() for row in rows if row.fetching_at and row.submitted_at
    ]
    return _of([row.generation_seconds for row in rows], made)


def _of(whole: Sequence[float], made: Sequence[float]) -> Durations:
    typical = statistics.median(whole)
    if len(made) < ENOUGH:
        return Durations(typical, count=len(whole))
    fifths = statistics.quantiles(made, n=5, method="inclusive")
    quarters = statistics.quantiles(made, n=4, method="inclusive")
    return Durations(typical, fifths[0], (quarters[0], quarters[2]), len(whole))
