"""How many statements what people do most sends to the database: on PostgreSQL each is a round trip."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

import pytest
from flask import Flask

from app.accounts import service
from tests import engine
from tests.people import Person
from tests.social.crowds import statements

HOST = {"Host": "127.0.0.1:8000"}


@pytest.fixture
def ada(app: Flask, ada: Person) -> Person:
    """Logged in, with credits for what the tests ask for."""
    with app.test_request_context():
        token = service.open_session(ada.id)
    ada.browser.set_cookie("kinora_session", token, domain="127.0.0.1")
    return ada.give(1_000)


def test_asking_for_an_image_is_ten_statements(app: Flask, ada: Person) -> None:
    fields = {"kind": "image", "prompt": "A lighthouse", "aspect_ratio": "1:1", "csrf_token": ada.token()}
    with statements(app) as sent:
        answer = ada.browser.post("/create", data=fields | {"idempotency_key": uuid.uuid4().hex}, headers=HOST)
    assert answer.status_code == 303
    assert len(_own(sent)) == 10, _listed(sent)


def test_a_status_page_is_one_statement(app: Flask, ada: Person) -> None:
    made = engine.ask(ada.id)
    engine.work(made)
    with statements(app) as sent:
        assert ada.get(f"/creations/{made}").status_code == 200
    assert len(_own(sent)) == 1, _listed(sent)


def test_twenty_that_wait_are_as_many_statements_as_one(app: Flask, ada: Person) -> None:
    for shown in (1, 20):
        for _ in range(1 if shown == 1 else 19):
            engine.ask(ada.id)
        with statements(app) as sent:
            assert ada.get("/me/records").text.count('data-state="pending"') == shown
        assert len(_own(sent)) == 3, _listed(sent)


def _own(sent: Sequence[tuple[str, object]]) -> list[str]:
    """Without who asks, and the settings, which are read once in a while."""
    return [text for text, _ in sent if not re.search("FROM (sessions|system_configs)", text)]


def _listed(sent: Sequence[tuple[str, object]]) -> str:
    return "\n".join(text for text, _ in sent)
