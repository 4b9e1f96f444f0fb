"""Sending a creation to its provider: the one step that may cost twice, so it is never sent again unless it is certain
that nothing was accepted."""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import case, func

from app import queue
from app.catalogue import choosing
from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.transitions import FETCHING, QUEUED, SUBMITTING, UNKNOWN, WAITING, LostLease, move
from app.extensions import db, insist, now, transaction
from app.generation import (
    breakers,
    briefs,
    durations,
    hints,
    leases,
    lines,
    pace,
    replacing,
    results,
    searching,
    settling,
)
from app.generation.refusals import refusal_of
from app.generation.stopping import Stopped, may_be_cut_off
from app.providers.base import Accepted, Brief, Provider
from app.providers.errors import Ambiguous, ProviderError, RateLimited, Retired, Retryable
from app.realtime import bus
from app.settings import store
from app.storage.base import StorageError

MAX_ATTEMPTS = 3
log = logging.getLogger(__name__)


def submit() -> None:
    """Send the creation that is next in line to its provider (T1 to T4). Does nothing when none is ready."""
    gate = breakers.gate()
    claimed = _claim(gate.held)
    if claimed is None:
        breakers.leave(gate, used=None)
        return
    creation_id, lease = claimed
    creation = insist(partial(db.session.get, Creation, creation_id))
    breakers.leave(gate, used=(creation.provider, creation.model))
    bus.publish(creation.user_id)
    try:
        if because := insist(partial(replacing.why_gone, creation)):
            breakers.not_sent(creation, None)
            insist(partial(replacing.hand_over, creation, lease, because))
            return
        try:
            provider = choosing.registry().provider(creation.provider)
            brief = insist(partial(briefs.brief_of, creation))
        except (StorageError, ProviderError) as error:
            breakers.not_sent(creation, error)
            _not_accepted(creation, lease, code=getattr(error, "code", "storage"), error=error)
        else:
            _send(creation, lease, provider, brief)
    except LostLease:
        log.warning("creation %s was taken over while it was being submitted", creation_id)


def _claim(held: lines.Held) -> tuple[uuid.UUID, str] | None:
    return lines.take(
        lines.SUBMIT,
        SUBMITTING,
        held=held,
        attempt=Creation.attempt + 1,
        deadline_at=func.coalesce(Creation.deadline_at, lines.deadline()),
        submitted_at=func.coalesce(Creation.submitted_at, now()),
    )


def _send(creation: Creation, lease: str, provider: Provider, brief: Brief) -> None:
    with leases.kept(creation.id, lease):
        # What the provider said is known only here: it is written even if the database comes back in half a minute.
        insist(_verdict(creation, lease, provider, brief))


def _verdict(creation: Creation, lease: str, provider: Provider, brief: Brief) -> Callable[[], object]:
    """Ask the provider, once; what is to be written now."""
    begun = False
    try:
        with may_be_cut_off():
            begun = True
            outcome = provider.submit(brief, str(creation.id))
    except Stopped:
        if not begun:
            return partial(send_back, creation.id, lease=lease)
        return partial(doubt, creation.id, lease=lease, message="the worker was stopped while submitting")
    except ProviderError as error:
        breakers.note(creation, error)
        return _refusal(creation, lease, error)
    breakers.note(creation, None)
    if isinstance(outcome, Accepted):
        return partial(_accepted, creation, lease, provider, outcome)
    try:
        return partial(_answered, creation, lease, results.keep(creation.id, outcome.result))
    except OSError as error:
        log.error("creation %s: the provider's answer could not be kept: %s", creation.id, error)
        return partial(settling.fail, creation.id, SUBMITTING, "storage", str(error), lease=lease)


def _refusal(creation: Creation, lease: str, error: ProviderError) -> Callable[[], object]:
    if isinstance(error, (RateLimited, Retryable)):
        pause = getattr(error, "retry_after", None)
        return partial(_not_accepted, creation, lease, code=error.code, error=error, pause=pause)
    if isinstance(error, Ambiguous):
        return partial(doubt, creation.id, lease=lease, message=str(error))
    if isinstance(error, Retired):
        return partial(replacing.gone, creation, lease, str(error))
    refusal = refusal_of(error)
    return partial(settling.fail, creation.id, SUBMITTING, error.code, str(error), lease=lease, refusal=refusal)


