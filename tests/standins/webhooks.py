"""Signing calls as a provider does that keeps to Standard Webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()


def signed(
    event: Any, *, event_id: str = "msg_1", secret: str = SECRET, sent: float | None = None
) -> tuple[dict[str, str], bytes]:
    """The headers, in lower case, and the body of a call; `sent` is seconds since 1970, now unless told."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    moment = str(int(time.time() if sent is None else sent))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{event_id}.{moment}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "webhook-id": event_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "content-type": "application/json",
    }
    return headers, body
