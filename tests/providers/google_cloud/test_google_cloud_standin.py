"""The stand-in itself: what other tests and other processes rely on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.providers.base import Accepted, Brief, Finished, Kind, Pending
from app.providers.errors import Blocked, Expired, NoOutput, RateLimited
from app.providers.google_cloud.provider import GoogleCloudProvider
from tests.providers.google_cloud.orders import Build
from tests.standins.google import KEY
from tests.standins.google_cloud import PROJECT, TOKEN, GoogleCloudStandIn

PICTURE = {"bytesBase64Encoded": "aGk=", "mimeType": "image/png"}
ASKED = {
    "sampleCount": 1,
    "durationSeconds": 4,
    "resolution": "720p",
    "aspectRatio": "16:9",
    "generateAudio": True,
}
GOOD: dict[str, Any] = {"instances": [{"prompt": "a fox"}], "parameters": ASKED}
EXPRESS = "/v1beta1/publishers/google/models/veo-3.1-generate-001"
LOCATED = f"/v1beta1/projects/{PROJECT}/locations/us-central1/publishers/google/models/veo-3.1-generate-001"
WITH_KEY, WITH_TOKEN = {"x-goog-api-key": KEY}, {"authorization": f"Bearer {TOKEN}"}


def instance(**fields: Any) -> dict[str, Any]:
    return {**GOOD, "instances": [{"prompt": "a fox", **fields}]}


def asked(**fields: Any) -> dict[str, Any]:
    return {**GOOD, "parameters": {**ASKED, **fields}}


def shown(*kinds: str) -> list[dict[str, Any]]:
    return [{"image": PICTURE, "referenceType": kind} for kind in kinds]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({**GOOD, "webhookConfig": {}}, "unknown field 'webhookConfig'"),
        ({"instances": GOOD["instances"]}, "'parameters' is missing"),
        ({**GOOD, "instances": []}, "expected one instance"),
        ({**GOOD, "labels": {"job": "No Label"}}, "no labels"),
        (instance(video={}), "unknown field 'video'"),
        (instance(image={"bytesBase64Encoded": "%", "mimeType": "image/png"}), "broken base64"),
        (instance(image={**PICTURE, "mimeType": "image/gif"}), "none of image/png"),
        (instance(lastFrame=PICTURE), "a last frame without a first"),
        (instance(referenceImages=shown("ASSET")), "8 seconds only"),
        (asked(durationSeconds="4"), "none of 4, 6, 8"),
        (asked(durationSeconds=5), "none of 4, 6, 8"),
        (asked(resolution="1080p"), "1080p is for 8 seconds only"),
        (asked(aspectRatio="1:1"), "none of 16:9"),
        (asked(sampleCount=2), "none of 1"),
        (asked(seed=2**32), "unsigned 32-bit"),
        (asked(storageUri="gs://b/"), "unknown field 'storageUri'"),
        (asked(generateAudio="yes"), "expected bool"),
        (
            {**instance(referenceImages=shown("STYLE", "ASSET")), "parameters": {**ASKED, "durationSeconds": 8}},
            "a style goes alone",
        ),
        (
            {**instance(referenceImages=shown("ASSET"), image=PICTURE), "parameters": {**ASKED, "durationSeconds": 8}},
            "do not go together",
        ),
    ],
)
def test_an_order_that_google_would_not_understand_is_refused_and_noted(body: Any, wrong: str) -> None:
    with GoogleCloudStandIn() as cloud:
        answer = httpx2.post(f"{cloud.url}{EXPRESS}:predictLongRunning", json=body, headers=WITH_KEY)
        assert answer.status_code == 400
        assert any(wrong in violation for violation in cloud.violations), cloud.violations
        assert not cloud.accepted


@pytest.mark.parametrize(
    ("path", "headers", "wrong"),
    [
        (EXPRESS, {}, "got neither"),
        (LOCATED, {**WITH_KEY, **WITH_TOKEN}, "got both"),
        (LOCATED, WITH_KEY, "a key with none"),
        (EXPRESS, WITH_TOKEN, "a token goes with a project"),
        ("/v1/models/veo-3.1", WITH_KEY, "no such address"),
    ],
)
def test_the_two_ways_of_asking_are_not_to_be_mixed(path: str, headers: dict[str, str], wrong: str) -> None:
    with GoogleCloudStandIn() as cloud:
        httpx2.post(f"{cloud.url}{path}:predictLongRunning", json=GOOD, headers=headers)
        assert any(wrong in violation for violation in cloud.violations), cloud.violations


def test_strangers_are_answered_as_google_does(cloud: GoogleCloudStandIn) -> None:
    def status(path: str, headers: dict[str, str]) -> int:
        return httpx2.post(f"{cloud.url}{path}:predictLongRunning", json=GOOD, headers=headers).status_code

    assert status(EXPRESS, {"x-goog-api-key": "nope"}) == 400
    assert status(LOCATED, {"authorization": "Bearer nope"}) == 401
    assert status(LOCATED.replace(PROJECT, "another-project"), WITH_TOKEN) == 403
    assert status(LOCATED.replace("us-central1", "global"), WITH_TOKEN) == 404
    assert status(EXPRESS.replace("3.1", "3.0"), WITH_KEY) == 404
    assert not cloud.accepted


def test_a_look_up_at_another_models_address_finds_nothing(cloud: GoogleCloudStandIn) -> None:
    name = httpx2.post(f"{cloud.url}{EXPRESS}:predictLongRunning", json=GOOD, headers=WITH_KEY).json()["name"]
    other = EXPRESS.replace("3.1", "3.1-fast")
    for path, status in ((EXPRESS, 200), (other, 404)):
        answer = httpx2.post(f"{cloud.url}{path}:fetchPredictOperation", json={"operationName": name}, headers=WITH_KEY)
        assert answer.status_code == status


def film(provider: GoogleCloudProvider, prompt: str) -> Accepted:
    brief = Brief(Kind.VIDEO, "veo-3.1-fast-generate-001", prompt, "16:9", duration=4, resolution="720p")
    accepted = provider.submit(brief, "a1")
    assert isinstance(accepted, Accepted)
    return accepted


def test_words_in_a_prompt_ask_for_faults(cloud: GoogleCloudStandIn, by_key: Build) -> None:
    provider = by_key()
    with pytest.raises(RateLimited):
        film(provider, "a fox [[429]]")
    assert isinstance(provider.poll(film(provider, "a fox [[429]]").handle), Finished)
    for word, error in (("filtered", Blocked), ("blocked", Blocked), ("empty", NoOutput), ("poll404", Expired)):
        handle = film(provider, f"a fox [[{word}]]").handle
        for _ in range(2):
            with pytest.raises(error):
                provider.poll(handle)
    assert (cloud.submits["a fox [[429]]"], cloud.accepted["a fox [[429]]"]) == (2, 1)


def test_a_slow_video_takes_its_time(by_key: Build) -> None:
    provider = by_key()
    slow = film(provider, "a fox [[slow:1]]")
    assert provider.poll(slow.handle) == Pending()
    time.sleep(1.05)
    assert isinstance(provider.poll(slow.handle), Finished)


@pytest.mark.parametrize("module", [("tests.standins", "google-cloud"), ("tests.standins.google_cloud",)])
def test_it_runs_as_a_process_of_its_own(
    as_account: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: tuple[str, ...]
) -> None:
    """With an account that it writes down for whoever is to come."""
    file = tmp_path / "its-account.json"
    command = [sys.executable, "-m", *module, "--key", "k", "--credentials", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
            for provider in (GoogleCloudProvider(PROJECT, "", "", url), GoogleCloudProvider("", "", "k", url)):
                assert isinstance(provider.poll(film(provider, "a fox").handle), Finished)
            log = httpx2.get(f"{url}/_control/log").json()
            assert (log["submits"], log["violations"]) == ({"a fox": 2}, [])
        finally:
            process.terminate()
