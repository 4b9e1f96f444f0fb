"""Rendering in this house: the `media` job of a provider whose work our own workers do."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from functools import partial

from sqlalchemy import case, func
from sqlalchemy.exc import OperationalError

from app.catalogue import choosing
from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.transitions import FETCHING, WAITING, LostLease, move
from app.extensions import db, insist, now, transaction
from app.generation import briefs, fetching, leases, lines, results, settling
from app.generation.refusals import refusal_of
from app.generation.stopping import Stopped, may_be_cut_off
from app.providers.base import Renderer
from app.providers.errors import ProviderError
from app.realtime import bus
from app.settings import store as settings_store
from app.storage.base import StorageError

REPORT_SECONDS = 0.8
"""Progress is written, and so pushed, at most this often."""
log = logging.getLogger(__name__)


def render() -> None:
    """Draw the creation that is next in line, then store it. A render that was lost starts again: it costs nothing."""
    claimed = _claim()
    if claimed is None:
        return
    creation_id, lease = claimed
    creation = insist(partial(db.session.get, Creation, creation_id))
    db.session.commit()
    bus.publish(creation.user_id)
    try:
        with leases.kept(creation_id, lease), may_be_cut_off():
            _draw(creation, lease)
            creation = insist(partial(_drawn, creation, lease))
            try:
                fetching.store(creation, lease)
            except fetching.FAILURES as error:
                insist(partial(fetching.failed_try, creation, lease, error))
    except Stopped:
        leases.release(creation_id, lease)
    except LostLease:
        log.warning("creation %s was taken over while it was being rendered", creation_id)
    except (ProviderError, StorageError, OSError) as error:
        code = getattr(error, "code", "storage")
        refusal = refusal_of(error)
        insist(partial(settling.fail, creation_id, WAITING, code, str(error), lease=lease, refusal=refusal))


def _claim() -> tuple[uuid.UUID, str] | None:
    begun = Creation.deadline_at.is_not(None)
    return lines.take(
        lines.RENDER,
        WAITING,
        deadline_at=func.coalesce(Creation.deadline_at, lines.deadline()),
        submitted_at=case((begun, Creation.submitted_at), else_=from_now()),
    )


def _draw(creation: Creation, lease: str) -> None:
    provider = choosing.registry().provider(creation.provider)
    if not isinstance(provider, Renderer):
        raise ProviderError(f"{creation.provider} does not render in this house")
    provider.render(
        insist(partial(briefs.brief_of, creation)),
        str(creation.operation_id),
        results.source(creation.id),
        _reporter(creation.id, lease),
    )


def _reporter(creation_id: uuid.UUID, lease: str) -> Callable[[float], None]:
    """Write progress now and then; raises LostLease when the creation is somebody else's by now."""
    last = time.monotonic()

    def report(progress: float) -> None:
        nonlocal last
        if time.monotonic() - last < REPORT_SECONDS:
            return
        last = time.monotonic()
        seconds = settings_store.current().lease_seconds
        try:
            with transaction():
                owner = leases.must_hold(
                    move(
                        creation_id,
                        WAITING,
                        WAITING,
                        lease=lease,
                        progress=min(1.0, max(0.0, progress)),
                        lease_until=from_now(seconds),
                        next_run_at=from_now(seconds),
                    )
                )
        except OperationalError as error:
            # Progress is a courtesy: a database that is busy for a moment must not stop the drawing.
            log.warning("progress of %s not written: %s", creation_id, type(error).__name__)
            return
        bus.publish(owner)

    return report


def _drawn(creation: Creation, lease: str) -> Creation:
    """The file is here: on to storing it, under names that are fixed now (T6), the lease still held."""
    reference = results.keep(creation.id, None)
    with transaction():
        owner = leases.must_hold(
            move(creation.id, WAITING, FETCHING, lease=lease, result=reference, fetching_at=now(), progress=None)
        )
    bus.publish(owner)
    db.session.expire_all()
    drawn: Creation = db.session.get(Creation, creation.id)
    return drawn
