"""Replicate's calls at the end of a job: asked for only where they can be verified, and believed only then (PRV-10)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.providers.base import Caller, Ring
from app.providers.errors import Forged
from app.providers.replicate.provider import ReplicateProvider
from tests.providers.replicate.orders import PATIENCE, flux, started, zeroscope
from tests.standins.replicate import KEY, ReplicateStandIn
from tests.standins.replicate_jobs import SECRET

Call = tuple[str, dict[str, str], bytes]


class Door(ThreadingHTTPServer):
    """Keeps every call that comes, and answers with the statuses it was told, then with 204."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.statuses: list[int] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def wait_for(self, count: int) -> list[Call]:
        until = time.monotonic() + 20
        while len(self.calls) < count:
            assert time.monotonic() < until, "nobody called"
            time.sleep(0.02)
        return self.calls


class _Handler(BaseHTTPRequestHandler):
    server: Door

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 204)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def door() -> Iterator[Door]:
    with Door() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def with_callback(replicate: ReplicateStandIn, callback: str, secret: str = SECRET) -> ReplicateProvider:
    return ReplicateProvider(
        KEY, replicate.url, frozenset(), webhook_secret=secret, callback=callback, timeouts=PATIENCE
    )


@pytest.fixture
def called(replicate: ReplicateStandIn, door: Door) -> ReplicateProvider:
    return with_callback(replicate, f"http://127.0.0.1:{door.server_port}/hooks/replicate")


def test_a_finished_job_rings_for_its_operation_and_its_attempt(
    replicate: ReplicateStandIn, called: ReplicateProvider, door: Door
) -> None:
    accepted = started(called, zeroscope(), "attempt-1")
    path, headers, body = door.wait_for(1)[0]
    assert path == "/hooks/replicate?creation=attempt-1"
    assert isinstance(called, Caller)
    assert called.hears()
    assert called.heard(headers, body) == Ring(headers["webhook-id"], accepted.operation_id, "attempt-1")
    asked = replicate.requests_to("create")[0]["json"]
    assert asked["webhook_events_filter"] == ["completed"]


def test_a_call_that_was_not_heard_comes_again_as_the_same_event(
    replicate: ReplicateStandIn, called: ReplicateProvider, door: Door
) -> None:
    door.statuses = [503, 500]
    started(called, flux())
    events = {headers["webhook-id"] for _, headers, _ in door.wait_for(3)}
    assert len(events) == 1


def test_a_call_without_the_address_rings_for_the_operation_alone(called: ReplicateProvider, door: Door) -> None:
    """What a call's body holds beside the prediction is not documented."""
    _, headers, body = _signed(b'{"id": "abc", "status": "succeeded"}')
    assert called.heard(headers, body) == Ring("msg_1", "abc", "")


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b"7", b'{"status": "succeeded"}', b'{"id": 7}', b"[" * 100_000]
)
def test_a_signed_call_about_no_prediction_is_none_of_ours(called: ReplicateProvider, body: bytes) -> None:
    _, headers, _ = _signed(body)
    assert called.heard(headers, body) is None


@pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_call_that_was_changed_on_its_way_is_forged(called: ReplicateProvider, part: str) -> None:
    _, headers, body = _signed(b'{"id": "abc"}')
    if part == "body":
        body = b'{"id": "abd"}'
    else:
        headers[part] += "1"
    with pytest.raises(Forged):
        called.heard(headers, body)


def test_an_old_call_is_forged(called: ReplicateProvider) -> None:
    _, headers, body = _signed(b'{"id": "abc"}', age=301)
    with pytest.raises(Forged):
        called.heard(headers, body)


@pytest.mark.parametrize(
    ("callback", "secret"),
    [("http://127.0.0.1:9/hooks", ""), ("", SECRET), ("https://kinora.example/hooks", SECRET)],
    ids=["no secret", "no address", "not reachable the way it is asked"],
)
def test_without_a_secret_and_an_address_nobody_is_asked_to_call(
    replicate: ReplicateStandIn, callback: str, secret: str
) -> None:
    provider = with_callback(replicate, callback, secret)
    started(provider, flux())
    assert provider.hears() is False
    assert replicate.requests_to("create")[0]["json"].keys() == {"input"}


@pytest.mark.parametrize(
    ("callback", "hears"), [("https://kinora.example/h", True), ("http://kinora.example/h", False)]
)
def test_replicate_itself_is_given_secure_addresses_only(callback: str, hears: bool) -> None:
    """It refuses a job that names another, and then nothing would be made at all."""
    provider = ReplicateProvider(KEY, "", frozenset(), webhook_secret=SECRET, callback=callback)
    assert provider.hears() is hears


def _signed(body: bytes, age: int = 0) -> Call:
    sent = str(int(time.time()) - age)
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"msg_1.{sent}.".encode() + body, hashlib.sha256)).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": sent, "webhook-signature": f"v1,{signature}"}
    return "/hooks/replicate", headers, body
