"""Writing down what look-ups came to: many at a time, each still a compare-and-set under its own lease."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from typing import Any

from app import queue
from app.creations.clock import from_now
from app.creations.transitions import FETCHING, WAITING, keep_waiting, move, show
from app.extensions import now, transaction
from app.generation import durations, hints, pace, settling
from app.generation.looking import Done, Finding, Over, StillWaiting
from app.realtime import bus

log = logging.getLogger(__name__)


def write(findings: Sequence[Finding]) -> None:
    """Write findings (T5, T6, T8), then ring and publish. One whose lease is lost writes nothing.

    Writing them again after an error does no harm: what was written holds no lease any more.
    """
    again = [finding for finding in findings if isinstance(finding, StillWaiting)]
    done = [finding for finding in findings if isinstance(finding, Done)]
    for owner in _move(again, done):
        bus.publish(owner)
    for finding in findings:
        if isinstance(finding, Over):
            row = finding.row
            lease, refusal = row.lease_token, finding.refusal
            settling.fail(row.id, WAITING, finding.code, finding.message, lease=lease, refusal=refusal)


def _move(again: Sequence[StillWaiting], done: Sequence[Done]) -> list[uuid.UUID]:
    """One transaction for all; returns whose pages have something new to show.

    All creations' rows are locked before the first owner's, and owners in one order: nobody can hold what we need
    and wait for us.
    """
    quiet = [_again(finding) for finding in again if not _moved(finding)]
    loud: list[tuple[StillWaiting | Done, float]] = [(finding, _pause(finding)) for finding in again if _moved(finding)]
    loud += [(finding, 0.0) for finding in done]
    shown: list[tuple[uuid.UUID, uuid.UUID]] = []
    fetch: list[uuid.UUID] = []
    if not (again or done):
        return []
    with transaction():
        lost = len(quiet) - keep_waiting(quiet)
        for finding, wait in loud:
            owner = _step(finding, wait)
            if owner is None:
                lost += 1
                continue
            shown.append((owner, finding.row.id))
            if isinstance(finding, Done):
                fetch.append(finding.row.id)
        for owner, creation_id in sorted(shown):
            show(creation_id, owner)
    if lost:
        log.warning("%d creations were taken over while they were being looked up", lost)
    for creation_id in fetch:
        hints.ring(queue.FETCH, creation_id)
    return [owner for owner, _ in shown]


def _step(finding: StillWaiting | Done, wait: float) -> uuid.UUID | None:
    """Where the result lies is in the row before anything is fetched (T6); or how far it has come (T5)."""
    row = finding.row
    columns: dict[str, Any] = {"lookups": row.lookups + 1, "lease_token": None, "lease_until": None}
    if isinstance(finding, Done):
        place, came_to = FETCHING, {"result": dict(finding.reference), "fetching_at": now(), "progress": None}
    else:
        place, came_to = WAITING, {"progress": finding.progress}
    columns |= {**came_to, "next_run_at": from_now(wait)}
    return move(row.id, WAITING, place, lease=row.lease_token, visible=False, **columns)


def _moved(finding: StillWaiting) -> bool:
    """Pages hear of it only when the progress moved by a hundredth."""
    return finding.progress is not None and abs(finding.progress - (finding.row.progress or 0.0)) >= 0.01


def _again(finding: StillWaiting) -> dict[str, Any]:
    row = finding.row
    return {
        "creation": row.id,
        "lease": row.lease_token,
        "missing": row.missing_count + finding.missing,
        "pause": _pause(finding),
        "moment": now(),
    }


def _pause(finding: StillWaiting) -> float:
    row = finding.row
    seconds = _usual_pause(row) if finding.pause is None else finding.pause
    # However long a provider asks us to stay away: at the deadline somebody looks, and asks it to stop.
    left: float = (row.deadline_at - now()).total_seconds() if row.deadline_at else seconds
    # How long what was found waited to be written is no part of the pause: a busy loop must not look later still.
    return max(0.0, min(seconds, max(0.5, left)) - (time.monotonic() - finding.answered_at))


def _usual_pause(row: Any) -> float:
    running = (now() - row.submitted_at).total_seconds() if row.submitted_at else 0.0
    known = durations.recent(row.provider, row.model, row.duration, row.resolution)
    return pace.pause(row.kind, row.lookups, running, known)
