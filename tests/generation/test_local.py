"""What is drawn in this house, from the queue to the draft, in a folder and in a bucket."""

import threading
from datetime import timedelta

import pytest
from PIL import Image

from app import queue
from app.errors import Busy
from app.extensions import db, now, storage
from app.generation import findings, looking, rendering, submitting, sweeping, watching
from app.media import provenance
from app.media.verifying import verify_video
from app.storage.opening import open_storage
from tests.database.books import broken, entries
from tests.database.rows import change, drafted
from tests.engine import ask, make_due, row, settle, step

pytestmark = [
    pytest.mark.usefixtures("in_app"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def waiting(ada):
    """An image that waits for a media worker."""
    creation = ask(ada.id)
    step(row(creation))
    assert row(creation).step == "waiting"
    return creation


def test_a_video_is_drawn_with_progress_that_open_pages_hear_of(app, ada):
    """RT-02: each report is a new version."""
    creation = ask(ada.id, kind="video")
    step(row(creation))
    seen = []
    work = threading.Thread(target=_render, args=(app, creation))
    work.start()
    while work.is_alive():
        at = row(creation)
        if at.progress is not None and (at.version, at.progress) not in seen:
            seen.append((at.version, at.progress))
        work.join(0.05)
    made = row(creation)
    assert (made.state, made.media_type, made.progress) == ("draft", "video/mp4", None)
    assert len(seen) >= 2
    assert seen == sorted(seen)
    assert all(0 < progress <= 1 for _, progress in seen)
    assert made.version > seen[-1][0]
    facts = verify_video(storage().path(made.media_key), 4, (720, 1280))
    assert facts.has_audio
    assert provenance.read_mark(storage().path(made.media_key)) == "algorithmicMedia"
    assert entries(creation) == [("video_generation", -40)]


def _render(app, creation) -> None:
    with app.app_context():
        rendering.render()
        db.session.remove()


def test_a_drawing_that_is_due_and_has_no_message_is_rung_for_again(waiting):
    """The message was lost, or its worker died."""
    queue.connection().flushall()
    for since, rung in ((1, set()), (4, {waiting}), (4, {waiting})):
        change(waiting, updated_at=now() - timedelta(seconds=since))
        sweeping.ring_for_due()
        assert queue.queued(queue.RENDER) == rung
    assert queue.lengths()[queue.MEDIA_QUEUE] == 1
    make_due(waiting)
    (claimed,) = watching.claim_due(5)
    findings.write([looking.look_up(claimed)])
    assert (row(waiting).step, row(waiting).lease_token) == ("waiting", None)


def test_a_drawing_whose_worker_died_starts_again_and_is_the_same_picture(ada, waiting):
    """JOB-12: it costs nothing, and the same order gives the same picture."""
    first = settle(waiting)
    change(waiting, state="processing", step="waiting", media_key=None, poster_key=None, poster_small_key=None)
    again = settle(waiting)
    assert again.media_sha256 == first.media_sha256
    assert again.operation_id == first.operation_id == str(waiting)


def test_a_worker_that_lost_its_lease_while_drawing_writes_nothing(app, waiting):
    worker = threading.Thread(target=_render, args=(app, waiting))
    worker.start()
    while row(waiting).lease_token is None:
        assert worker.is_alive()
        worker.join(0.002)
    change(waiting, lease_token="another")
    left = row(waiting)
    worker.join()
    after = row(waiting)
    assert (after.state, after.step, after.version, after.lease_token) == (
        left.state,
        left.step,
        left.version,
        "another",
    )
    assert after.media_key is None
    every = storage().keys()
    assert list(every) == []


def test_reference_images_are_really_used(ada):
    """CRE-06"""
    plain = settle(ask(ada.id, seed="7"))
    pictures = [{"id": drafted(ada.id), "role": role} for role in ("person", "product")]
    with_pictures = settle(ask(ada.id, seed="7", references=pictures))
    assert with_pictures.state == "draft"
    assert with_pictures.media_sha256 != plain.media_sha256
    assert broken() == {}


def test_a_seed_that_was_named_draws_the_same_picture_twice(ada):
    first, second = (Image.open(storage().path(settle(ask(ada.id, seed="7")).media_key)) for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_a_reference_that_is_gone_from_the_store_is_refunded(ada):
    """Our own storage."""
    creation = ask(ada.id, references=[{"id": drafted(ada.id)}])
    for one in list(storage().keys("references/")):
        storage().delete(one.key)
    for _ in range(3):
        make_due(creation)
        submitting.submit()
        db.session.remove()
    assert (row(creation).state, row(creation).error_code) == ("failed", "storage")
    assert entries(creation) == [("image_generation", -5), ("image_refund", 5)]


class TestInABucket:
    """MED-01, MED-05: the same through S3."""

    @pytest.fixture
    def environ(self, s3_server):
        return {
            "S3_BUCKET": s3_server.fresh_bucket(),
            "S3_ENDPOINT_URL": s3_server.url,
            "S3_REGION": s3_server.region,
            "AWS_ACCESS_KEY_ID": s3_server.access_key,
            "AWS_SECRET_ACCESS_KEY": s3_server.secret_key,
        }

    def test_an_image_is_stored_and_can_be_fetched(self, ada, tmp_path):
        made = settle(ask(ada.id))
        assert made.state == "draft"
        stored = storage().head(made.media_key)
        assert stored.size == made.file_size_bytes
        assert storage().fetch(made.media_key, tmp_path / "picture")
        assert Image.open(tmp_path / "picture").size == (made.width, made.height)
        assert broken() == {}

    def test_references_go_into_a_drawing_from_there_too(self, ada):
        assert settle(ask(ada.id, references=[{"id": drafted(ada.id)}])).state == "draft"
        assert len(list(storage().keys("references/"))) == 1

    def test_a_store_that_is_away_is_tried_nine_times_and_refunded(self, app, ada, config):
        creation = ask(ada.id)
        step(row(creation))
        away = {**vars(config), "s3_endpoint_url": "http://127.0.0.1:1"}
        app.extensions["kinora_storage"] = open_storage(type(config)(**away))
        assert settle(creation).error_code == "storage"
        assert row(creation).retry_count == 2
        with pytest.raises(Busy, match="Files cannot be stored right now"):
            ask(ada.id)
        assert entries(creation) == [("image_generation", -5), ("image_refund", 5)]
