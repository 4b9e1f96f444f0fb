"""The sweeper: what nobody works on is rung for, mended or refunded, however many sweepers there are."""

import os
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import queue
from app.creations.models import Creation
from app.extensions import config, db, now
from app.generation import results, sweeping
from tests.database.books import broken, entries
from tests.database.rows import HOUR, change, dead_lease, left
from tests.engine import ask, row

GOOGLE = {"provider": "google", "model": "gemini-omni-1.2-flash", "kind": "video", "duration": 4, "resolution": "720p"}
PAST = timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _context(app):
    with app.app_context():
        yield
        db.session.remove()


def rung(job: queue.Job) -> list[uuid.UUID]:
    """The creations that are rung for, once for each message."""
    return sorted(queue.queued(job))


def forget_messages() -> None:
    """As when Redis lost everything."""
    queue.connection().flushall()


def test_a_creation_whose_message_was_never_sent_is_rung_for(ada):
    """After T0, before the queue message."""
    asked = left(ada.id, next_run_at=now() - timedelta(seconds=4))
    sweeping.ring_for_due()
    assert rung(queue.SUBMIT) == [asked]


def test_a_message_that_is_on_its_way_is_not_sent_again(ada):
    asked = ask(ada.id)
    change(asked, next_run_at=now() - timedelta(seconds=4))
    for _ in range(3):
        sweeping.ring_for_due()
    assert queue.lengths()[queue.SUBMIT_QUEUE] == 1


def test_a_worker_gets_a_few_seconds_between_the_message_and_the_claim(ada):
    left(ada.id, next_run_at=now() - timedelta(seconds=1))
    sweeping.ring_for_due()
    assert rung(queue.SUBMIT) == []


def test_a_try_that_was_put_off_is_rung_for_when_it_is_due_and_not_before(ada):
    """T3"""
    early = left(ada.id, attempt=1, next_run_at=now() + timedelta(seconds=20))
    due = left(ada.id, attempt=1, next_run_at=now() - timedelta(seconds=0.5))
    sweeping.ring_for_due()
    assert rung(queue.SUBMIT) == [due]
    assert row(early).step == "queued"


def test_after_redis_was_emptied_everything_that_waits_is_rung_for(ada):
    """I5"""
    past = now() - timedelta(seconds=4)
    queued = left(ada.id, next_run_at=past)
    found = left(ada.id, step="fetching", next_run_at=past)
    for _ in range(2):
        forget_messages()
        sweeping.ring_for_due()
        assert rung(queue.SUBMIT) == [queued]
        assert rung(queue.FETCH) == [found]


def test_an_image_in_doubt_is_refunded_at_its_deadline_under_its_true_name(ada):
    lost = left(ada.id, step="unknown", next_run_at=now() + HOUR, deadline_at=now() - timedelta(seconds=1))
    sweeping.sweep()
    assert (row(lost).state, row(lost).error_code) == ("failed", "unconfirmed")


def test_a_submit_whose_worker_lives_is_left_alone(ada):
    held = {"lease_token": "mine", "lease_until": now() + timedelta(seconds=10), "deadline_at": now() - HOUR}
    alive = left(ada.id, step="submitting", **held, next_run_at=now() - HOUR)
    sweeping.sweep()
    sweeping.ring_for_due()
    assert row(alive).step == "submitting"
    assert rung(queue.SUBMIT) == []


@pytest.mark.parametrize(
    ("step_left", "seconds", "code"),
    [
        ("queued", 1, "busy"),
        ("submitting", 1, "unconfirmed"),
        ("waiting", 31, "timed_out"),
        ("fetching", 91, "result_unavailable"),
    ],
)
def test_whatever_is_past_its_deadline_is_refunded(ada, step_left, seconds, code):
    """I3, JOB-07"""
    late = left(
        ada.id, price=40, step=step_left, deadline_at=now() - timedelta(seconds=seconds), **GOOGLE, **dead_lease()
    )
    fresh = left(ada.id, price=40, step=step_left, deadline_at=now() + HOUR, **GOOGLE, lease_until=now() + HOUR)
    sweeping.sweep()
    assert (row(late).state, row(late).error_code) == ("failed", code)
    assert entries(late)[-1] == ("video_refund", 40)
    assert row(fresh).step == step_left
    assert broken() == {}


