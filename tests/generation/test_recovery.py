"""What a crash leaves behind, row by row, and who mends it. The kills themselves are tested elsewhere."""

import uuid
from datetime import timedelta

import pytest

from app import queue
from app.extensions import db, now
from app.generation import fetching, rendering, results, submitting, sweeping, watching
from tests.database.books import broken, entries
from tests.database.rows import HOUR, change, dead_lease, left
from tests.engine import ask, make_due, row, settle
from tests.standins import media

GOOGLE = {"provider": "google", "model": "gemini-omni-1.2-flash", "kind": "video", "duration": 4, "resolution": "720p"}
PAST = timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _context(app):
    with app.app_context():
        yield
        db.session.remove()


def test_a_submit_without_its_worker_is_doubted_and_then_refunded(ada):
    """T4, T8: nobody knows whether it was sent."""
    lost = left(ada.id, price=40, step="submitting", attempt=1, **GOOGLE, **dead_lease())
    sweeping.sweep()
    at = row(lost)
    assert (at.state, at.step, at.lease_token, at.error_message) == (
        "processing", "unknown", None, "the worker died while submitting",
    )  # fmt: skip
    assert 110 < (at.next_run_at - now()).total_seconds() < 125
    sweeping.sweep()
    assert row(lost).step == "unknown"
    make_due(lost)
    sweeping.sweep()
    at = row(lost)
    assert (at.state, at.error_code, at.error_message) == ("failed", "unconfirmed", "the worker died while submitting")
    assert entries(lost) == [("video_generation", -40), ("video_refund", 40)]


def test_in_this_house_nothing_can_have_been_sent_so_it_goes_back_to_the_queue(ada):
    lost = left(ada.id, step="submitting", attempt=1, **dead_lease())
    sweeping.sweep()
    assert (row(lost).state, row(lost).step) == ("pending", "queued")
    assert settle(lost).state == "draft"
    assert len(entries(lost)) == 1


def test_a_look_up_without_its_worker_is_made_by_the_next(ada):
    """In waiting; no second submit."""
    lost = left(ada.id, step="waiting", operation_id="op", operation={"id": "op"}, **GOOGLE, **dead_lease())
    held = left(ada.id, step="waiting", lease_token="x", lease_until=now() + HOUR, next_run_at=now() - PAST)
    assert [claimed.id for claimed in watching.claim_due(9)] == [lost]
    assert row(held).lease_token == "x"


def test_a_fetch_without_its_worker_is_rung_for_and_goes_on_with_the_file_that_is_there(ada):
    """In the download."""
    reference = results.keep(uuid.uuid4(), None)
    lost = left(ada.id, step="fetching", result=reference, submitted_at=now(), **dead_lease())
    results.source(lost).write_bytes(media.jpeg("1:1"))
    sweeping.ring_for_due()
    assert queue.queued(queue.FETCH) == {lost}
    fetching.fetch(lost)
    assert (row(lost).state, row(lost).media_type) == ("draft", "image/jpeg")
    assert broken() == {}


def test_what_was_drawn_here_and_lost_is_drawn_again(ada):
    reference = results.keep(uuid.uuid4(), None)
    lost = left(ada.id, step="fetching", result=reference, operation_id="op-1", submitted_at=now(), **dead_lease())
    fetching.fetch(lost)
    assert (row(lost).state, row(lost).media_type) == ("draft", "image/png")


def test_a_direct_answer_that_was_lost_with_its_machine_is_refunded_after_nine_tries(ada):
    """It cannot be recovered."""
    image = {"provider": "google", "model": "gemini-3.1-flash-image"}
    lost = left(ada.id, step="fetching", result=results.keep(uuid.uuid4(), None), **image, **dead_lease())
    assert settle(lost).error_code == "result_unavailable"
    assert entries(lost) == [("image_generation", -5), ("image_refund", 5)]


def test_a_file_that_was_stored_before_the_row_moved_is_stored_again_under_the_same_name(ada):
    """One object, one draft."""
    reference = results.keep(uuid.uuid4(), None)
    lost = left(ada.id, step="fetching", result=reference, submitted_at=now(), **dead_lease())
    results.source(lost).write_bytes(media.jpeg("1:1"))
    fetching.fetch(lost)
    first = row(lost)
    change(lost, state="downloading", step="fetching", media_key=None, **dead_lease())
    results.source(lost).write_bytes(media.jpeg("1:1"))
    fetching.fetch(lost)
    again = row(lost)
    assert (again.media_key, again.media_sha256) == (first.media_key, first.media_sha256)
    assert again.media_key == f"images/{reference['names']['media']}.jpg"
    assert broken() == {}


def test_a_job_that_comes_too_often_or_for_nothing_does_nothing(ada):
    """JOB-11: queue messages may be repeated, late or reordered."""
    done = settle(ask(ada.id))
    fetching.fetch(done.id)
    fetching.fetch(uuid.uuid4())
    for job in (submitting.submit, rendering.render):
        job()
    again = row(done.id)
    assert (again.state, again.version, again.media_key) == ("draft", done.version, done.media_key)
    assert len(entries(done.id)) == 1
