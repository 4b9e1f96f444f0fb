"""Google's calls say which video is worth a look, and are believed only with a signature (PRV-10)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from app.providers import errors
from app.providers.base import Caller, Ring
from app.providers.google.provider import GoogleProvider
from tests.standins.google import KEY
from tests.standins.webhooks import SECRET, signed


def event(kind: str = "interaction.completed", **data: Any) -> dict[str, Any]:
    return {"type": kind, "version": "v1", "timestamp": "2026-11-20T08:00:00Z", "data": {"id": "v1_abc", **data}}


@pytest.fixture
def listening() -> GoogleProvider:
    return GoogleProvider(KEY, "", frozenset(), webhook_secret=SECRET)


def test_without_a_secret_nobody_is_heard() -> None:
    deaf = GoogleProvider(KEY, "", frozenset())
    assert isinstance(deaf, Caller)
    assert deaf.hears() is False
    with pytest.raises(errors.Misconfigured):
        deaf.heard(*signed(event()))


@pytest.mark.parametrize(
    "kind", ["interaction.completed", "interaction.failed", "interaction.cancelled", "interaction.requires_action"]
)
def test_a_call_about_a_video_names_it(listening: GoogleProvider, kind: str) -> None:
    assert listening.hears() is True
    said = event(kind, error_code="3", error_message="Something broke.")
    assert listening.heard(*signed(said, event_id="msg_7")) == Ring("msg_7", operation_id="v1_abc")


@pytest.mark.parametrize(
    "other",
    [event("batch.succeeded"), event(id=""), event(id=7), {"type": "interaction.completed"}, {}, [], 7, b"", b"\xff{"],
)
def test_a_call_about_anything_else_is_none_of_ours(listening: GoogleProvider, other: Any) -> None:
    assert listening.heard(*signed(other)) is None


def test_a_call_by_somebody_else_is_forged(listening: GoogleProvider) -> None:
    headers, body = signed(event())
    for wrong in (
        ({**headers, "webhook-signature": "v1,AAAA"}, body),
        (headers, body.replace(b"v1_abc", b"v1_xyz")),
        signed(event(), sent=time.time() - 1000),
        ({}, body),
    ):
        with pytest.raises(errors.Forged):
            listening.heard(*wrong)