def _accepted(creation: Creation, lease: str, provider: Provider, outcome: Accepted) -> None:
    wait = _first_look(creation, provider, outcome)
    with transaction():
        owner = leases.must_hold(
            move(
                creation.id,
                SUBMITTING,
                WAITING,
                lease=lease,
                operation_id=outcome.operation_id,
                operation=dict(outcome.handle),
                lease_token=None,
                lease_until=None,
                next_run_at=from_now(wait),
                turn=None,
                # In this house waiting goes on: the time that it may take runs from when somebody draws it.
                deadline_at=None if provider.in_house else Creation.deadline_at,
            )
        )
        if provider.in_house:
            lines.join(lines.RENDER, creation.id, owner)
    log.info("creation %s accepted by %s", creation.id, provider.name)
    if provider.in_house:
        hints.ring(queue.RENDER, creation.id)
    bus.publish(owner)


def _first_look(creation: Creation, provider: Provider, outcome: Accepted) -> float:
    known = durations.recent(creation.provider, creation.model, creation.duration, creation.resolution)
    running = (now() - creation.submitted_at).total_seconds() if creation.submitted_at else 0.0
    left = (creation.deadline_at - now()).total_seconds() if creation.deadline_at else None
    return pace.first_look(provider, outcome.next_after, known, running=running, left=left)


def _answered(creation: Creation, lease: str, reference: dict[str, Any]) -> None:
    """A direct answer: its bytes are safe in a file before the row says that they are (T2d)."""
    with transaction():
        owner = leases.must_hold(
            move(
                creation.id,
                SUBMITTING,
                FETCHING,
                lease=lease,
                result=reference,
                fetching_at=now(),
                lease_token=None,
                lease_until=None,
                next_run_at=from_now(),
                progress=None,
            )
        )
    hints.ring(queue.FETCH, creation.id)
    bus.publish(owner)


def _not_accepted(creation: Creation, lease: str, *, code: str, error: Exception, pause: float | None = None) -> None:
    """Back to the queue (T3) while tries are left, else failed: proven that nothing was started."""
    if creation.attempt >= MAX_ATTEMPTS or _too_late(creation):
        settling.fail(creation.id, SUBMITTING, code, str(error), lease=lease)
        return
    # Full jitter, so that a burst that was refused together does not come back together.
    wait = max(pause or 0.0, random.uniform(0.5, min(30.0, 2.0 * 2**creation.attempt)))  # noqa: S311
    if not send_back(creation.id, lease=lease, wait=wait):
        raise LostLease
    log.info("creation %s not accepted (%s), again in %.1f s", creation.id, code, wait)


def send_back(
    creation_id: uuid.UUID, *, lease: str | None = None, where: tuple[Any, ...] = (), wait: float = 0.0
) -> bool:
    """Back to the queue (T3): it is certain that nothing was started. False when it had moved on."""
    with transaction():
        owner = move(
            creation_id,
            SUBMITTING,
            QUEUED,
            lease=lease,
            where=where,
            lease_token=None,
            lease_until=None,
            next_run_at=from_now(wait),
        )
    if owner is None:
        return False
    bus.publish(owner)
    return True


def _too_late(creation: Creation) -> bool:
    return creation.deadline_at is not None and creation.deadline_at < now() - timedelta(seconds=1)


def doubt(creation_id: uuid.UUID, *, lease: str | None = None, where: tuple[Any, ...] = (), message: str) -> bool:
    """Perhaps accepted, perhaps not (T4): never sent again by a machine, refunded when nothing turns up."""
    given_up = from_now(store.current().unconfirmed_seconds)
    searched = Creation.provider.in_(searching.finders())
    with transaction():
        owner = move(
            creation_id,
            SUBMITTING,
            UNKNOWN,
            lease=lease,
            where=where,
            error_message=message[:2000],
            lease_token=None,
            lease_until=None,
            next_run_at=case((searched, from_now(searching.FIRST_SECONDS)), else_=given_up),
            deadline_at=case((Creation.deadline_at < given_up, Creation.deadline_at), else_=given_up),
        )
    if owner is None:
        return False
    log.warning("creation %s: nobody knows whether the provider took it", creation_id)
    bus.publish(owner)
    return True
