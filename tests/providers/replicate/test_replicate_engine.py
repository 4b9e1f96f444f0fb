"""Replicate behind the whole application: from asking to a draft, over a lost answer, or to a refund."""

from __future__ import annotations

import io
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.serving import make_server

from app.catalogue import store as models
from app.catalogue.entries import Entry
from app.creations import references
from app.creations.models import Creation
from app.creations.states import Step
from app.extensions import db, storage
from app.generation import searching
from app.media import provenance
from app.media.verifying import verify_video
from tests.database.books import broken, entries
from tests.database.rows import change
from tests.engine import ask, make_due, row, settle, step
from tests.people import Person
from tests.standins import media
from tests.standins.replicate import KEY, ReplicateStandIn
from tests.standins.replicate_jobs import SECRET
from tests.standins.replicate_wire import FLUX, HAILUO, ZEROSCOPE, ZEROSCOPE_VERSION


@pytest.fixture
def doorstep() -> Iterator[socket.socket]:
    """A port of ours that Replicate may call; whoever calls before it is served waits."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def environ(replicate: ReplicateStandIn, doorstep: socket.socket) -> dict[str, str]:
    """Replicate makes everything."""
    return {
        "REPLICATE_API_KEY": KEY,
        "REPLICATE_API_URL": replicate.url,
        "REPLICATE_WEBHOOK_SECRET": SECRET,
        "PUBLIC_URL": f"http://127.0.0.1:{doorstep.getsockname()[1]}",
        "PROVIDER_ALLOWED_HOSTS": f"127.0.0.1:{replicate.port}",
        "IMAGE_PROVIDER": "replicate",
        "VIDEO_PROVIDER": "replicate",
    }


@pytest.fixture
def served(app: Flask, doorstep: socket.socket) -> Iterator[None]:
    """The application behind its door."""
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=doorstep.fileno())
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield
    server.shutdown()


@pytest.fixture
def ada(ada: Person, app: Flask, served: None) -> Iterator[Person]:
    """She can pay for two videos; the application's context is there for the whole test."""
    ada.give(400)
    with app.app_context():
        yield ada
        db.session.remove()


def zeroscope(ada: Person, **fields: Any) -> uuid.UUID:
    model = f"{ZEROSCOPE}:{ZEROSCOPE_VERSION}"
    return ask(ada.id, kind="video", **{"duration": "3", "resolution": "576p", "model": model, **fields})


def hailuo(ada: Person, **fields: Any) -> uuid.UUID:
    frame = references.take(ada.id, io.BytesIO(media.picture((800, 600), "JPEG")), "beach.jpg")
    chosen = [{"id": frame.id, "role": "first"}]
    return ask(ada.id, **{"kind": "video", "duration": "6", "model": HAILUO, "references": chosen, **fields})


def submitted(creation_id: uuid.UUID) -> Creation:
    """The creation after its submit."""
    step(row(creation_id))
    return row(creation_id)


def test_an_image_by_flux_becomes_a_draft(replicate: ReplicateStandIn, ada: Person) -> None:
    done = settle(ask(ada.id, aspect_ratio="16:9"))
    assert (done.state, done.provider, done.model) == ("draft", "replicate", FLUX), done.error_message
    assert (done.media_type, done.width, done.height) == ("image/png", 1344, 768)
    assert provenance.read_mark(storage().path(str(done.media_key))) == "trainedAlgorithmicMedia"
    assert entries(done.id) == [("image_generation", -5)]
    assert sum(replicate.accepted.values()) == 1
    assert broken() == {}


def test_whoever_chooses_no_model_needs_no_picture(replicate: ReplicateStandIn, ada: Person) -> None:
    """PRV-03: the first in the list is the preset one."""
    done = settle(ask(ada.id, kind="video", duration=""))
    assert (done.state, done.model) == ("draft", f"{ZEROSCOPE}:{ZEROSCOPE_VERSION}"), done.error_message


def test_three_silent_seconds_by_zeroscope_become_a_draft(replicate: ReplicateStandIn, ada: Person) -> None:
    done = settle(zeroscope(ada, aspect_ratio="16:9"))
    assert (done.state, done.duration, done.resolution) == ("draft", 3, "576p"), done.error_message
    facts = verify_video(storage().path(str(done.media_key)), 3, (1024, 576))
    assert not facts.has_audio
    assert entries(done.id) == [("video_generation", -30)]
    assert broken() == {}


@pytest.mark.parametrize(
    ("fields", "size", "seconds", "price"),
    [
        ({"aspect_ratio": "16:9", "resolution": "768p", "duration": "10"}, (1366, 768), 10, 100),
        ({"aspect_ratio": "9:16", "resolution": "512p"}, (512, 910), 6, 60),
        ({"aspect_ratio": "1:1", "resolution": "1080p"}, (1080, 1080), 6, 90),
    ],
    ids=["10 s", "upright", "square"],
)
def test_a_picture_moves_by_hailuo_in_the_ratio_that_was_chosen(
    replicate: ReplicateStandIn, ada: Person, fields: dict[str, str], size: tuple[int, int], seconds: int, price: int
) -> None:
    done = settle(hailuo(ada, **fields))
    assert (done.state, done.model) == ("draft", HAILUO), done.error_message
    facts = verify_video(storage().path(str(done.media_key)), seconds)
    assert facts.width == pytest.approx(size[0], abs=4)
    assert facts.height == pytest.approx(size[1], abs=4)
    assert entries(done.id) == [("video_generation", -price)]
    (sent,) = replicate.contents.values()
    across, down = map(int, fields["aspect_ratio"].split(":"))
    wide, high = Image.open(io.BytesIO(sent)).size
    assert wide / high == pytest.approx(across / down, rel=0.01)
    assert broken() == {}


