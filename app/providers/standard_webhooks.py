"""Calls of providers that are signed as the "Standard Webhooks" specification says.

Source: the specification, version 1, "Signature scheme", and Google's and Replicate's pages on webhooks (read
2026-11-20): `webhook-signature` is a list of `v1,<base64>`, parted by spaces, each an HMAC-SHA256 over
`{webhook-id}.{webhook-timestamp}.{raw body}`. A list, so that a secret can be changed without losing a call.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from app.providers.errors import Forged, Misconfigured

WINDOW = 300
"""Seconds that a call's time may be off in either direction: what is older may be a recording."""
SMALLEST_KEY = 16
"""Bytes. The specification asks for 24; below this a secret is mistyped, or could be guessed."""
_PREFIX = "whsec_"
_LONGEST_ID = 200


def verified(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """The id of a call that its sender really sent, within the last minutes.

    `headers` are in lower case, `now` is seconds since 1970. Raises Forged when signature or time is wrong, and
    Misconfigured when the secret is no secret of this scheme.
    """
    key = _key(secret)
    event, sent, signatures = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not event or len(event) > _LONGEST_ID or not (sent.isascii() and sent.isdecimal() and len(sent) <= 12):
        raise Forged("a call without an id or a time")
    wanted = hmac.new(key, f"{event}.{sent}.".encode() + body, hashlib.sha256).digest()
    # Every one is compared, in constant time: how long it takes says nothing about how much was right.
    if not any([hmac.compare_digest(wanted, one) for one in _given(signatures)]):  # noqa: C419 - no early end
        raise Forged("a wrong signature")
    if abs(now - int(sent)) > WINDOW:
        raise Forged("a call of another time")
    return event


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if not secret.startswith(_PREFIX) or len(key) < SMALLEST_KEY:
        raise Misconfigured(f"a webhook secret begins with {_PREFIX} and goes on in base64")
    return key


def _given(signatures: str) -> list[bytes]:
    """The signatures of version 1 in the header's list; others are not ours to check."""
    found = []
    for one in signatures.split()[:10]:
        version, _, value = one.partition(",")
        if version != "v1":
            continue
        try:
            found.append(base64.b64decode(value, validate=True))
        except (ValueError, binascii.Error):
            continue
    return found
