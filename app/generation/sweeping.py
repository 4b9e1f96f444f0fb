"""The sweeper: finds from rows alone what nobody is working on, and mends it.

Queue messages are hints that may be lost with Redis or with a worker; leases run out; submits may stay unconfirmed.
Two sweepers, or a sweeper and a worker, at once do no harm: the compare-and-set decides.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from redis import RedisError
from sqlalchemy import and_, case, or_, select, update

from app import queue
from app.catalogue import choosing
from app.creations.clock import from_now
from app.creations.models import Creation
from app.creations.states import Step
from app.creations.transitions import FETCHING, QUEUED, SUBMITTING, UNKNOWN, WAITING
from app.extensions import db, now, transaction
from app.generation import breakers, hints, leases, lines, results, searching, settling, submitting
from app.settings import store

BATCH = 50
"""Rows a round mends of each sort (JOB-12)."""
GRACE_SECONDS = 3.0
"""How long a message that a worker has just taken may be on its way to a claim."""
LOOK_GRACE_SECONDS = 30.0
"""How long after the deadline a look-up may still come, which also asks the provider to stop."""
CLOCK_GRACE_SECONDS = 60.0
"""How much farther off than the longest time-out a moment may lie before it counts as a mistake of a clock."""
FETCH_GRACE = timedelta(seconds=90)
"""How long after its deadline a result that is being fetched may still arrive."""
log = logging.getLogger(__name__)


def sweep() -> None:
    """One round: dead submits, unconfirmed ones, what is past its deadline, and abandoned files."""
    _ahead_of_the_clock()
    _dead_submits()
    _unconfirmed()
    _past_deadline()
    _queued_too_long()
    results.drop_abandoned()


def ring_for_due() -> None:
    """Ring for what is due and has no message waiting: lost messages, and tries that were put off."""
    try:
        _ring_for_line(queue.SUBMIT, lines.SUBMIT.ready(held=breakers.held()), _due(Creation.attempt > 0))
        # A creation's lease or its last change says since when nobody draws it: its due time is the look-up's.
        _ring_for_line(queue.RENDER, lines.RENDER.ready(), Creation.updated_at <= from_now(-GRACE_SECONDS))
        _ring_for_fetches()
    except RedisError as error:
        log.warning("the queues cannot be read: %s", type(error).__name__)


def _due(tried: Any) -> Any:
    """A try that was put off is rung for as soon as it is due: its first message is long gone."""
    return or_(Creation.next_run_at <= from_now(-GRACE_SECONDS), and_(Creation.next_run_at <= from_now(), tried))


def _ring_for_line(job: queue.Job, *due: Any) -> None:
    """A message serves whoever is next, so a line needs as many as it has creations, whomever they name."""
    query = select(Creation.id).where(*due).order_by(Creation.turn, Creation.id)
    if db.session.scalar(query.limit(1)) is None:
        db.session.commit()
        return
    ids = db.session.scalars(query.offset(queue.count(job)).limit(BATCH)).all()
    db.session.commit()
    for creation_id in ids:
        hints.ring(job, creation_id)


def _ring_for_fetches() -> None:
    ids = db.session.scalars(
        select(Creation.id)
        .where(Creation.step == Step.FETCHING, leases.free(), _due(Creation.fetch_tries > 0))
        .order_by(Creation.next_run_at)
        .limit(BATCH)
    ).all()
    db.session.commit()
    waiting = queue.queued(queue.FETCH) if ids else set()
    for creation_id in ids:
        if creation_id not in waiting:
            hints.ring(queue.FETCH, creation_id)


def _rows(*where: Any) -> list[Any]:
    rows = db.session.execute(
        select(Creation.id, Creation.kind, Creation.provider, Creation.state, Creation.step).where(*where).limit(BATCH)
    ).all()
    db.session.commit()
    return list(rows)


def _ahead_of_the_clock() -> None:
    """What waits for a moment farther off than anything of ours: written by a clock that was ahead and is right again.

    A worker that holds it gets one more lease's time, and so does everybody else before somebody looks. Only what is
    too far off is mended: a deadline is so too after its time-out was made shorter, and no look-up waits for that.
    """
    settings = store.current()
    lease = settings.lease_seconds
    timeouts = {"image": settings.image_timeout_seconds, "video": settings.video_timeout_seconds}
    far = from_now(max(*timeouts.values(), settings.unconfirmed_seconds, lease) + CLOCK_GRACE_SECONDS)
    for row in _rows(Creation.step.is_not(None), or_(Creation.next_run_at > far, Creation.deadline_at > far)):
        with transaction() as session:
            session.execute(
                update(Creation)
                .where(Creation.id == row.id, or_(Creation.next_run_at > far, Creation.deadline_at > far))
                .values(
                    next_run_at=case((Creation.next_run_at > far, from_now(lease)), else_=Creation.next_run_at),
                    lease_until=case((Creation.lease_until > far, from_now(lease)), else_=Creation.lease_until),
                    deadline_at=case(
                        (Creation.deadline_at > far, from_now(timeouts[row.kind])), else_=Creation.deadline_at
                    ),
                    submitted_at=case((Creation.submitted_at > far, from_now()), else_=Creation.submitted_at),
                )
                .execution_options(synchronize_session=False)
            )
        log.warning("creation %s: its times lay too far ahead, by a clock or by a longer time-out", row.id)


def _dead_submits() -> None:
    """A submit whose worker is gone: nobody knows whether it was sent. In this house nothing can have been."""
    for row in _rows(Creation.step == Step.SUBMITTING, Creation.lease_until < from_now()):
        if choosing.is_local(row.provider):
            submitting.send_back(row.id, where=(Creation.lease_until < from_now(),))
        else:
            submitting.doubt(
                row.id, where=(Creation.lease_until < from_now(),), message="the worker died while submitting"
            )


def _unconfirmed() -> None:
    """What may be found is searched for first; all is given up when its time is over."""
    searching.search()
    due = and_(Creation.next_run_at <= from_now(), Creation.provider.not_in(searching.finders()))
    over = or_(due, Creation.deadline_at < from_now())
    for row in _rows(Creation.step == Step.UNKNOWN, over):
        settling.fail(row.id, UNKNOWN, "unconfirmed", where=(over,))


def _past_deadline() -> None:
    late = (Creation.deadline_at < from_now(), leases.free())
    overlooked = (Creation.deadline_at < from_now(-LOOK_GRACE_SECONDS), leases.free())
    for place, when in ((SUBMITTING, late), (WAITING, overlooked)):
        for row in _rows(Creation.step == place.step, *when):
            settling.fail(row.id, place, "timed_out", "the deadline passed", where=when)
    for row in _rows(Creation.step == Step.QUEUED, *late):
        settling.fail(row.id, QUEUED, "busy", "the deadline passed in the queue", where=late)
    very_late = (Creation.deadline_at < from_now(-FETCH_GRACE.total_seconds()), leases.free())
    for row in _rows(Creation.step == Step.FETCHING, *very_late):
        if settling.fail(row.id, FETCHING, "result_unavailable", "the deadline passed", where=very_late):
            results.drop(row.id)


def _queued_too_long() -> None:
    oldest = now() - timedelta(seconds=store.current().queue_timeout_seconds)
    late = (Creation.created_at < oldest, leases.free())
    not_begun = (*late, Creation.deadline_at.is_(None), Creation.provider.in_(choosing.in_house()))
    for place, when in ((QUEUED, late), (WAITING, not_begun)):
        for row in _rows(Creation.step == place.step, *when):
            settling.fail(row.id, place, "busy", "waited too long in the queue", where=when)
