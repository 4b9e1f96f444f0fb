"""The lines in which creations wait for a worker of ours, and who is next: in turns between people, by age within one.

A creation that joins a line is given a turn, a whole number: one more than its owner's last in that line, or the turn
that is being served, whichever is more. Who is served next is the least turn, then the oldest; so whoever asks for
thirty has turns 1 to 30, and whoever comes after them with one is given the turn that is being served (start-time fair
queueing: Goyal, Vin and Cheng, 1996). The order is a column, so the next one, and how many are before one, come from
an index. A message in Redis only says that somebody waits, never who is next.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, union_all, update

from app.catalogue import choosing
from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.transitions import QUEUED, SUBMITTING, WAITING, Place, move
from app.extensions import db, transaction
from app.generation import leases
from app.settings import store

MOST_WORKERS = 64
Held = Collection[tuple[str, str]]
"""Models by provider and name."""
# Plain columns under names of their own, made once: putting them together anew would take longer than the question.
_OTHERS, _MINE = (Creation.__table__.alias() for _ in range(2))


@dataclass(frozen=True)
class Line:
    """One of the two lines. `place` is where its creations are while they wait."""

    place: Place

    def joined(self, row: Any = Creation) -> ColumnElement[bool]:
        """The condition that a creation stands in this line, ready or not."""
        return and_(row.step == self.place.step, row.turn.is_not(None))

    def ready(self, row: Any = Creation, *, held: Held = frozenset()) -> ColumnElement[bool]:
        """The condition that a creation in this line may be served now; `held` models are not sent anything."""
        if self.place == QUEUED:
            # Inside a function, so that SQLite does not gather all that is due by the index of that column and sort it.
            return and_(
                self.joined(row), func.coalesce(row.next_run_at, row.created_at) <= from_now(), *_not(held, row)
            )
        return and_(self.joined(row), row.provider.in_(choosing.in_house()), leases.free(row))


SUBMIT = Line(QUEUED)
"""To be sent to a provider."""
RENDER = Line(WAITING)
"""To be drawn in this house."""


def _not(held: Held, row: Any) -> list[ColumnElement[bool]]:
    return [or_(row.provider != provider, row.model != model) for provider, model in sorted(held)]


def take(line: Line, new: Place, *, held: Held = frozenset(), **columns: Any) -> tuple[uuid.UUID, str] | None:
    """Move the creation that is next to `new` and take its lease; return its id and the lease, None when none is ready.

    Several workers at once each take another: on PostgreSQL who is being taken is skipped, on SQLite they come in turn.
    """
    token, seconds = leases.new_token(), store.current().lease_seconds
    with transaction() as session:
        found: uuid.UUID | None = session.scalar(
            select(Creation.id)
            .where(line.ready(held=held))
            .order_by(Creation.turn, Creation.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if found is None:
            return None
        owner = move(
            found,
            line.place,
            new,
            where=(leases.free(),),
            lease_token=token,
            lease_until=from_now(seconds),
            next_run_at=from_now(seconds),
            **columns,
        )
    return (found, token) if owner is not None else None


def deadline(*, begun: float = 0.0) -> Any:
    """The moment at which a creation that began `begun` seconds ago has taken too long, by its kind (JOB-07)."""
    settings = store.current()
    return case(
        (Creation.kind == "image", from_now(settings.image_timeout_seconds - begun)),
        else_=from_now(settings.video_timeout_seconds - begun),
    )


def next_turn(line: Line, user_id: uuid.UUID, *, held: Held = frozenset()) -> Any:
    """The turn of a creation of this person that joins a line now, as an expression.

    Exact only while the owner's row is locked, so that nobody gives the same person the same turn.
    """
    row = _OTHERS.c
    served = select(row.turn).where(line.ready(row, held=held)).order_by(row.turn, row.id).limit(1).scalar_subquery()
    # Nobody is ready: behind those who will be.
    last = select(func.max(row.turn)).where(line.joined(row)).scalar_subquery()
    own = select(func.max(row.turn) + 1).where(line.joined(row), row.user_id == user_id).scalar_subquery()
    either = union_all(
        select(func.coalesce(served, last, 0).label("turn")), select(func.coalesce(own, 0).label("turn"))
    ).subquery()
    return select(func.max(either.c.turn)).scalar_subquery()


def join(line: Line, creation_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Put a creation at its place in a line, in the caller's transaction, which has the owner's row locked."""
    db.session.execute(
        update(Creation)
        .where(Creation.id == creation_id)
        .values(turn=next_turn(line, user_id))
        .execution_options(synchronize_session=False)
    )


def line_of(creation: Creation) -> Line | None:
    """The line in which a creation waits; None when it waits for no worker of ours, or is being served."""
    if creation.turn is None:
        return None
    if creation.step == QUEUED.step:
        return SUBMIT
    # Its time runs only since somebody has begun to draw it.
    drawn_here = creation.step == WAITING.step and choosing.is_local(creation.provider)
    return RENDER if drawn_here and creation.deadline_at is None else None


def served(line: Line) -> int:
    """How many a line's workers are busy with now."""
    if line.place == QUEUED:
        query = select(Creation.id).where(Creation.step == SUBMITTING.step)
    else:
        # They have waited longest, so they stand at the front; further back nobody looks.
        front = (
            select(Creation.id, Creation.lease_until)
            .where(line.joined())
            .order_by(Creation.turn, Creation.id)
            .limit(MOST_WORKERS)
            .subquery()
        )
        query = select(front.c.id).where(front.c.lease_until > from_now())
    return int(db.session.scalar(select(func.count()).select_from(query.limit(MOST_WORKERS).subquery())) or 0)


def ahead(creation: Creation, *, held: Held = frozenset()) -> int | None:
    """How many are served before a creation, as things stand; None when it waits in no line."""
    return ahead_of([creation], held=held).get(creation.id)


def ahead_of(creations: Iterable[Creation], *, held: Held = frozenset()) -> dict[uuid.UUID, int]:
    """How many are served before each of these that waits in a line: one query a line and model, however many."""
    waiting: dict[tuple[Line, Held], list[uuid.UUID]] = {}
    for creation in creations:
        line = line_of(creation)
        if line is not None:
            # Who is held up does not stand before others; among those who are held up, the order is the same.
            others = frozenset(model for model in held if model != (creation.provider, creation.model))
            waiting.setdefault((line, others), []).append(creation.id)
    return {
        row.id: row.before
        for (line, others), ids in waiting.items()
        for row in db.session.execute(_before(line, others), {"ids": ids})
    }


def _before(line: Line, held: Held) -> Any:
    mine, other = _MINE.c, _OTHERS.c
    earlier = or_(other.turn < mine.turn, and_(other.turn == mine.turn, other.id < mine.id))
    count = (
        select(func.count())
        .select_from(_OTHERS)
        .where(line.ready(other, held=held), other.turn <= mine.turn, earlier)
        .correlate_except(_OTHERS)
        .scalar_subquery()
    )
    return select(mine.id, count.label("before")).where(mine.id.in_(bindparam("ids", expanding=True)))
