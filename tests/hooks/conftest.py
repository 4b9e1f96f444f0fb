"""Google's stand-in behind the whole application, with a secret for the calls that Google makes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.extensions import db
from tests.database.both import ada, database_url, hands
from tests.standins.google import KEY, GoogleStandIn

__all__ = ["ada", "database_url", "hands"]

SIGNING = b"a-key-of-thirty-two-bytes-at-least"
SECRET = f"whsec_{base64.b64encode(SIGNING).decode()}"


@pytest.fixture(scope="session")
def running_google() -> Iterator[GoogleStandIn]:
    """One for the session: it films each kind of video once."""
    with GoogleStandIn() as standin:
        yield standin


@pytest.fixture
def google(running_google: GoogleStandIn) -> Iterator[GoogleStandIn]:
    running_google.reset()
    yield running_google
    assert running_google.violations == []


@pytest.fixture
def environ(google: GoogleStandIn) -> dict[str, str]:
    return {
        "GOOGLE_AI_API_KEY": KEY,
        "GOOGLE_GEMINI_BASE_URL": google.url,
        "GOOGLE_WEBHOOK_SECRET": SECRET,
        "PROVIDER_ALLOWED_HOSTS": f"127.0.0.1:{google.port}",
        "IMAGE_PROVIDER": "google",
        "VIDEO_PROVIDER": "google",
    }


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    """The application's context around a whole test."""
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def call(app: Flask) -> Callable[..., TestResponse]:
    """`call(operation_id)`: Google says that an interaction is done."""

    def send(
        operation_id: str, *, event: str = "evt-1", at: float = 0.0, path: str = "/hooks/google", **headers: str
    ) -> TestResponse:
        body = json.dumps({"type": "interaction.completed", "data": {"id": operation_id}}).encode()
        signed = {**signature(body, event, at), **headers}
        return app.test_client().post(path, data=body, headers={"Host": "127.0.0.1:8000", **signed})

    return send


def signature(body: bytes, event: str, at: float = 0.0) -> dict[str, Any]:
    """The headers of a call of now, or of another time in seconds from it."""
    moment = str(int(time.time() + at))
    mac = hmac.new(SIGNING, f"{event}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": event,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
