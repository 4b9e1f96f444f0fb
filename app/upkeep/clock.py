"""When nightly work is due, and whose turn it is.

The row of the last run is the clock: it survives restarts, and of several workers the one whose update changes the
row does the work. A house that was off at night does it when it is up again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.extensions import db, now, transaction
from app.upkeep.models import NightlyRun

NIGHT = timedelta(hours=3)
"""When the night's work begins: this long after midnight, UTC."""
BROKEN_OFF_AFTER = timedelta(hours=2)
"""A run that has not ended by then was killed, and is done again."""


def is_due(name: str) -> bool:
    """Whether this work has not been begun since the last night's hour."""
    found = db.session.scalar(select(NightlyRun.name).where(NightlyRun.name == name, ~_over()))
    db.session.commit()
    return found is None


def claim(name: str) -> datetime | None:
    """Take on this night's run; its moment of beginning, or None when it is done or somebody else's."""
    begun = now()
    fresh = {"started_at": begun, "finished_at": None}
    try:
        with transaction() as session:
            taken = session.execute(update(NightlyRun).where(NightlyRun.name == name, _over()).values(**fresh))
            if taken.rowcount:
                return begun
            if session.scalar(select(NightlyRun.name).where(NightlyRun.name == name)):
                return None
            session.add(NightlyRun(name=name, started_at=begun))
    except IntegrityError:
        return None
    return begun


def finish(name: str, begun: datetime, *, rows: int, alarms: int, words: list[str]) -> None:
    """Write down what the run found, unless somebody has begun another meanwhile."""
    with transaction() as session:
        session.execute(
            update(NightlyRun)
            .where(NightlyRun.name == name, NightlyRun.started_at == begun)
            .values(finished_at=now(), rows=rows, alarms=alarms, words=words)
        )


def last(name: str) -> NightlyRun | None:
    """The last run that was begun."""
    found: NightlyRun | None = db.session.scalar(
        select(NightlyRun).where(NightlyRun.name == name).execution_options(populate_existing=True)
    )
    return found


def _over() -> Any:
    """The condition of a row whose work is to be done again."""
    broken_off = and_(NightlyRun.finished_at.is_(None), NightlyRun.started_at < now() - BROKEN_OFF_AFTER)
    return or_(NightlyRun.started_at < _last_night(), broken_off)


def _last_night() -> datetime:
    midnight = (now() - NIGHT).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + NIGHT
