"""Handing a creation over to another model when its own is gone, at the price that was quoted (PRV-04).

Nothing was accepted by then: the provider said that there is no such model, or nothing was sent. The creation keeps its
place in the line, its tries and its deadline, which runs on from the first submit.
"""

from __future__ import annotations

import logging

from sqlalchemy import func, select

from app import queue
from app.catalogue import store as models
from app.creations.clock import from_now
from app.creations.models import Creation, ReferenceImage
from app.creations.transitions import QUEUED, SUBMITTING, LostLease, move
from app.extensions import db, transaction
from app.generation import breakers, hints, serving, settling
from app.providers.model import Model
from app.realtime import bus

log = logging.getLogger(__name__)


def why_gone(creation: Creation) -> str | None:
    """Why the model of a creation is known to be gone; None when it is not."""
    found = models.listing(creation.provider, creation.model)
    if found is None or not found.is_gone:
        return None
    return found.retired_because or f"its day was {found.model.retires_on}"


def gone(creation: Creation, lease: str, because: str) -> None:
    """The provider says that there is no such model, so nothing was accepted. Doing it twice does no harm."""
    models.retire(creation.provider, creation.model, because)
    hand_over(creation, lease, because)


def hand_over(creation: Creation, lease: str, because: str) -> None:
    """Back to the queue for the model that takes over (T3), or failed and refunded when none can do what was asked.

    Raises LostLease.
    """
    asked = models.find(creation.provider, creation.model)
    model = serving.taking_over(asked, breakers.everywhere(), _wants(creation, asked)) if asked else None
    if asked is None or model is None:
        settling.fail(creation.id, SUBMITTING, "retired", because, lease=lease)
        return
    with transaction():
        owner = move(
            creation.id,
            SUBMITTING,
            QUEUED,
            lease=lease,
            where=(Creation.provider == asked.provider, Creation.model == asked.id),
            provider=model.provider,
            model=model.id,
            asked_model=func.coalesce(Creation.asked_model, asked.name),
            sound=bool(serving.heard(creation.sound, asked)) if model.sound == "switch" else None,
            seed=creation.seed if model.seed else None,
            # It was no try of the new model's.
            attempt=Creation.attempt - 1,
            lease_token=None,
            lease_until=None,
            next_run_at=from_now(),
        )
    if owner is None:
        raise LostLease
    log.warning("creation %s goes from %s to %s, at the same price", creation.id, asked.name, model.name)
    hints.ring(queue.SUBMIT, creation.id)
    bus.publish(owner)


def _wants(creation: Creation, asked: Model) -> serving.Wants:
    roles = db.session.scalars(select(ReferenceImage.role).where(ReferenceImage.creation_id == creation.id)).all()
    db.session.commit()
    return serving.Wants.of(creation, roles, asked)
