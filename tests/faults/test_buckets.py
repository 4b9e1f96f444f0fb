"""A bucket that is down, hung, slow or cut off: tried again from the row, then refunded; people are told."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from PIL import Image

from app.config import Config
from app.creations.models import Creation
from app.extensions import config as configured
from app.extensions import db, storage
from app.generation import fetching
from app.storage.bucket import BucketStorage
from app.storage.patience import Patience
from tests import engine
from tests.conftest import ada, app
from tests.database.books import broken, entries
from tests.faults.line import Line
from tests.people import Person
from tests.servers.s3 import RunningS3

__all__ = ["ada", "app"]

BROKEN = ("down", "hung", "dripping", "cut")
QUICK = Patience(connect=0.5, read=0.5, attempts=1, total=0.5)
"""A worker's patience, sixty times shorter."""


@pytest.fixture
def line(s3_server: RunningS3) -> Iterator[Line]:
    """The line to the bucket."""
    there = urlsplit(s3_server.url)
    line = Line(there.hostname or "", there.port or 0)
    yield line
    line.close()


@pytest.fixture
def environ(line: Line, s3_server: RunningS3) -> dict[str, str]:
    """Files are in a bucket at the other end of it."""
    return {
        "S3_BUCKET": s3_server.fresh_bucket(),
        "S3_ENDPOINT_URL": f"http://127.0.0.1:{line.port}",
        "S3_REGION": s3_server.region,
        "AWS_ACCESS_KEY_ID": s3_server.access_key,
        "AWS_SECRET_ACCESS_KEY": s3_server.secret_key,
    }


@pytest.fixture
def drawn(app: Flask, ada: Person, config: Config, s3_server: RunningS3) -> Iterator[Creation]:
    """An image that is made and waits to be stored, by a worker that is told to be impatient."""
    app.extensions["kinora_storage"] = BucketStorage(
        config.s3_bucket,
        endpoint_url=config.s3_endpoint_url,
        region=config.s3_region,
        key=s3_server.access_key,
        secret=s3_server.secret_key,
        patience=QUICK,
    )
    with app.app_context():
        asked = engine.ask(ada.id)
        engine.step(engine.row(asked))
        yield engine.row(asked)
        assert broken() == {}
        db.session.remove()


def test_a_result_that_cannot_be_stored_is_tried_again_nine_times_and_then_refunded(
    drawn: Creation, line: Line, ada: Person
) -> None:
    """After 1 and 2 s, then after 30, whatever is wrong with the bucket; no part of it is left anywhere (JOB-08)."""
    pauses = []
    for number in range(fetching.TRIES):
        line.state = BROKEN[number % len(BROKEN)]
        pauses.append(_try(drawn.id))
    line.state = "open"
    assert pauses == [1, 2, 30, 1, 2, 30, 1, 2, None]
    failed = engine.row(drawn.id)
    assert (failed.state, failed.error_code, failed.media_key) == ("failed", "storage", None)
    assert entries(drawn.id) == [("image_generation", -5), ("image_refund", 5)]
    assert not _reachable(ada)
    assert not (configured().data / "work" / str(drawn.id)).exists()
    assert ada.balance() == 100


def test_a_bucket_that_comes_back_gets_the_whole_file(drawn: Creation, line: Line) -> None:
    """Whatever was half sent before: what is there then is what the row says."""
    for state in ("cut", "dripping", "down"):
        line.state = state
        assert _try(drawn.id) is not None
        assert engine.row(drawn.id).media_key is None
    line.state = "open"
    assert _try(drawn.id) is None
    made = engine.row(drawn.id)
    assert (made.state, made.retry_count) == ("draft", 1)
    assert set(_stored()) == {made.media_key, made.poster_key, made.poster_small_key}
    assert storage().head(made.media_key).size == made.file_size_bytes


@pytest.mark.parametrize("state", BROKEN)
def test_an_upload_is_told_within_five_seconds_that_it_could_not_be_kept(ada: Person, line: Line, state: str) -> None:
    """503 with words that do not name what is broken; what it left is nothing."""
    token = ada.token()
    line.state = state
    began = time.monotonic()
    answer = ada.browser.post(
        "/create/reference",
        data={"csrf_token": token, "reference": (_picture(), "me.png")},
        headers={"Host": "127.0.0.1:8000", "HX-Request": "true"},
    )
    assert time.monotonic() - began < 5
    line.state = "open"
    assert answer.status_code == 503
    assert "The picture could not be kept just now" in answer.text
    assert answer.headers["Retry-After"]
    with ada.app.app_context():
        assert not _reachable(ada)


def _picture() -> io.BytesIO:
    """Small, so that the seconds are the bucket's and not those of making it anew."""
    data = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(data, "PNG")
    data.seek(0)
    return data


def _stored() -> list[str]:
    return [one.key for one in storage().keys()]  # noqa: SIM118 - a store is no dict


def _reachable(person: Person) -> list[str]:
    """What lies in the bucket and can be had: a late byte may leave a file there that no row knows, for the sweep."""
    return [key for key in _stored() if person.get(f"/media/{key}").status_code != 404]


def _try(creation_id: uuid.UUID) -> int | None:
    """One try to store it; the pause until the next one in seconds, None when it was the last."""
    engine.make_due(creation_id)
    engine.step(engine.row(creation_id))
    after = engine.row(creation_id)
    return None if after.next_run_at is None else round((after.next_run_at - after.updated_at).total_seconds())
