"""Telling people who wait that the line has moved.

Nothing happens to a creation while others are served before it, so no row changes and no page would hear of it. Every
two seconds the watch loop looks at the first hundred of each line, and whoever's place has changed is pushed their card
anew. Further back only every tenth place counts, and those who come first are told first: a line that moves quickly
costs a few small writes a round, however many wait.
"""

from __future__ import annotations

import logging
import uuid
from itertools import islice
from typing import Any

from redis import RedisError
from sqlalchemy import select, update

from app import queue
from app.accounts import versions
from app.creations.models import Creation
from app.extensions import db, transaction
from app.generation import breakers, lines
from app.realtime import bus

EVERY_SECONDS = 2.0
FOLLOWED = 100
"""How far back a line is watched."""
EXACT = 20
"""Up to here every place is told, behind it every tenth."""
MOST = 25
"""People who are told in one round; the others in the next."""
_TOLD = "kinora:places"
"""What each waiting creation's owner was told, in Redis, so that several watch loops agree."""
_KEPT_SECONDS = 600
log = logging.getLogger(__name__)


def tell(most: int = MOST) -> int:
    """Have the cards drawn anew whose place in a line has changed, of so many people; return of how many."""
    places = _places()
    try:
        known: dict[Any, Any] = queue.connection().hgetall(_TOLD)
        told = {uuid.UUID(key.decode()): int(mark) for key, mark in known.items()}
        moved: dict[uuid.UUID, list[uuid.UUID]] = {}
        for id, (owner, mark) in places.items():
            # Whoever is new has just been shown where they stand.
            if told.get(id, mark) != mark:
                moved.setdefault(owner, []).append(id)
        # Drawn before it is noted: told twice does no harm, never told would.
        for owner, ids in islice(moved.items(), most):
            _redraw(owner, ids)
        _remember(places, told, left=set().union(*list(moved.values())[most:]))
    except RedisError as error:
        log.warning("nobody is told that the line moved: %s", type(error).__name__)
        return 0
    return min(len(moved), most)


def _places() -> dict[uuid.UUID, tuple[uuid.UUID, int]]:
    """The first of both lines with their owner and the mark of their place, who is next first."""
    found: dict[uuid.UUID, tuple[uuid.UUID, int]] = {}
    for line, held in ((lines.SUBMIT, breakers.held()), (lines.RENDER, frozenset())):
        rows = db.session.execute(
            select(Creation.id, Creation.user_id)
            .where(line.ready(held=held))
            .order_by(Creation.turn, Creation.id)
            .limit(FOLLOWED)
        ).all()
        db.session.commit()
        for place, row in enumerate(rows):
            found[row.id] = (row.user_id, place if place <= EXACT else place // 10 * 10)
    return found


def _remember(
    places: dict[uuid.UUID, tuple[uuid.UUID, int]], told: dict[uuid.UUID, int], *, left: set[uuid.UUID]
) -> None:
    marks: dict[Any, Any] = {str(id): told[id] if id in left else mark for id, (_owner, mark) in places.items()}
    with queue.connection().pipeline() as pipe:
        pipe.delete(_TOLD)
        if marks:
            pipe.hset(_TOLD, mapping=marks)
            pipe.expire(_TOLD, _KEPT_SECONDS)
        pipe.execute()


def _redraw(owner: uuid.UUID, ids: list[uuid.UUID]) -> None:
    """One new version of these creations, which still wait, and of their owner."""
    with transaction() as session:
        # The creations' rows before their owner's, as everywhere.
        waiting = session.scalars(
            select(Creation.id)
            .where(Creation.id.in_(ids), Creation.step.is_not(None))
            .order_by(Creation.id)
            .with_for_update()
        ).all()
        version = versions.bump(owner)
        session.execute(
            update(Creation)
            .where(Creation.id.in_(waiting))
            .values(version=version)
            .execution_options(synchronize_session=False)
        )
    bus.publish(owner)
