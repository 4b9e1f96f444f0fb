"""Whether a new creation may be asked for now: said before anything is charged."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from app.creations.models import Creation
from app.creations.states import Step
from app.errors import Busy
from app.extensions import db, storage
from app.generation import breakers
from app.providers.base import Model
from app.settings import store
from app.storage.base import StorageError

A_WHILE = 60
"""Seconds after which it is worth asking again, where nobody knows better."""


@dataclass(frozen=True)
class Obstacle:
    """Why nothing new is taken in: plain words, and the seconds after which asking again may help."""

    words: str
    seconds: int


def obstacle(model: Model) -> Obstacle | None:
    """What stands in the way of a new creation with this model; None when nothing does."""
    rests = breakers.open_for(model)
    if rests:
        words = f"Making {model.kind}s is interrupted: the model has trouble. Try again in a minute."
        return Obstacle(words, rests.seconds)
    return storage_obstacle() or _queue_obstacle()


def storage_obstacle() -> Obstacle | None:
    """What stands in the way of keeping another file."""
    rests = breakers.look([breakers.STORAGE]).get(breakers.STORAGE)
    if rests and rests.state == "open":
        return Obstacle("Files cannot be stored right now. Try again in a minute.", rests.seconds)
    try:
        space = storage().space()
    except StorageError:
        return Obstacle("Files cannot be stored right now. Try again in a minute.", A_WHILE)
    if space and space.is_low:
        return Obstacle("There is no room for anything new right now. Try again in a few minutes.", A_WHILE)
    return None


def check(model: Model) -> None:
    """Raise Busy, with words and the time to wait, when no new creation is taken in."""
    _refuse(obstacle(model))


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