@pytest.mark.parametrize("model", ["flux", "zeroscope", "hailuo"])
def test_a_submit_whose_answer_was_lost_is_found_and_ends_as_a_draft(
    replicate: ReplicateStandIn, ada: Person, model: str
) -> None:
    """JOB-09: paid once by her, made once by Replicate."""
    replicate.script("create", "lost")
    asked = {"flux": lambda: ask(ada.id), "zeroscope": lambda: zeroscope(ada), "hailuo": lambda: hailuo(ada)}[model]()
    assert submitted(asked).step == Step.UNKNOWN
    make_due(asked)
    searching.search()
    found = row(asked)
    assert found.step == Step.WAITING
    assert found.operation_id in replicate.jobs
    assert settle(asked).state == "draft"
    assert len(replicate.requests_to("create")) == 1
    assert len(entries(asked)) == 1
    assert broken() == {}


def test_a_call_about_a_submit_that_nobody_confirmed_has_it_searched_for_at_once(
    replicate: ReplicateStandIn, ada: Person
) -> None:
    """JOB-09, PRV-10: the address that Replicate calls names our attempt."""
    replicate.script("create", "lost")
    replicate.video_seconds = 0.6
    asked = zeroscope(ada)
    assert submitted(asked).step == Step.UNKNOWN
    change(asked, next_run_at=row(asked).deadline_at)
    until = time.monotonic() + 20
    while not replicate.calls and time.monotonic() < until:
        time.sleep(0.05)
    searching.search()
    assert row(asked).step == Step.WAITING
    assert settle(asked).state == "draft"


def test_a_longer_video_is_sold_and_verified_as_such(replicate: ReplicateStandIn, ada: Person) -> None:
    """PRV-04: what a model can do is its entry's word, here an admin's; the frames follow from it."""
    old = models.find("replicate", f"{ZEROSCOPE}:{ZEROSCOPE_VERSION}")
    models.put([Entry(**{**asdict(old), "durations": [15]})], actor_id=None)
    done = settle(zeroscope(ada, duration="15"))
    assert (done.state, done.duration) == ("draft", 15), done.error_message
    assert verify_video(storage().path(str(done.media_key)), 15).seconds == pytest.approx(15, abs=0.2)
    assert replicate.requests_to("create")[-1]["json"]["input"]["num_frames"] == 120
    assert entries(done.id) == [("video_generation", -150)]


def test_a_call_at_the_end_brings_the_next_look_up_forward(replicate: ReplicateStandIn, ada: Person) -> None:
    """PRV-10: Replicate really calls, over HTTP, signed."""
    replicate.video_seconds = 0.6
    asked = zeroscope(ada)
    waiting = submitted(asked)
    assert waiting.step == Step.WAITING
    far = waiting.deadline_at
    change(asked, next_run_at=far)
    until = time.monotonic() + 20
    while not replicate.calls and time.monotonic() < until:
        time.sleep(0.05)
    assert replicate.calls == [204]
    assert row(asked).next_run_at < far
    assert settle(asked).state == "draft"


@pytest.mark.parametrize(
    ("word", "code"),
    [("blocked", "blocked"), ("nsfw", "blocked"), ("empty", "no_output"), ("failed", "provider_error"),
     ("aborted", "timed_out"), ("removed", "lost"), ("402", "unavailable"), ("422", "rejected")],
)  # fmt: skip
def test_what_comes_to_nothing_is_refunded(replicate: ReplicateStandIn, ada: Person, word: str, code: str) -> None:
    failed = settle(ask(ada.id, prompt=f"A lighthouse [[{word}]]"))
    assert (failed.state, failed.error_code) == ("failed", code), failed.error_message
    assert entries(failed.id) == [("image_generation", -5), ("image_refund", 5)]
    assert broken() == {}


@pytest.mark.parametrize("word", ["429", "503", "poll500", "cut", "html"])
def test_what_passes_is_waited_for(replicate: ReplicateStandIn, ada: Person, word: str) -> None:
    done = settle(ask(ada.id, prompt=f"A lighthouse [[{word}]]"))
    assert done.state == "draft", done.error_message
    assert sum(replicate.accepted.values()) == 1
    assert broken() == {}


def test_a_file_that_is_gone_after_its_hour_is_refunded(replicate: ReplicateStandIn, ada: Person) -> None:
    asked = ask(ada.id)
    submitted(asked)
    make_due(asked)
    step(row(asked))
    assert row(asked).step == Step.FETCHING
    replicate.an_hour_later()
    failed = settle(asked)
    assert (failed.state, failed.error_code) == ("failed", "result_unavailable")
    assert entries(asked) == [("image_generation", -5), ("image_refund", 5)]


def test_a_version_that_is_gone_is_noted_and_refunded(replicate: ReplicateStandIn, ada: Person) -> None:
    """PRV-04"""
    replicate.script("create", "version")
    failed = settle(zeroscope(ada))
    assert (failed.state, failed.error_code) == ("failed", "retired")
    assert broken() == {}
