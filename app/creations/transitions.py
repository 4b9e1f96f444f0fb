"""Every change of a creation's state: one compare-and-set UPDATE each.

The WHERE names the id, the old state and step and, from a worker, its lease. Whoever changed no row has lost the race
and writes nothing else. Nothing here commits; the callers' use cases do.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, bindparam, update

from app.accounts import versions
from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.states import State, Step
from app.extensions import db, now


@dataclass(frozen=True)
class Place:
    """A state together with the step inside it."""

    state: State
    step: Step | None


QUEUED = Place(State.PENDING, Step.QUEUED)
SUBMITTING = Place(State.PROCESSING, Step.SUBMITTING)
WAITING = Place(State.PROCESSING, Step.WAITING)
UNKNOWN = Place(State.PROCESSING, Step.UNKNOWN)
FETCHING = Place(State.DOWNLOADING, Step.FETCHING)
DRAFT = Place(State.DRAFT, None)
PUBLISHED = Place(State.PUBLISHED, None)
FAILED = Place(State.FAILED, None)

_ALLOWED = {
    (QUEUED, SUBMITTING),
    (SUBMITTING, WAITING),
    (SUBMITTING, FETCHING),
    (SUBMITTING, QUEUED),
    (SUBMITTING, UNKNOWN),
    (UNKNOWN, UNKNOWN),
    (UNKNOWN, WAITING),
    (WAITING, WAITING),
    (WAITING, FETCHING),
    (FETCHING, FETCHING),
    (FETCHING, DRAFT),
    (DRAFT, PUBLISHED),
    (PUBLISHED, DRAFT),
    *((place, FAILED) for place in (QUEUED, SUBMITTING, WAITING, UNKNOWN, FETCHING)),
}


class LostLease(Exception):
    """Another worker, the sweeper or the owner moved the creation on: stop at once and write nothing."""


def move(
    creation_id: uuid.UUID,
    old: Place,
    new: Place,
    *,
    lease: str | None = None,
    where: tuple[Any, ...] = (),
    visible: bool = True,
    **columns: Any,
) -> uuid.UUID | None:
    """Move a creation from one place to another and set `columns`; return its owner's id, None when it had moved.

    `lease` is the worker's token; `where` adds conditions. With `visible` the owner's version and the creation's
    rise, so that open pages catch up. The creation's row is locked before its owner's, everywhere, in this order.
    """
    if (old, new) not in _ALLOWED:
        raise ValueError(f"no transition from {old} to {new}")
    conditions = [
        Creation.id == creation_id,
        Creation.state == old.state,
        Creation.step.is_(None) if old.step is None else Creation.step == old.step,
        *where,
    ]
    if lease is not None:
        conditions.append(Creation.lease_token == lease)
    owner: uuid.UUID | None = db.session.scalar(
        update(Creation)
        .where(*conditions)
        .values(state=new.state, step=new.step, updated_at=now(), **columns)
        .returning(Creation.user_id)
        .execution_options(synchronize_session=False)
    )
    if owner is not None and visible:
        show(creation_id, owner, settled=new in (DRAFT, FAILED) and old != PUBLISHED)
    return owner


_KEEP_WAITING = (
    update(Creation.__table__)  # type: ignore[arg-type] # a mapped class has its table here
    .where(
        Creation.id == bindparam("creation"),
        Creation.state == WAITING.state,
        Creation.step == WAITING.step,
        Creation.lease_token == bindparam("lease"),
    )
    .values(
        lookups=Creation.lookups + 1,
        missing_count=bindparam("missing"),
        lease_token=None,
        lease_until=None,
        next_run_at=from_now(bindparam("pause", type_=Float())),
        updated_at=bindparam("moment"),
    )
)


def keep_waiting(rows: Sequence[Mapping[str, Any]]) -> int:
    """What `move` from waiting to waiting does when there is nothing to show, for many creations at a time.

    Each row has the `creation`'s id, its worker's `lease`, how often it was `missing`, the `pause` in seconds until
    the next look-up and the present `moment`. Returns how many were still there; the others had moved.
    """
    if not rows:
        return 0
    ordered = sorted(rows, key=lambda row: str(row["creation"]))
    return int(db.session.connection().execute(_KEEP_WAITING, ordered).rowcount)


_SHOW = (
    update(Creation.__table__)  # type: ignore[arg-type] # a mapped class has its table here
    .where(Creation.id == bindparam("creation"))
    .values(version=bindparam("shown"))
)
_SHOW_SETTLED = _SHOW.values(settled_version=bindparam("shown"))


def show(creation_id: uuid.UUID, owner: uuid.UUID, *, settled: bool = False) -> int:
    """Raise the owner's version and give the creation that value; return it.

    The owner's row stays locked until the commit, so versions become visible in the order of their numbers.
    """
    version = versions.bump(owner)
    db.session.execute(_SHOW_SETTLED if settled else _SHOW, {"creation": creation_id, "shown": version})
    return version
