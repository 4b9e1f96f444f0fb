"""I3, recomputed from rows and files: everything is settled in time, and what is playable can be fetched."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select

from app.creations.models import Creation
from app.creations.states import PLAYABLE, UNFINISHED
from app.credits.audit import Check
from app.extensions import db, now, storage
from app.settings import store

PATIENCE = timedelta(minutes=2)


def checks() -> list[Check]:
    """Run the checks of the engine."""
    return [_settled(), _fetchable()]


def _settled() -> Check:
    late = now() - PATIENCE
    queued = late - timedelta(seconds=store.current().queue_timeout_seconds)
    rows = db.session.execute(
        select(Creation.id, Creation.state, Creation.step).where(
            Creation.state.in_(UNFINISHED),
            or_(Creation.deadline_at < late, Creation.deadline_at.is_(None) & (Creation.created_at < queued)),
        )
    ).all()
    count = db.session.scalar(select(func.count()).select_from(Creation).where(Creation.state.in_(UNFINISHED)))
    return Check(
        "every unfinished creation is within its deadline",
        int(count or 0),
        tuple(f"id {row.id}, {row.state}/{row.step}" for row in rows),
    )


def _fetchable() -> Check:
    rows = db.session.execute(
        select(Creation.id, Creation.media_key, Creation.file_size_bytes).where(
            Creation.state.in_(PLAYABLE), Creation.deleted_at.is_(None)
        )
    ).all()
    db.session.commit()
    violations = []
    for row in rows:
        stored = storage().head(row.media_key)
        if stored is None or stored.size != row.file_size_bytes:
            violations.append(f"id {row.id}, {row.media_key} {'is missing' if stored is None else 'has another size'}")
    return Check("every draft and post has its file", len(rows), tuple(violations))
