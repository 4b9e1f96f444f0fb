"""Google's stand-in behind the whole application, and a look at everything that must hold afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app.creations.failures import sentence
from app.creations.models import Creation
from app.extensions import db
from app.studio.cards import card_of
from tests.database.books import broken, entries
from tests.engine import row
from tests.generation.matrix.meddling import Meddling
from tests.people import Person
from tests.standins.google import KEY

COST = {"image": 5, "video": 40}


@pytest.fixture(scope="session")
def running_google() -> Iterator[Meddling]:
    """One stand-in for the session: it films each kind of video once."""
    with Meddling() as standin:
        yield standin


@pytest.fixture
def google(running_google: Meddling) -> Iterator[Meddling]:
    """The stand-in, with an empty memory; a request that Google would not understand fails the test."""
    running_google.reset()
    yield running_google
    assert running_google.violations == []


@pytest.fixture
def environ(google: Meddling) -> dict[str, str]:
    """Google makes everything."""
    return {
        "GOOGLE_AI_API_KEY": KEY,
        "GOOGLE_GEMINI_BASE_URL": google.url,
        "PROVIDER_ALLOWED_HOSTS": f"127.0.0.1:{google.port}",
        "IMAGE_PROVIDER": "google",
        "VIDEO_PROVIDER": "google",
    }


@pytest.fixture
def pushed(app: Flask) -> Iterator[None]:
    """The application's context, for the whole test."""
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def failed(pushed: None, app: Flask, ada: Person) -> Callable[..., Creation]:
    """`failed(id, code, raw="...")`: it failed for this reason, everything came back, and the raw words stay ours."""

    def check(creation_id: uuid.UUID, code: str, *, raw: str = "") -> Creation:
        creation = row(creation_id)
        cost = COST[creation.kind]
        assert (creation.state, creation.step, creation.error_code) == ("failed", None, code), creation.error_message
        assert raw in (creation.error_message or "")
        assert entries(creation_id) == [(f"{creation.kind}_generation", -cost), (f"{creation.kind}_refund", cost)]
        assert (creation.lease_token, creation.lease_until, creation.next_run_at) == (None, None, None)
        assert creation.media_key is None
        assert ada.balance() == 100
        assert broken() == {}
        with app.test_request_context():
            # Without what may hold any digits by chance, and without what the provider meant for whoever asked.
            card = replace(card_of(creation), id=None, version=0, created_at=None, steps=(), refusal=None)
            shown = repr(card)
        assert sentence(code, creation.refusal) in shown.replace("\\'", "'")
        # But for what a provider says to whoever asked: that is kept apart, and cleaned.
        assert not raw or raw in (creation.refusal or {}).get("said", "") or raw not in shown
        return creation

    return check


@pytest.fixture
def drafted(pushed: None, ada: Person) -> Callable[..., Creation]:
    """`drafted(id)`: it is a draft with a file, and was paid for once."""

    def check(creation_id: uuid.UUID, **facts: Any) -> Creation:
        creation = row(creation_id)
        assert (creation.state, creation.step, creation.error_code) == ("draft", None, None), creation.error_message
        assert entries(creation_id) == [(f"{creation.kind}_generation", -COST[creation.kind])]
        assert {name: getattr(creation, name) for name in facts} == facts
        assert ada.balance() == 100 - COST[creation.kind]
        assert broken() == {}
        return creation

    return check
