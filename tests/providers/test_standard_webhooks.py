"""A call is believed only with a signature over its id, its time and its raw body, and only for some minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from app.providers import errors
from app.providers.standard_webhooks import WINDOW, verified

KEY = bytes(range(24))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
NOW = 1_795_000_000
BODY = b'{"type": "interaction.completed"}'


def signature(event: str = "msg_1", sent: str = str(NOW), body: bytes = BODY, key: bytes = KEY) -> str:
    digest = hmac.new(key, f"{event}.{sent}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def signed(**changes: str) -> dict[str, str]:
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(NOW), "webhook-signature": signature()}
    return headers | {f"webhook-{name}": value for name, value in changes.items()}


def test_a_rightly_signed_call_gives_its_id() -> None:
    assert verified(SECRET, signed(), BODY, NOW + 10.5) == "msg_1"


def test_the_specifications_own_example_is_right() -> None:
    """Standard Webhooks, "Signature scheme": the example of its reference libraries."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert verified(secret, headers, b'{"test": 2432232314}', 1614265330) == headers["webhook-id"]


def test_one_right_signature_in_a_list_is_enough() -> None:
    """A sender that changes its secret signs with both."""
    old = signature(key=bytes(24))
    assert verified(SECRET, signed(signature=f"v1a,xyz {old} {signature()} v1,%%%"), BODY, NOW) == "msg_1"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(id=""),
        signed(id="msg_2"),
        signed(id="m" * 300, signature=signature(event="m" * 300)),
        signed(timestamp=str(NOW + 1)),
        signed(timestamp="soon", signature=signature(sent="soon")),
        signed(timestamp="-5", signature=signature(sent="-5")),
        signed(timestamp="9" * 5000, signature=signature(sent="9" * 5000)),
        signed(signature=""),
        signed(signature="v1,"),
        signed(signature=signature().removeprefix("v1,")),
        signed(signature=signature().replace("v1,", "v2,")),
        signed(signature=signature(key=bytes(24))),
        signed(signature=signature(body=BODY + b" ")),
    ],
)
def test_anything_else_is_forged(headers: dict[str, str]) -> None:
    with pytest.raises(errors.Forged):
        verified(SECRET, headers, BODY, NOW)


@pytest.mark.parametrize("off", [WINDOW + 1, -WINDOW - 1])
def test_a_call_of_another_time_is_forged(off: int) -> None:
    sent = str(NOW + off)
    headers = signed(timestamp=sent, signature=signature(sent=sent))
    with pytest.raises(errors.Forged):
        verified(SECRET, headers, BODY, NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "whsec_c2hvcnQ=", base64.b64encode(KEY).decode()])
def test_a_secret_of_another_form_is_the_operators_to_mend(secret: str) -> None:
    with pytest.raises(errors.Misconfigured):
        verified(secret, signed(), BODY, NOW)
