"""An order of a video, and what the tests of Google Cloud do with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.providers.base import Accepted, Brief, Kind
from app.providers.errors import ProviderError
from app.providers.google.client import Timeouts
from app.providers.google_cloud.provider import GoogleCloudProvider
from tests.standins.google_cloud import PROJECT, GoogleCloudStandIn

PATIENCE = Timeouts(connect=2.0, image=10.0, submit=10.0, look_up=10.0, text=10.0)
HASTE = Timeouts(0.4, 0.4, 0.4, 0.4, 0.4)
Build = Callable[..., GoogleCloudProvider]
"""What `by_project` and `by_key` are."""
VIDEO = Brief(Kind.VIDEO, "veo-3.1-generate-001", "the waves start to move", "9:16", duration=8, resolution="720p")
MODEL = f"projects/{PROJECT}/locations/us-central1/publishers/google/models/veo-3.1-generate-001"


def started(provider: GoogleCloudProvider, brief: Brief = VIDEO, attempt: str = "a1") -> Accepted:
    """The operation of a video."""
    accepted = provider.submit(brief, attempt)
    assert isinstance(accepted, Accepted)
    return accepted


def ended(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, outcome: Any) -> ProviderError:
    """What is made of an operation that came to this."""
    handle = started(provider).handle
    cloud.script("get", outcome)
    with pytest.raises(ProviderError) as end:
        provider.poll(handle)
    return end.value


def reply(body: Any) -> dict[str, Any]:
    """A fault: 200 with this body."""
    return {"fault": "status", "status": 200, "body": body}
