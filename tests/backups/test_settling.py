"""What becomes of unfinished work and of sessions in a house that was restored."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.accounts.models import Session
from app.backups import settling
from app.backups.manifest import Manifest, read
from app.creations.models import IdempotencyKey
from app.extensions import db, now
from app.generation import sweeping
from tests.backups.house import silent
from tests.database.books import broken, entries
from tests.database.rows import left
from tests.engine import ask, row
from tests.people import Person


@pytest.fixture
def an_hour_old(backup: Path) -> Manifest:
    """A backup that was made an hour ago."""
    said = read(backup)
    return Manifest(**{**vars(said), "made_at": (now() - timedelta(hours=1)).isoformat()})


@pytest.mark.parametrize("step", ["queued", "submitting", "unknown"])
def test_what_may_have_been_sent_since_is_refunded_once_and_never_sent(
    ada: Person, an_hour_old: Manifest, step: str
) -> None:
    """JOB-09: a queued one, too, may have been sent between the backup and the end of its house."""
    waiting = left(ada.id, step=step, provider="google", price=5)
    for _ in range(2):
        settling.settle(an_hour_old, silent)
    after = row(waiting)
    assert (after.state, after.step, after.error_code) == ("failed", None, "unconfirmed")
    assert entries(waiting) == [("image_generation", -5), ("image_refund", 5)]
    assert broken() == {}


def test_an_operation_goes_on_with_the_time_that_it_had_left(ada: Person, an_hour_old: Manifest) -> None:
    """Looking it up costs nothing, and its provider keeps the result."""
    then = datetime.fromisoformat(an_hour_old.made_at)
    operation = {"operation_id": "op-1", "operation": {"name": "op-1"}, "lease_token": "gone"}
    leased = then + timedelta(seconds=20)
    going = left(
        ada.id,
        step="waiting",
        provider="google",
        deadline_at=then + timedelta(seconds=300),
        lease_until=leased,
        **operation,
    )
    late = left(ada.id, step="fetching", provider="google", deadline_at=then - timedelta(minutes=5))
    settling.settle(an_hour_old, silent)
    assert row(going).operation_id == "op-1"
    assert row(going).lease_until is None
    assert 290 < (row(going).deadline_at - now()).total_seconds() < 301
    sweeping.sweep()
    assert row(going).step == "waiting"
    assert row(late).state == "failed"
    assert broken() == {}


def test_the_same_request_sent_again_is_still_known(ada: Person, an_hour_old: Manifest) -> None:
    """PRC-12: its key was kept, so nobody pays for it twice."""
    ask(ada.id)
    settling.settle(an_hour_old, silent)
    assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1


def test_every_session_is_over(ada: Person, an_hour_old: Manifest) -> None:
    assert db.session.scalar(select(func.count()).select_from(Session)) > 0
    settling.settle(an_hour_old, silent)
    assert db.session.scalar(select(func.count()).select_from(Session)) == 0
