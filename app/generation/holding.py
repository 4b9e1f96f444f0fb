"""Submits that are held for minutes, because a provider answers only when the work is done.

Each occupies a submit worker. Only so many are begun at a time, or a few of them would keep everybody else waiting.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select

from app.catalogue import choosing
from app.catalogue import store as models
from app.catalogue.listing import Listing
from app.creations.models import Creation
from app.creations.states import Step
from app.extensions import db
from app.providers.base import Holder
from app.settings import store


def full() -> frozenset[tuple[str, str]]:
    """The models, as provider and id, that nothing is sent to until one of the held submits has come back.

    Two workers that look at the same moment may both see room: it is a bound on waiting, not a promise.
    """
    holding = frozenset((one.model.provider, one.model.id) for one in models.listings() if _holds(one))
    if not holding:
        return holding
    of_them = or_(*((Creation.provider == provider) & (Creation.model == model) for provider, model in holding))
    query = select(func.count()).where(Creation.step == Step.SUBMITTING, Creation.turn.is_not(None), of_them)
    return holding if (db.session.scalar(query) or 0) >= store.current().held_submits_limit else frozenset()


def _holds(one: Listing) -> bool:
    if not choosing.is_ready(one):
        return False
    provider = choosing.registry().provider(one.model.provider)
    return isinstance(provider, Holder) and one.model.kind in provider.holds
