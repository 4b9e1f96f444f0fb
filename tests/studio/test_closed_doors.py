"""While nothing new can be taken in, Create says so, and nothing typed is lost or charged."""

from __future__ import annotations

import io

import pytest

from app.generation import breakers
from tests.standins import media
from tests.studio.works import configure, count, inside

FOG = {"kind": "image", "prompt": "Fog", "idempotency_key": "a-key-of-mine"}
IMAGE = breakers.name_of("local", "kinora-local-image-1")


def fail_often(app, name: str) -> None:
    """As many errors as open a breaker."""
    for _ in range(breakers.ERRORS):
        inside(app, lambda: breakers.failed(name, "provider_error: Something broke"))


def refused(person, words: str, *, seconds: range) -> None:
    """Sent off as a page and by htmx, it comes back with these words, the prompt and the time to wait."""
    answers = person.post("/create", FOG), person.send("/create", FOG)
    assert [answer.status_code for answer in answers] == [503, 422]
    for answer in answers:
        assert int(answer.headers["Retry-After"]) in seconds
        assert f"{words} Try again" in answer.text
        assert "Nothing was charged." in answer.text
        assert ">Fog</textarea>" in answer.text
        assert 'data-problem="busy"' in answer.text
    assert (count(person.app), person.balance()) == (0, 100)


def test_a_model_that_has_trouble_disables_generate_for_its_kind_only(app, ada) -> None:
    fail_often(app, IMAGE)
    page = ada.get("/create?kind=image").text
    assert "Making images is interrupted: the model has trouble." in page
    assert 'data-problem="busy"' in page
    assert "Something broke" not in page
    refused(ada, "Making images is interrupted: the model has trouble.", seconds=range(1, 61))
    assert 'data-problem="busy"' not in ada.get("/create?kind=video").text


def test_so_does_a_store_that_fails(app, ada) -> None:
    fail_often(app, breakers.STORAGE)
    refused(ada, "Files cannot be stored right now.", seconds=range(1, 61))
    assert ada.get("/readyz").json["room"] is False


def test_so_does_a_queue_that_is_full(app, ada, bob) -> None:
    configure(app, queue_length_limit="1")
    ada.post("/create", FOG)
    page = bob.get("/create?kind=image").text
    assert "Too many works are waiting already." in page
    assert 'data-problem="busy"' in page


class TestOnADiskThatIsNearlyFull:
    """Said by the store, which is told to keep more free than the disk has."""

    @pytest.fixture
    def environ(self) -> dict[str, str]:
        return {"STORAGE_RESERVE_MB": str(1 << 30)}

    def test_creations_and_uploads_are_refused_and_admins_read_why(self, ada) -> None:
        refused(ada, "There is no room for anything new right now.", seconds=range(60, 61))
        taken = ada.post("/create/reference", {"reference": (io.BytesIO(media.jpeg("1:1")), "a.jpg")})
        assert (taken.status_code, taken.headers["Retry-After"]) == (503, "60")
        assert "There is no room for anything new right now." in taken.text
        ready = ada.get("/readyz")
        assert (ready.json["room"], ready.json["storage"]) == (False, True)
