"""What is done to a house that was restored, before anybody enters it.

Between the backup and its end the old house went on, and nobody can tell how far. So nothing that may have been sent
to a provider since is sent again, and no session that may have been ended since opens anything.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.accounts.models import Session
from app.backups.manifest import Manifest
from app.backups.media import Tell
from app.creations import service
from app.creations.models import Creation, ReferenceImage
from app.creations.states import Step
from app.creations.transitions import QUEUED, SUBMITTING, UNKNOWN
from app.extensions import db, now, transaction
from app.generation import settling

WORDS = "the house was restored from a backup: nobody knows whether this was sent"


def settle(manifest: Manifest, tell: Tell) -> None:
    """End what cannot go on, and give what can the time that it had left."""
    with transaction() as session:
        ended = session.execute(delete(Session)).rowcount
    deleted = sum(_delete_again(uuid.UUID(row_id), column) for row_id, column in manifest.gone)
    refunded = _refund_unsent()
    going_on = _resume(now() - datetime.fromisoformat(manifest.made_at))
    tell(
        f"{ended} sessions ended, {refunded} creations refunded that may have been sent, "
        f"{going_on} go on, {deleted} deleted by their owners are deleted again"
    )


def _refund_unsent() -> int:
    """Refund whatever has no operation at a provider: it may have got one after the backup was made (JOB-09)."""
    refunded = 0
    for place in (QUEUED, SUBMITTING, UNKNOWN):
        ids = db.session.scalars(select(Creation.id).where(Creation.step == place.step)).all()
        db.session.commit()
        refunded += sum(settling.fail(creation_id, place, "unconfirmed", WORDS) for creation_id in ids)
    return refunded


def _resume(away: timedelta) -> int:
    """The time for which the house was away does not count; leases of workers that are gone are free at once."""
    with transaction() as session:
        rows = session.execute(
            select(Creation.id, Creation.deadline_at).where(Creation.step.in_((Step.WAITING, Step.FETCHING)))
        ).all()
        for row in rows:
            deadline = row.deadline_at and row.deadline_at + away
            session.execute(
                update(Creation)
                .where(Creation.id == row.id)
                .values(deadline_at=deadline, lease_token=None, lease_until=None, next_run_at=now())
                .execution_options(synchronize_session=False)
            )
    return len(rows)


def _delete_again(row_id: uuid.UUID, column: str) -> bool:
    """Take away what its owner deleted while the backup was being made; several files may name one creation."""
    if column == "key":
        with transaction() as session:
            return bool(session.execute(delete(ReferenceImage).where(ReferenceImage.id == row_id)).rowcount)
    owner = db.session.scalar(select(Creation.user_id).where(Creation.id == row_id, Creation.deleted_at.is_(None)))
    db.session.commit()
    if owner is None:
        return False
    service.delete(owner, row_id)
    return True
