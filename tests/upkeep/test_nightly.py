"""The night's work: once a night over all workers, again after a kill, and its alarms reach people."""

import logging
import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app import queue
from app.admin import health
from app.extensions import db, now, storage, transaction
from app.upkeep import nightly
from app.upkeep.models import NightlyRun
from tests.database.rows import drafted
from tests.engine import row
from tests.people import Person


def last_began(hours_ago: float, *, finished: bool = True) -> None:
    """Let the last run have begun that long ago."""
    begun = now() - timedelta(hours=hours_ago)
    with transaction() as session:
        session.execute(update(NightlyRun).values(started_at=begun, finished_at=begun if finished else None))


def audit_row() -> health.Health:
    """What the dashboard says about the night."""
    (found,) = [one for one in health.health() if one.name == "Audit"]
    return found


def test_it_runs_once_and_again_the_next_night() -> None:
    assert nightly.is_due()
    assert nightly.run()
    assert not nightly.is_due()
    assert not nightly.run()
    last_began(25)
    assert nightly.is_due()
    assert nightly.run()


def test_a_run_that_was_killed_is_done_again(app: Flask) -> None:
    nightly.run()
    last_began(0, finished=False)
    assert not nightly.run()
    last_began(2.1, finished=False)
    assert nightly.run()


@pytest.mark.parametrize("before", [False, True])
def test_of_many_workers_at_once_one_does_it(app: Flask, before: bool) -> None:
    if before:
        nightly.run()
        last_began(25)
    done: list[bool] = []
    gate = threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            gate.wait()
            done.append(nightly.run())
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(done) == [False, False, False, True]


def test_a_file_that_is_lost_is_an_alarm_in_the_log_and_on_the_dashboard(
    ada: Person, caplog: pytest.LogCaptureFixture
) -> None:
    assert audit_row().words == "not yet: it runs at night"
    lost = row(drafted(ada.id))
    nightly.run()
    assert audit_row().ok
    storage().delete(lost.media_key)
    last_began(25)
    nightly.run()
    (alarm,) = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert alarm.startswith("alarm: not so: every draft and post")
    assert f"{lost.media_key} is missing" in alarm
    assert not audit_row().ok
    assert audit_row().words.startswith("1 alarms at ")
    assert f"{lost.media_key} is missing" in audit_row().words


def test_the_message_for_it_waits_once_however_often_it_is_rung_for(app: Flask) -> None:
    queue.enqueue_alone(queue.NIGHT)
    queue.enqueue_alone(queue.NIGHT)
    assert queue.lengths()[queue.MEDIA_QUEUE] == 1
    assert queue.queued(queue.FETCH) == set()
