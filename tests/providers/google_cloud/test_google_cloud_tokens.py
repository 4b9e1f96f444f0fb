"""Access tokens: fetched in time, once, and never at the price of not knowing what became of a submit (JOB-09)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.providers.base import Accepted, Brief, Finished, Kind, Task, Wish
from app.providers.errors import Misconfigured, ProviderError, Retryable
from app.providers.google.client import Timeouts
from app.providers.google_cloud.provider import GoogleCloudProvider
from tests.providers.google_cloud.orders import HASTE, VIDEO, Build, started
from tests.standins.google_cloud import TOKEN, GoogleCloudStandIn
from tests.standins.google_cloud_tokens import ACCOUNT

IMAGE = Brief(Kind.IMAGE, "gemini-3.1-flash-image", "a fox", "1:1")


def test_one_token_serves_all_calls_of_all_threads(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda number: provider.submit(IMAGE if number % 2 else VIDEO, "a"), range(16)))
    assert len(done) == 16
    for one in done:
        if isinstance(one, Accepted):
            assert isinstance(provider.poll(one.handle), Finished)
    assert len(cloud.requests_to("token")) == 1
    others = [one for one in cloud.requests if one["endpoint"] != "token"]
    assert {one["headers"]["authorization"] for one in others} == {f"Bearer {TOKEN}"}


def test_a_token_that_is_over_is_fetched_again(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider) -> None:
    cloud.token_seconds = 0
    accepted = started(provider)
    assert isinstance(provider.poll(accepted.handle), Finished)
    assert len(cloud.requests_to("token")) == 2


def test_a_token_with_minutes_left_is_renewed_and_still_good_when_that_fails(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    cloud.token_seconds = 120
    accepted = started(provider)
    cloud.script("token", "500", "lost")
    for _ in range(2):
        assert isinstance(provider.poll(accepted.handle), Finished)
    assert [one["fault"] for one in cloud.requests_to("token")] == [None, "500", "lost"]


@pytest.mark.parametrize(
    "fault",
    [
        "500",
        "503",
        "429",
        {"fault": "status", "status": 408},
        "lost",
        "reset",
        "unreadable",
        {"fault": "html", "status": 200},
        {"fault": "status", "status": 200, "body": []},
        {"fault": "redirect", "to": "http://localhost:9/token"},
    ],
    ids=str,
)
@pytest.mark.parametrize("brief", [IMAGE, VIDEO], ids=["image", "video"])
def test_a_token_that_cannot_be_had_now_proves_that_nothing_was_accepted(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, brief: Brief, fault: Any
) -> None:
    """Asked for once: google-auth's own tries and waits are left out."""
    cloud.script("token", fault)
    with pytest.raises(Retryable) as trouble:
        provider.submit(brief, "a1")
    assert type(trouble.value) is Retryable
    assert [one["endpoint"] for one in cloud.requests] == ["token"]
    assert provider.submit(brief, "a2")


@pytest.mark.parametrize("fault", [{"fault": "hang", "seconds": 2}, {"fault": "drip", "seconds": 0.05}], ids=str)
def test_a_token_server_that_takes_too_long_is_given_up_in_time(
    cloud: GoogleCloudStandIn, by_project: Build, fault: Any
) -> None:
    cloud.script("token", fault)
    began = time.monotonic()
    with pytest.raises(Retryable):
        by_project(timeouts=HASTE).submit(VIDEO, "a1")
    assert time.monotonic() - began < 2
    assert not cloud.submits


def test_who_waits_for_another_threads_token_waits_no_longer_than_for_its_own(
    cloud: GoogleCloudStandIn, by_project: Build
) -> None:
    provider = by_project(timeouts=Timeouts(0.4, 5.0, 5.0, 0.4, 5.0))
    provider.preload()
    cloud.script("token", *[{"fault": "hang", "seconds": 3}] * 8)
    together = threading.Barrier(8)

    def one(number: int) -> float:
        together.wait()
        began = time.monotonic()
        with pytest.raises(Retryable):
            provider.submit(VIDEO, f"a{number}")
        return time.monotonic() - began

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(one, range(8))) < 2
    assert not cloud.submits


