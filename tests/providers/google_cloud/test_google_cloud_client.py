"""How the platform's client behaves: when it is loaded, how long it waits, where it goes, what a fork does to it."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from multiprocessing.queues import Queue
from typing import Any

import pytest

from app.providers.base import Brief, Finished, Kind
from app.providers.errors import Ambiguous, Misconfigured, Retryable
from app.providers.google.client import Timeouts
from app.providers.google_cloud.client import Account, Connection
from app.providers.google_cloud.provider import TIMEOUTS, GoogleCloudProvider
from tests.providers.google_cloud.orders import HASTE, VIDEO, Build, started
from tests.standins.google import KEY
from tests.standins.google_cloud import PROJECT, TOKEN, GoogleCloudStandIn

IMAGE = Brief(Kind.IMAGE, "gemini-3.1-flash-image", "a fox", "1:1")
BOTH = pytest.mark.parametrize("brief", [IMAGE, VIDEO], ids=["image", "video"])


def test_the_libraries_are_loaded_by_the_first_call_and_not_before() -> None:
    """Web processes know the provider and never pay for its libraries."""
    code = (
        "import sys; from app.providers.google_cloud.provider import TIMEOUTS, GoogleCloudProvider as G\n"
        "G('p', '', '', '').missing(); G('', '', 'k', '').cancel({})\n"
        "sys.exit(any(name.startswith(('google.genai', 'google.auth', 'httpx2', 'pydantic')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_fork_finds_everything_that_a_job_imports(cloud: GoogleCloudStandIn, by_project: Build) -> None:
    """Read by `preload`, without a request and without a thread."""
    by_project()
    code = (
        "import sys, threading; from app.providers.base import Brief, Kind\n"
        "from app.providers.google_cloud.provider import TIMEOUTS, GoogleCloudProvider\n"
        f"provider = GoogleCloudProvider({PROJECT!r}, '', '', {cloud.url!r}); provider.preload()\n"
        "before, threads = set(sys.modules), threading.active_count()\n"
        "video = Brief(Kind.VIDEO, 'veo-3.1-generate-001', 'a fox', '16:9', duration=4, resolution='720p')\n"
        "provider.poll(provider.submit(video, 'a1').handle)\n"
        "print(threads, *sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    threads, *imported = done.stdout.split()
    assert threads == "1"
    assert len(imported) < 10, imported


@pytest.mark.parametrize(
    ("location", "address"),
    [
        ("us-central1", "https://us-central1-aiplatform.googleapis.com"),
        ("global", "https://aiplatform.googleapis.com"),
        ("", "https://aiplatform.googleapis.com"),
        ("eu", "https://aiplatform.eu.rep.googleapis.com"),
    ],
)
def test_every_location_has_its_host(location: str, address: str) -> None:
    """google-genai 3.3.0, `_api_client.py` (read 2026-11-20)."""
    assert Connection(Account(PROJECT, location), "", Timeouts()).address(location) == address
    assert Connection(Account(PROJECT, location), "http://127.0.0.1:9/", Timeouts()).address(location) == (
        "http://127.0.0.1:9"
    )


@pytest.mark.parametrize(
    ("project", "location", "key", "name"),
    [
        ("a project", "", "", "GOOGLE_CLOUD_PROJECT"),
        ("../other", "", "", "GOOGLE_CLOUD_PROJECT"),
        (PROJECT, "evil.example.com/", "", "GOOGLE_CLOUD_LOCATION"),
        ("", "", "ключ", "GOOGLE_CLOUD_API_KEY"),
        ("", "", "two words", "GOOGLE_CLOUD_API_KEY"),
        ("", "", "line\nbreak", "GOOGLE_CLOUD_API_KEY"),
    ],
)
def test_a_setting_that_cannot_be_one_is_named_by_its_variable_only(
    cloud: GoogleCloudStandIn, project: str, location: str, key: str, name: str
) -> None:
    with pytest.raises(Misconfigured, match=name) as wrong:
        GoogleCloudProvider(project, location, key, cloud.url).submit(VIDEO, "a1")
    assert not key or key not in str(wrong.value)
    assert cloud.requests == []


def test_an_address_that_is_none_is_a_configuration_error(by_key: Build) -> None:
    with pytest.raises(Misconfigured):
        by_key(base_url="ftp://127.0.0.1/").submit(VIDEO, "a1")


def test_with_a_project_and_a_key_the_project_counts(cloud: GoogleCloudStandIn, by_project: Build) -> None:
    """Where Veo is certain to be served."""
    by_project()
    assert started(GoogleCloudProvider(PROJECT, "", KEY, cloud.url))
    assert cloud.requests_to("create")[0]["headers"]["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("by", ["project", "key"])
def test_other_settings_of_the_sdk_do_not_reach_us(
    cloud: GoogleCloudStandIn, by_project: Build, by_key: Build, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """The library reads variables of its own; what counts is what the operator told Kinora."""
    monkeypatch.setenv("GOOGLE_API_KEY", "another-key")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "another-project")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "another-location")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "false")
    monkeypatch.setenv("GOOGLE_GENAI_USE_ENTERPRISE", "false")
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GOOGLE_GENAI_API_VERSION", "v1")
    provider = by_project() if by == "project" else by_key()
    assert isinstance(provider.submit(IMAGE, "a1"), Finished)
    assert isinstance(provider.poll(started(provider).handle), Finished)
    assert {one["path"].split("/")[1] for one in cloud.requests} - {"token"} == {"v1beta1"}


@BOTH
@pytest.mark.parametrize("fault", [{"fault": "hang", "seconds": 4}, {"fault": "drip", "seconds": 0.03}], ids=str)
def test_a_submit_ends_in_time_however_slowly_it_is_answered(
    cloud: GoogleCloudStandIn, by_key: Build, brief: Brief, fault: dict[str, Any]
) -> None:
    cloud.script("image" if brief is IMAGE else "create", fault)
    began = time.monotonic()
    with pytest.raises(Ambiguous):
        by_key(timeouts=HASTE).submit(brief, "a1")
    assert time.monotonic() - began < 3, "it waited for the answer, not for the clock"


def test_a_look_up_has_time_for_a_whole_video() -> None:
    assert (TIMEOUTS.connect, TIMEOUTS.image, TIMEOUTS.look_up) == (5, 55, 30)


@BOTH
@pytest.mark.parametrize("address", ["https://127.0.0.1:{port}", "http://no-such-host.invalid"], ids=["tls", "dns"])
def test_what_fails_before_the_body_is_sent_may_be_tried_again(
    cloud: GoogleCloudStandIn, by_project: Build, brief: Brief, address: str
) -> None:
    """JOB-09: no TLS with a server that speaks none, no address for the name."""
    with pytest.raises(Retryable):
        by_project(base_url=address.format(port=cloud.port)).submit(brief, "a1")
    assert not cloud.submits


def test_a_redirect_is_not_followed_so_the_token_stays_where_it_belongs(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    with GoogleCloudStandIn() as other:
        accepted = started(provider)
        for endpoint in ("image", "create", "get"):
            cloud.script(endpoint, {"fault": "redirect", "to": f"{other.url}/v1beta1/stolen"})
        with pytest.raises(Ambiguous):
            provider.submit(IMAGE, "a2")
        with pytest.raises(Ambiguous):
            provider.submit(VIDEO, "a3")
        with pytest.raises(Retryable):
            provider.poll(accepted.handle)
        assert other.requests == []


def test_a_forked_process_builds_a_client_of_its_own(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider) -> None:
    """Parent and children go on side by side, and share neither connection nor lock."""
    accepted = started(provider)
    fork = multiprocessing.get_context("fork")
    answers: Queue[str] = fork.Queue()

    def child() -> None:
        found = [type(provider.poll(accepted.handle)).__name__ for _ in range(5)]
        answers.put("".join(sorted(set(found))))

    children = [fork.Process(target=child) for _ in range(3)]
    for one in children:
        one.start()
    for _ in range(5):
        assert isinstance(provider.poll(accepted.handle), Finished)
    assert [answers.get(timeout=20) for _ in children] == ["Finished"] * 3
    for one in children:
        one.join(timeout=20)
    assert len(cloud.requests_to("token")) == 4
