"""Moving creations through the engine in a test: asking for one, and doing what workers would do."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select, update

from app import queue
from app.catalogue import choosing
from app.creations.models import Creation
from app.creations.states import Step
from app.extensions import db, now, transaction
from app.generation import fetching, findings, looking, orders, rendering, starting, submitting, watching

VIDEO = {"kind": "video", "prompt": "Sun shafts through a kelp forest", "duration": "4"}
IMAGE = {"kind": "image", "prompt": "A lighthouse at dusk"}


def ask(user_id: uuid.UUID, **fields: Any) -> uuid.UUID:
    """Ask for a creation as a form would, in a session of its own; an image unless `kind` says otherwise."""
    order = orders.read({**(VIDEO if fields.get("kind") == "video" else IMAGE), **fields})
    db.session.remove()
    try:
        return starting.start(user_id, order, key=uuid.uuid4().hex).creation_id
    finally:
        db.session.remove()


def row(creation_id: uuid.UUID) -> Creation:
    """The creation as the database has it now; it stays so, whatever happens to the row afterwards."""
    db.session.rollback()
    found: Creation = db.session.scalars(
        select(Creation).where(Creation.id == creation_id).execution_options(populate_existing=True)
    ).one()
    db.session.commit()
    db.session.expunge(found)
    return found


def work(creation_id: uuid.UUID, *, rounds: int = 40) -> Creation:
    """Do what the workers do until the creation is settled or nothing moves it; waiting is skipped, not waited for."""
    for _ in range(rounds):
        now_at = row(creation_id)
        if now_at.step is None or now_at.step == Step.UNKNOWN:
            return now_at
        make_due(creation_id)
        step(now_at)
    return row(creation_id)


def step(creation: Creation) -> None:
    """One job, whichever a creation's step asks for. Like a worker's, it remembers no row of before; a job for a line
    serves whoever is next."""
    db.session.remove()
    match creation.step:
        case Step.QUEUED:
            submitting.submit()
        case Step.FETCHING:
            fetching.fetch(creation.id)
        case Step.WAITING if choosing.is_local(creation.provider):
            rendering.render()
        case Step.WAITING:
            for claimed in watching.claim_due(50):
                findings.write([looking.look_up(claimed)])


def make_due(creation_id: uuid.UUID) -> None:
    """As if the pause until the next try were over, the creation's own and its model's."""
    for pause in queue.connection().scan_iter("kinora:breaker:paused:*"):
        queue.connection().delete(pause)
    with transaction() as session:
        session.execute(
            update(Creation)
            .where(Creation.id == creation_id, Creation.next_run_at.is_not(None))
            .values(next_run_at=now())
        )


def settle(creation_id: uuid.UUID) -> Creation:
    """Like `work`, and the creation must be settled afterwards."""
    done = work(creation_id)
    assert done.step is None, f"{done.state}/{done.step}: {done.error_message}"
    return done