def test_an_account_that_is_refused_is_the_operators_to_mend(
    cloud: GoogleCloudStandIn, as_account: Callable[..., None], by_project: Build
) -> None:
    as_account(key="somebody-else")
    with pytest.raises(Misconfigured, match="Invalid JWT") as refused:
        by_project().submit(VIDEO, "a1")
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
    assert not cloud.submits


def test_credentials_that_are_mended_work_without_a_restart(as_account: Callable[..., None], by_project: Build) -> None:
    provider = by_project()
    as_account(key="somebody-else")
    with pytest.raises(Misconfigured):
        provider.submit(VIDEO, "a1")
    as_account()
    assert started(provider)


def test_a_token_that_the_platform_will_not_have_is_not_shown_again(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    cloud.script("create", "401")
    with pytest.raises(Misconfigured):
        provider.submit(VIDEO, "a1")
    assert len(cloud.requests_to("token")) == 1
    started(provider)
    assert len(cloud.requests_to("token")) == 2


def test_a_quota_project_is_named_in_every_call(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that credentials of a person's carry, or google-auth's own variable."""
    monkeypatch.setenv("GOOGLE_CLOUD_QUOTA_PROJECT", "who-is-counted")
    provider.poll(started(provider).handle)
    named = [one["headers"].get("x-goog-user-project") for one in cloud.requests if one["endpoint"] != "token"]
    assert named == ["who-is-counted"] * 2


def test_a_refused_account_does_not_give_a_paid_video_up(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    cloud.token_seconds = 0
    accepted = started(provider)
    cloud.script("token", "400")
    with pytest.raises(Retryable) as trouble:
        provider.poll(accepted.handle)
    assert trouble.value.code == "misconfigured"
    assert isinstance(provider.poll(accepted.handle), Finished)


@pytest.mark.parametrize("content", [None, "", "{}", '{"type": "service_account"}', "not json"], ids=str)
def test_credentials_that_are_none_are_the_operators_to_mend(
    cloud: GoogleCloudStandIn,
    by_project: Build,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: str | None,
) -> None:
    file = tmp_path / "broken.json"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    with pytest.raises(Misconfigured):
        by_project().submit(VIDEO, "a1")
    assert cloud.requests == []


def test_a_broken_key_does_not_show_in_the_text(
    cloud: GoogleCloudStandIn, by_project: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "account.json"
    facts = json.loads(file.read_text())
    facts["private_key"] = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
    file.write_text(json.dumps(facts))
    with pytest.raises(Misconfigured) as wrong:
        by_project().submit(VIDEO, "a1")
    assert "c2VjcmV0" not in repr(wrong.value)
    assert cloud.requests == []


@pytest.mark.parametrize("brief", [IMAGE, VIDEO], ids=["image", "video"])
@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_the_token_is_in_no_text_even_when_google_repeats_it(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider, brief: Brief, status: int
) -> None:
    body = {"error": {"code": status, "status": "X", "message": f"The token {TOKEN} is not welcome."}}
    cloud.script("image" if brief is IMAGE else "create", {"fault": "status", "status": status, "body": body})
    with pytest.raises(ProviderError) as refused:
        provider.submit(brief, "a1")
    assert "[key] is not welcome" in str(refused.value)
    assert TOKEN not in repr(refused.value)
    assert (refused.value.__cause__, refused.value.__context__) == (None, None)


def test_a_lost_text_may_be_asked_for_again_when_its_token_was_lost(
    cloud: GoogleCloudStandIn, provider: GoogleCloudProvider
) -> None:
    cloud.script("token", "500")
    with pytest.raises(Retryable):
        provider.write(Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 500), "gemini-3.8-flash")
    assert provider.write(Wish(Task.IMPROVE, "a fox", Kind.IMAGE, 500), "gemini-3.8-flash")


def test_the_token_server_is_told_who_asks_for_what(cloud: GoogleCloudStandIn, provider: GoogleCloudProvider) -> None:
    """The stand-in checks signature, account and scope, and gives nothing otherwise."""
    started(provider)
    (request,) = cloud.requests_to("token")
    assert (request["status"], request["headers"]["content-type"]) == (200, "application/x-www-form-urlencoded")
    assert ACCOUNT.endswith(".iam.gserviceaccount.com")
