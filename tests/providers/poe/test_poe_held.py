"""A video that a worker has to wait for: other creations are served meanwhile (JOB-07)."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask

from app.catalogue import choosing
from app.extensions import db
from app.generation import holding, submitting
from app.settings import store
from tests.engine import ask, make_due, row, settle
from tests.people import Person
from tests.providers.poe.test_poe_engine import ada, environ
from tests.standins.poe import PoeStandIn

__all__ = ["ada", "environ"]

VIDEO = ("poe", "Video-Generator-PRO")


@pytest.fixture
def held(app: Flask, ada: Person, poe: PoeStandIn) -> Iterator[uuid.UUID]:
    """A video that a worker of its own is waiting for."""
    poe.script("video", {"fault": "hang", "seconds": 3.0})
    creation = ask(ada.id, kind="video", duration="15", prompt="Kelp, held")

    def wait() -> None:
        with app.app_context():
            submitting.submit()
            db.session.remove()

    worker = threading.Thread(target=wait)
    worker.start()
    while row(creation).step != "submitting":
        time.sleep(0.02)
    yield creation
    worker.join()


def test_one_is_waited_for_and_the_next_lets_images_pass(ada: Person, poe: PoeStandIn, held: uuid.UUID) -> None:
    second = ask(ada.id, kind="video", duration="15", prompt="Kelp, next")
    image = ask(ada.id, prompt="A lighthouse")
    assert holding.full() == {VIDEO}
    submitting.submit()
    assert row(second).step == "queued"
    assert row(image).step == "fetching"
    while row(held).step == "submitting":
        time.sleep(0.05)
    assert holding.full() == frozenset()
    make_due(second)
    assert settle(second).state == "draft"
    assert settle(held).state == "draft"


def test_as_many_are_waited_for_as_an_admin_allows(ada: Person, held: uuid.UUID) -> None:
    store.change({"held_submits_limit": "2"}, actor_id=None)
    assert holding.full() == frozenset()
    second = ask(ada.id, kind="video", duration="15", prompt="Kelp, next")
    submitting.submit()
    assert row(second).step == "fetching"


def test_only_videos_of_providers_that_answer_directly_are_held(app: Flask, ada: Person) -> None:
    names = {name for name in choosing.registry().names() if hasattr(choosing.registry().provider(name), "holds")}
    assert names == {"poe"}
    assert holding.full() == frozenset()
