"""Google's calls about interactions, by a static webhook: a reason to look, never a result.

The event is thin: `{"type": "interaction.completed", "version": "v1", "timestamp": "...", "data": {"id": "..."}}`.
Source: Google's page "Webhooks" (read 2026-11-20). At least once, in any order, for a day on any answer but 2xx.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from app.providers.base import Ring
from app.providers.standard_webhooks import verified

EVENTS = frozenset({
    "interaction.completed",
    "interaction.failed",
    "interaction.cancelled",
    "interaction.requires_action",
    "video.generated",
})  # fmt: skip
"""What is worth a look. A project's webhook may be subscribed to more, such as batches, which are none of ours."""


def heard(secret: str, headers: Mapping[str, str], body: bytes) -> Ring | None:
    """What a call says; None for an event that is none of ours. Raises Forged or Misconfigured."""
    event_id = verified(secret, headers, body, time.time())
    event = _object(body)
    data = event.get("data")
    operation = data.get("id") if isinstance(data, Mapping) else None
    if event.get("type") not in EVENTS or not isinstance(operation, str) or not operation:
        return None
    return Ring(event_id, operation_id=operation)


def _object(body: bytes) -> Mapping[str, Any]:
    """A body whose signature is right can be anything that its sender once signed."""
    try:
        event = json.loads(body)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}
