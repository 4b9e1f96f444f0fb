"""What Google makes becomes a draft: real bytes, verified, marked and stored."""

import io

import pytest
from PIL import Image

from app.extensions import storage
from app.media import provenance
from app.media.verifying import verify_video
from tests.database.rows import drafted as drafted_image
from tests.engine import ask, make_due, row, settle, step

LIGHTHOUSE = "A lighthouse at dusk"
KELP = "Sun shafts through a kelp forest"


def test_an_image_comes_with_the_answer_and_is_kept_as_a_jpeg(google, ada, drafted):
    """T2d"""
    made = drafted(
        settle(ask(ada.id)).id, media_type="image/jpeg", width=1024, height=1024, attempt=1, operation_id=None
    )
    path = storage().path(made.media_key)
    assert Image.open(path).size == (1024, 1024)
    assert path.stat().st_size == made.file_size_bytes
    assert provenance.read_mark(path) == "trainedAlgorithmicMedia"
    assert made.media_key.startswith("images/")
    assert made.media_key.endswith(".jpg")
    assert google.submits == {LIGHTHOUSE: 1}


def test_a_video_is_looked_up_until_it_is_there_and_fetched(google, ada, drafted):
    """T2, T5, T6, T7"""
    google.script("get", "in_progress", "queued")
    made = drafted(settle(ask(ada.id, kind="video")).id, media_type="video/mp4", width=720, height=1280, lookups=3)
    facts = verify_video(storage().path(made.media_key), 4, (720, 1280))
    assert facts.has_audio
    assert made.operation_id
    assert google.submits == google.accepted == {KELP: 1}
    assert google.attempts == {str(made.id): 1}
    for poster in (made.poster_key, made.poster_small_key):
        assert Image.open(storage().path(poster)).format == "WEBP"


def test_the_way_of_a_video_is_written_down_step_by_step(google, pushed, ada):
    """JOB-03, JOB-04, JOB-13"""
    video = ask(ada.id, kind="video")
    seen = []
    while (at := row(video)).step is not None:
        seen.append((at.state, at.step))
        make_due(video)
        step(at)
    assert seen == [("pending", "queued"), ("processing", "waiting"), ("downloading", "fetching")]
    done = row(video)
    times = [done.created_at, done.submitted_at, done.fetching_at, done.downloaded_at]
    assert times == sorted(times)
    assert done.generation_seconds == pytest.approx((done.completed_at - done.submitted_at).total_seconds(), abs=0.2)
    assert (done.model, done.provider) == ("gemini-omni-1.2-flash", "google")
    assert done.version == done.settled_version


@pytest.mark.parametrize("count", [1, 2])
def test_reference_images_go_along_with_the_prompt(google, pushed, ada, count):
    """CRE-06"""
    pictures = [{"id": drafted_image(ada.id), "role": role} for role in ("person", "product")[:count]]
    assert settle(ask(ada.id, references=pictures)).state == "draft"
    (request,) = google.requests_to("image")
    *sent, words = request["json"]["contents"][0]["parts"]
    assert [part["inlineData"].get("mimeType") or part["inlineData"]["mime_type"] for part in sent] == (
        ["image/jpeg"] * count
    )
    assert "Picture 1 is the person." in words["text"]
    assert ("Picture 2 is the product." in words["text"]) is (count == 2)


def test_a_picture_is_brought_to_life(google, pushed, ada):
    """CRE-05, CRE-12"""
    picture = drafted_image(ada.id)
    made = settle(ask(ada.id, kind="video", references=[{"id": picture}], parent_id=str(picture), relation="animate"))
    assert (made.state, made.parent_id, made.relation) == ("draft", picture, "animate")
    (request,) = google.requests_to("create")
    assert [part["type"] for part in request["json"]["input"][0]["content"]] == ["image", "text"]
    assert request["json"]["generation_config"]["video_config"]["task"] == "image_to_video"


def test_a_video_that_comes_within_the_look_up_needs_no_download(google, ada, drafted):
    google.script("get", "inline")
    drafted(settle(ask(ada.id, kind="video")).id, media_type="video/mp4")
    assert google.requests_to("download") == []


def test_the_owner_downloads_the_same_bytes_that_were_stored(google, pushed, app, ada):
    made = settle(ask(ada.id))
    with app.test_request_context():
        data = storage().path(made.media_key).read_bytes()
    assert Image.open(io.BytesIO(data)).format == "JPEG"
    assert len(data) == made.file_size_bytes