def test_what_waited_too_long_in_the_queue_is_refunded(ada):
    old = left(ada.id, created_at=now() - timedelta(minutes=31), next_run_at=now() + HOUR)
    young = left(ada.id, created_at=now() - timedelta(minutes=29), next_run_at=now() + HOUR)
    sweeping.sweep()
    assert (row(old).error_code, row(young).step) == ("busy", "queued")
    assert entries(old)[-1] == ("image_refund", 5)


def test_two_sweepers_at_once_mend_each_row_once(ada, hands):
    """PRC-11"""
    ada.give(500)
    doubted = [left(ada.id, step="unknown", next_run_at=now() - PAST, **GOOGLE) for _ in range(20)]
    dead = [left(ada.id, step="submitting", **GOOGLE, **dead_lease()) for _ in range(20)]
    late = [left(ada.id, step="waiting", deadline_at=now() - HOUR, **GOOGLE, **dead_lease()) for _ in range(20)]
    assert hands("sweep", times=8, threads=2) == {"swept": 8}
    for one in doubted + late:
        assert row(one).state == "failed"
        assert [kind for kind, _ in entries(one)] == ["video_generation", "video_refund"]
    assert {row(one).step for one in dead} == {"unknown"}
    assert broken() == {}


def test_many_who_fail_one_creation_at_once_refund_it_once(ada, hands):
    asked = left(ada.id, price=60)
    answers = hands("fail", asked, times=12, threads=3)
    assert answers == {"failed": 1, "too late": 11}
    assert ada.balance() == 100
    assert broken() == {}


@pytest.mark.parametrize("hours", [-1, 1])
@pytest.mark.parametrize("step_left", ["queued", "submitting", "waiting", "unknown", "fetching"])
def test_a_clock_that_jumped_an_hour_charges_and_refunds_nothing_twice(ada, step_left, hours):
    """It may delay work, no more."""
    moment = now() + hours * HOUR
    times = dict.fromkeys(("created_at", "updated_at", "next_run_at", "submitted_at"), moment)
    lease = {"lease_token": "x", "lease_until": moment} if step_left in ("submitting", "waiting") else {}
    one = left(
        ada.id, price=40, step=step_left, attempt=1, operation_id="op", operation={"id": "op"}, deadline_at=moment,
        **GOOGLE, **times, **lease,
    )  # fmt: skip
    for _ in range(3):
        sweeping.sweep()
        sweeping.ring_for_due()
    at = row(one)
    kinds = [kind for kind, _ in entries(one)]
    assert kinds == (["video_generation", "video_refund"] if at.state == "failed" else ["video_generation"])
    assert (at.state == "failed") is (hours < 0)
    assert at.attempt == 1
    assert "every balance is the sum of its ledger entries" not in broken()


def test_a_time_out_that_was_made_shorter_moves_deadlines_and_delays_no_look_up(ada):
    """To the sweeper its deadline looks like one of a clock that was ahead."""
    soon = now() + timedelta(seconds=2)
    one = left(ada.id, step="waiting", submitted_at=now(), next_run_at=soon, deadline_at=now() + HOUR, **GOOGLE)
    sweeping.sweep()
    assert row(one).next_run_at == soon
    assert row(one).deadline_at < now() + timedelta(seconds=421)


def test_a_look_up_that_a_clock_put_off_by_an_hour_comes_after_a_lease(ada):
    one = left(ada.id, step="waiting", next_run_at=now() + HOUR, deadline_at=now() + 2 * HOUR, **GOOGLE)
    sweeping.sweep()
    assert now() + timedelta(seconds=25) < row(one).next_run_at < now() + timedelta(seconds=31)


def test_a_round_takes_fifty_of_a_sort_and_the_next_one_the_rest(ada):
    """JOB-12"""
    ada.give(200)
    for _ in range(55):
        left(ada.id, price=1, step="unknown", next_run_at=now() - PAST)
    for expected in (5, 0):
        sweeping.sweep()
        assert len(db.session.scalars(select(Creation.id).where(Creation.step == "unknown")).all()) == expected
        db.session.rollback()


def test_work_folders_are_dropped_an_hour_after_they_were_last_touched(ada):
    old, young = uuid.uuid4(), uuid.uuid4()
    for one in (old, young):
        results.source(one).write_bytes(b"x")
    hour_ago = (now() - HOUR - timedelta(seconds=5)).timestamp()
    os.utime(results.folder(old), (hour_ago, hour_ago))
    assert results.drop_abandoned() == 1
    assert [path.name for path in (config().data / "work").iterdir()] == [str(young)]
