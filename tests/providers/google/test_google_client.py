"""How the client behaves: when it is loaded, how long it waits, where it goes, and what a fork does to it."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import Queue
from typing import Any

import pytest

from app.providers.base import Accepted, Brief, Finished, Kind, Task, Wish
from app.providers.errors import Ambiguous, Misconfigured, Retryable
from app.providers.google.client import Timeouts
from app.providers.google.provider import GoogleProvider
from tests.standins.google import KEY, GoogleStandIn

IMAGE = Brief(Kind.IMAGE, "gemini-3.1-flash-image", "a fox", "1:1")
VIDEO = Brief(Kind.VIDEO, "gemini-omni-1.2-flash", "a fox", "16:9", duration=4, resolution="360p")


def test_the_sdk_is_loaded_by_the_first_call_and_not_before() -> None:
    """Web processes know the provider and never pay for its library."""
    code = (
        "import sys; from app.providers.google.provider import GoogleProvider as G\n"
        "G('k', '', frozenset()).missing(); G('k', '', frozenset()).download({'uri': 'files/a1'})\n"
        "sys.exit(any(name.startswith(('google.genai', 'httpx2', 'pydantic')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_production_limits_fit_into_the_life_of_a_creation() -> None:
    limits = Timeouts()
    assert (limits.connect, limits.image) == (5, 55)
    assert max(limits.submit, limits.look_up, limits.text) <= 30


@pytest.mark.parametrize("brief", [IMAGE, VIDEO], ids=["image", "video"])
@pytest.mark.parametrize("fault", [{"fault": "hang", "seconds": 4}, {"fault": "drip", "seconds": 0.03}], ids=str)
def test_a_submit_ends_in_time_however_slowly_it_is_answered(
    google: GoogleStandIn, hasty: GoogleProvider, brief: Brief, fault: dict[str, Any]
) -> None:
    google.script("image" if brief is IMAGE else "create", fault)
    began = time.monotonic()
    with pytest.raises(Ambiguous):
        hasty.submit(brief, "a1")
    assert time.monotonic() - began < 3, "it waited for the answer, not for the clock"


def test_each_kind_of_call_has_its_own_limit(google: GoogleStandIn) -> None:
    patient = Timeouts(connect=1, image=5, submit=5, look_up=0.3, text=0.3)
    provider = GoogleProvider(KEY, google.url, frozenset(), timeouts=patient)
    slow = {"fault": "hang", "seconds": 0.6}
    google.script("image", slow)
    google.script("create", slow)
    google.script("get", slow)
    google.script("text", slow)
    assert isinstance(provider.submit(IMAGE, "a1"), Finished)
    accepted = provider.submit(VIDEO, "a1")
    assert isinstance(accepted, Accepted)
    with pytest.raises(Retryable):
        provider.poll(accepted.handle)
    with pytest.raises(Retryable):
        provider.write(Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 100), "gemini-3.8-flash")


@pytest.mark.parametrize("brief", [IMAGE, VIDEO], ids=["image", "video"])
@pytest.mark.parametrize("address", ["https://127.0.0.1:{port}", "http://no-such-host.invalid"], ids=["tls", "dns"])
def test_what_fails_before_the_body_is_sent_may_be_tried_again(
    google: GoogleStandIn, brief: Brief, address: str
) -> None:
    """JOB-09: no TLS with a server that speaks none, no address for the name."""
    provider = GoogleProvider(KEY, address.format(port=google.port), frozenset())
    with pytest.raises(Retryable):
        provider.submit(brief, "a1")
    assert not google.submits


def test_a_redirect_is_not_followed_so_the_key_stays_where_it_belongs(
    google: GoogleStandIn, provider: GoogleProvider
) -> None:
    with GoogleStandIn() as other:
        accepted = provider.submit(VIDEO, "a1")
        assert isinstance(accepted, Accepted)
        for endpoint in ("image", "create", "get"):
            google.script(endpoint, {"fault": "redirect", "to": f"{other.url}/v1/stolen"})
        with pytest.raises(Ambiguous):
            provider.submit(IMAGE, "a2")
        with pytest.raises(Ambiguous):
            provider.submit(VIDEO, "a3")
        with pytest.raises(Retryable):
            provider.poll(accepted.handle)
        assert other.requests == []


@pytest.mark.parametrize("key", ["ключ", "two words", "line\nbreak", "é"])
def test_a_key_that_cannot_be_one_is_named_by_its_variable_only(google: GoogleStandIn, key: str) -> None:
    provider = GoogleProvider(key, google.url, frozenset())
    with pytest.raises(Misconfigured) as wrong:
        provider.submit(IMAGE, "a1")
    assert "GOOGLE_AI_API_KEY" in str(wrong.value)
    assert key not in str(wrong.value)
    assert google.requests == []


def test_an_address_that_is_none_is_a_configuration_error() -> None:
    with pytest.raises(Misconfigured):
        GoogleProvider(KEY, "ftp://127.0.0.1/", frozenset()).submit(IMAGE, "a1")


def test_other_settings_of_the_sdk_do_not_reach_us(google: GoogleStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library reads variables of its own; what counts is what the operator told Kinora."""
    monkeypatch.setenv("GOOGLE_API_KEY", "another-key")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    monkeypatch.setenv("GOOGLE_GENAI_USE_ENTERPRISE", "true")
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1beta")
    assert isinstance(GoogleProvider(KEY, google.url, frozenset()).submit(IMAGE, "a1"), Finished)
    assert google.requests_to("image")[0]["path"].startswith("/v1/")


def test_the_other_version_of_the_api_can_be_chosen(google: GoogleStandIn) -> None:
    provider = GoogleProvider(KEY, google.url, frozenset(), api_version="v1beta")
    accepted = provider.submit(VIDEO, "a1")
    assert isinstance(accepted, Accepted)
    assert isinstance(provider.poll(accepted.handle), Finished)
    assert {request["path"].split("/")[1] for request in google.requests} == {"v1beta"}


def test_a_forked_process_builds_a_client_of_its_own(google: GoogleStandIn, provider: GoogleProvider) -> None:
    """A job runs in a fork of the worker: parent and child go on side by side, and never share a connection."""
    accepted = provider.submit(VIDEO, "a1")
    assert isinstance(accepted, Accepted)
    fork = multiprocessing.get_context("fork")
    answers: Queue[str] = fork.Queue()

    def child() -> None:
        found = [type(provider.poll(accepted.handle)).__name__ for _ in range(10)]
        answers.put("".join(sorted(set(found))))

    children = [fork.Process(target=child) for _ in range(3)]
    for one in children:
        one.start()
    for _ in range(10):
        assert isinstance(provider.poll(accepted.handle), Finished)
    assert [answers.get(timeout=20) for _ in children] == ["Finished"] * 3
    for one in children:
        one.join(timeout=20)


def test_threads_that_come_first_at_once_all_get_answers(google: GoogleStandIn) -> None:
    provider = GoogleProvider(KEY, google.url, frozenset())
    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda number: provider.submit(IMAGE, f"a{number}"), range(24)))
    assert all(isinstance(one, Finished) for one in done)


def test_one_threads_refusal_is_not_anothers(google: GoogleStandIn, provider: GoogleProvider) -> None:
    """What became of a call is remembered for each thread: here half of the answers are lost."""
    google.script("create", *["lost"] * 10)

    def one(number: int) -> str:
        try:
            provider.submit(VIDEO if number % 2 else IMAGE, "a1")
        except Ambiguous:
            return "unknown"
        return "done"

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(20))) == ["done", "unknown"] * 10
