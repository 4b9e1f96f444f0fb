"""A data folder that has no room, or that cannot be read any more."""

from __future__ import annotations

import io
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from app.creations.states import State
from app.extensions import config as configured
from app.extensions import db
from tests import engine
from tests.conftest import app
from tests.database.books import broken, entries
from tests.database.rows import drafted
from tests.faults.freezer import FreezingGoogle
from tests.journeys.house import with_google
from tests.people import Person
from tests.servers.postgres import RunningPostgres
from tests.standins import media

__all__ = ["app"]
ROOM_BYTES = 20_000


@pytest.fixture
def database_url(postgres_server: RunningPostgres, postgres_template: str) -> Iterator[str]:
    """Not on the disk that is full: a house whose database cannot write says so by itself."""
    url = postgres_server.fresh_database(postgres_template)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def environ(google: FreezingGoogle) -> dict[str, str]:
    """Images are Google's, whose answers bring them along; videos are drawn here."""
    return with_google(google) | {"VIDEO_PROVIDER": "local"}


@pytest.fixture
def ada(app: Flask) -> Iterator[Person]:
    """Somebody whose books are right at the end."""
    person = Person(app).sign_up("ada_l")
    with app.app_context():
        yield person
        assert broken() == {}
        db.session.remove()


@pytest.mark.parametrize("kind", ["image", "video"])
def test_what_finds_no_room_on_the_disk_is_refunded_and_leaves_nothing(ada: Person, kind: str) -> None:
    """In a direct answer and in a drawing of this house."""
    asked = engine.ask(ada.id, kind=kind)
    with _no_room():
        failed = engine.work(asked)
    assert (failed.state, failed.error_code) == ("failed", "storage"), failed.error_message
    assert [entry for entry, _ in entries(asked)] == [f"{kind}_generation", f"{kind}_refund"]
    assert _files(configured().data / "work") == []
    assert _files(configured().data / "media") == []


def test_a_result_that_no_longer_fits_waits_for_room_and_is_then_stored(ada: Person) -> None:
    """The disk filled up between the provider's answer and the store."""
    asked = engine.ask(ada.id)
    engine.step(engine.row(asked))
    with _no_room():
        engine.step(engine.row(asked))
    waiting = engine.row(asked)
    assert (waiting.step, waiting.fetch_tries) == ("fetching", 1)
    assert _files(configured().data / "media") == []
    assert engine.settle(asked).state == "draft"


@pytest.mark.parametrize("page", ["/create/reference", "/create"])
def test_an_upload_that_finds_no_room_is_told_so(ada: Person, page: str) -> None:
    token = ada.token()
    data = {"csrf_token": token, "reference": (io.BytesIO(media.jpeg("16:9")), "me.jpg"), "prompt": "Fog"}
    with _no_room():
        answer = ada.browser.post(page, data=data, headers={"Host": "127.0.0.1:8000"})
    assert answer.status_code == 503
    assert "just now" in answer.text
    assert ada.balance() == 100


def test_files_of_a_folder_that_cannot_be_read_are_503_and_not_gone(ada: Person, app: Flask) -> None:
    """A page that says 404 would be forgotten by whoever links to it."""
    key = engine.row(drafted(ada.id, state=State.PUBLISHED)).media_key
    assert ada.get(f"/media/{key}").status_code == 200
    folder = configured().data / "media" / "images"
    aside = folder.with_name("aside")
    folder.rename(aside)
    # A link to itself: the nearest that a test comes to a disk that answers with errors, whoever runs it.
    folder.symlink_to(folder)
    answer = ada.get(f"/media/{key}")
    assert (answer.status_code, bool(answer.headers.get("Retry-After"))) == (503, True)
    assert ada.get("/readyz").status_code in {200, 503}
    folder.unlink()
    aside.rename(folder)
    assert ada.get(f"/media/{key}").status_code == 200


@contextmanager
def _no_room() -> Iterator[None]:
    """The kernel lets this process write no file beyond 20 kB."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
