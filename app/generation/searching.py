"""Looking for work whose submit nobody confirmed (T4f): some providers let us find it, and then nothing is lost.

Only what is certain counts: a search that finds nothing proves nothing, and the creation is refunded in the end.
"""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.catalogue import choosing
from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.states import Step
from app.creations.transitions import UNKNOWN, WAITING, move
from app.extensions import db, now, transaction
from app.generation import briefs, lines
from app.providers.base import Accepted, Finder
from app.providers.errors import ProviderError
from app.realtime import bus
from app.storage.base import StorageError

FIRST_SECONDS = 8.0
"""After this long a provider that took it has it in its list."""
PAUSES = (25.0, 60.0)
"""Seconds until the second and the third search; there is no fourth."""
AT_ONCE = 10
BUDGET_SECONDS = 5.0
"""The sweeper has other things to do: no search is begun after this long."""
log = logging.getLogger(__name__)


def finders() -> tuple[str, ...]:
    """The providers whose work can be found without its name."""
    registry = choosing.registry()
    return tuple(name for name in registry.names() if isinstance(registry.provider(name), Finder))


def search() -> None:
    """Search for what is due, a few at a time."""
    ends = time.monotonic() + BUDGET_SECONDS
    for creation in _due():
        if time.monotonic() > ends:
            return
        try:
            found = _find(creation)
        except (ProviderError, StorageError) as error:
            log.warning("creation %s could not be searched for: %s", creation.id, error)
            found = None
        if found is None:
            _next_time(creation)
        else:
            _take_up(creation, found)


def _due() -> list[Creation]:
    rows = db.session.scalars(
        select(Creation)
        .where(
            Creation.step == Step.UNKNOWN,
            Creation.next_run_at <= from_now(),
            Creation.deadline_at > from_now(),
            Creation.provider.in_(finders()),
        )
        .limit(AT_ONCE)
    ).all()
    db.session.commit()
    return list(rows)


def _find(creation: Creation) -> Accepted | None:
    provider = choosing.registry().provider(creation.provider)
    assert isinstance(provider, Finder)  # noqa: S101 - only those are due
    return provider.find(briefs.brief_of(creation), str(creation.id))


def _take_up(creation: Creation, found: Accepted) -> None:
    """It was accepted after all: from now on it is looked up, within the time that it had from its submit."""
    started = creation.submitted_at or now()
    gone = (now() - started).total_seconds()
    columns: dict[str, Any] = {
        "operation_id": found.operation_id,
        "operation": dict(found.handle),
        "error_message": None,
        "next_run_at": from_now(),
        "deadline_at": lines.deadline(begun=gone),
        "lookups": 0,
    }
    owner: uuid.UUID | None = None
    try:
        with transaction():
            owner = move(creation.id, UNKNOWN, WAITING, **columns)
    except IntegrityError:
        log.error("creation %s: %s belongs to another creation", creation.id, found.operation_id)
        _next_time(creation)
        return
    if owner is not None:
        log.info("creation %s was accepted after all: found", creation.id)
        bus.publish(owner)


def _next_time(creation: Creation) -> None:
    """When to search again; after the last time only the refund is left."""
    pause = PAUSES[creation.lookups] if creation.lookups < len(PAUSES) else None
    with transaction():
        move(
            creation.id,
            UNKNOWN,
            UNKNOWN,
            visible=False,
            lookups=creation.lookups + 1,
            next_run_at=Creation.deadline_at if pause is None else from_now(pause),
        )
