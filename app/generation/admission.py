"""Whether a new creation may be asked for now: said before anything is charged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from app.creations.models import Creation
from app.creations.states import Step
from app.errors import Busy
from app.extensions import db, storage
from app.generation import breakers, serving
from app.providers.model import Model
from app.settings import store
from app.storage.base import StorageError

Known = Mapping[str, breakers.Breaker]
A_WHILE = 60
"""Seconds after which it is worth asking again, where nobody knows better."""


@dataclass(frozen=True)
class Obstacle:
    """Why nothing new is taken in: plain words, and the seconds after which asking again may help."""

    words: str
    seconds: int


def obstacle(model: Model, known: Known | None = None) -> Obstacle | None:
    """What stands in the way of a new creation with this model, or with who takes over for it; None when nothing does.

    `known` is what `breakers.everywhere` said a moment ago, if it was asked.
    """
    known = breakers.everywhere() if known is None else known
    return _obstacle(serving.serving(model, known) or model, known)


def _obstacle(model: Model, known: Known) -> Obstacle | None:
    rests = known.get(breakers.name_of(model.provider, model.id))
    if rests and rests.state == "open":
        words = f"Making {model.kind}s is interrupted: the model has trouble. Try again in a minute."
        return Obstacle(words, rests.seconds)
    return storage_obstacle(known) or _queue_obstacle()


def storage_obstacle(known: Known | None = None) -> Obstacle | None:
    """What stands in the way of keeping another file."""
    known = breakers.look([breakers.STORAGE]) if known is None else known
    rests = known.get(breakers.STORAGE)
    if rests and rests.state == "open":
        return Obstacle("Files cannot be stored right now. Try again in a minute.", rests.seconds)
    try:
        space = storage().space()
    except StorageError:
        return Obstacle("Files cannot be stored right now. Try again in a minute.", A_WHILE)
    if space and space.is_low:
        return Obstacle("There is no room for anything new right now. Try again in a few minutes.", A_WHILE)
    return None


def check(model: Model, known: Known) -> None:
    """Raise Busy, with words and the time to wait, when no new creation is taken in for exactly this model."""
    _refuse(_obstacle(model, known))


def check_storage() -> None:
    """Raise Busy when no new file is taken in."""
    _refuse(storage_obstacle())


def _queue_obstacle() -> Obstacle | None:
    most = store.current().queue_length_limit
    in_line = (
        select(Creation.id)
        .where(Creation.step.in_((Step.QUEUED, Step.WAITING)), Creation.turn.is_not(None))
        .limit(most)
    )
    waiting = db.session.scalar(select(func.count()).select_from(in_line.subquery())) or 0
    if waiting < most:
        return None
    return Obstacle("Too many works are waiting already. Try again in a few minutes.", A_WHILE)


def _refuse(found: Obstacle | None) -> None:
    if found:
        raise Busy(f"{found.words} Nothing was charged.", retry_after=found.seconds)
