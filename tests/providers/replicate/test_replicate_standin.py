"""The stand-in itself: what other tests, browsers and other processes rely on."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from typing import Any

import av
import httpx2
import pytest
from PIL import Image

from app.providers.base import Accepted, Finished, Pending
from app.providers.errors import Blocked, Expired, RateLimited
from app.providers.replicate.provider import ReplicateProvider
from tests.providers.replicate.orders import flux, hailuo, started, zeroscope
from tests.standins.replicate import KEY, ReplicateStandIn
from tests.standins.replicate_jobs import Job
from tests.standins.replicate_wire import FLUX, HAILUO, ZEROSCOPE_VERSION

OFFICIAL = f"/v1/models/{FLUX}/predictions"
MOVING = f"/v1/models/{HAILUO}/predictions"
GOOD: dict[str, Any] = {"input": {"prompt": "a fox"}}
FRAME = {"prompt": "a fox", "first_frame_image": "data:image/png;base64,AA=="}


def post(replicate: ReplicateStandIn, path: str, body: Any, **headers: str) -> httpx2.Response:
    return httpx2.post(replicate.url + path, json=body, headers={"Authorization": f"Bearer {KEY}", **headers})


@pytest.mark.parametrize(
    ("path", "body", "headers", "wrong"),
    [
        (OFFICIAL, {**GOOD, "model": FLUX}, {}, "unknown field 'model'"),
        (OFFICIAL, {}, {}, "'input' is missing"),
        (OFFICIAL, {**GOOD, "webhook": "hooks"}, {}, "no address"),
        (OFFICIAL, {**GOOD, "webhook_events_filter": ["done"]}, {}, "none of start"),
        (OFFICIAL, GOOD, {"Cancel-After": "soon"}, "header cancel-after"),
        (OFFICIAL, GOOD, {"Prefer": "wait=61"}, "header prefer"),
        (OFFICIAL, {"input": {"prompt": "a fox", "steps": 4}}, {}, "unknown field 'steps'"),
        (OFFICIAL, {"input": {"prompt": "a fox", "num_outputs": 5}}, {}, "none of 1"),
        (OFFICIAL, {"input": {"prompt": "a fox", "seed": "7"}}, {}, "no seed"),
        (OFFICIAL, {"input": {}}, {}, "'prompt' is missing"),
        ("/v1/predictions", {"version": ZEROSCOPE_VERSION, "input": {"prompt": "a fox", "width": 570}}, {}, "no side"),
        ("/v1/predictions", GOOD, {}, "'version' is missing"),
        (MOVING, {"input": {**FRAME, "duration": 10, "resolution": "1080p"}}, {}, "768p only"),
        (MOVING, {"input": {"prompt": "a fox", "resolution": "512p"}}, {}, "needs a first frame"),
        (MOVING, {"input": {"prompt": "a fox", "last_frame_image": "data:image/png;base64,AA=="}}, {}, "a first one"),
    ],
)
def test_a_request_that_replicate_would_not_understand_is_refused_and_noted(
    path: str, body: Any, headers: dict[str, str], wrong: str
) -> None:
    with ReplicateStandIn() as replicate:
        assert post(replicate, path, body, **headers).status_code in {400, 422}
        assert any(wrong in violation for violation in replicate.violations), replicate.violations
        assert not replicate.accepted


def test_an_upload_without_a_file_and_an_unknown_address_are_noted() -> None:
    with ReplicateStandIn() as replicate:
        headers = {"Authorization": f"Bearer {KEY}"}
        assert httpx2.post(f"{replicate.url}/v1/files", files={"file": b"x"}, headers=headers).status_code == 400
        assert httpx2.get(f"{replicate.url}/v1/models", headers=headers).status_code == 404
        assert len(replicate.violations) == 3


def test_a_frame_that_was_never_uploaded_and_a_key_at_the_results_are_noted() -> None:
    with ReplicateStandIn() as replicate:
        post(replicate, MOVING, {"input": {**FRAME, "first_frame_image": f"{replicate.url}/v1/files/none"}})
        assert replicate.violations == ["create: first_frame_image was not uploaded"]
        httpx2.get(f"{replicate.url}/pbxt/x/output.png", headers={"Authorization": f"Bearer {KEY}"})
        assert replicate.violations[1:] == ["download: the key was sent along"]


def test_a_key_that_is_missing_or_wrong_is_answered_as_replicate_does(replicate: ReplicateStandIn) -> None:
    for headers in ({}, {"Authorization": "Bearer nope"}, {"Authorization": f"Token {KEY}"}):
        answer = httpx2.post(replicate.url + OFFICIAL, json=GOOD, headers=headers)
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthenticated")


def made(replicate: ReplicateStandIn, provider: ReplicateProvider, accepted: Accepted) -> bytes:
    job: Job = replicate.jobs[accepted.operation_id]
    assert isinstance(provider.poll(accepted.handle), Finished)
    return job.bytes()


def test_results_are_what_was_ordered(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    picture = Image.open(io.BytesIO(made(replicate, provider, started(provider, flux(aspect_ratio="9:16")))))
    assert (picture.format, picture.size) == ("PNG", (768, 1344))
    for brief, size, seconds in ((zeroscope(), (1024, 576), 3.0), (hailuo(), (1366, 768), 141 / 24)):
        with av.open(io.BytesIO(made(replicate, provider, started(provider, brief)))) as film:
            stream = film.streams.video[0]
            assert stream.codec_context.name == "h264"
            assert stream.width == pytest.approx(size[0], abs=2)
            assert stream.height == size[1]
            assert stream.duration is not None
            assert stream.time_base is not None
            assert float(stream.duration * stream.time_base) == pytest.approx(seconds, abs=0.05)
            assert not film.streams.audio


def test_a_part_of_a_file_can_be_had(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    done = provider.poll(started(provider, flux()).handle)
    assert isinstance(done, Finished)
    url = provider.download(done.result.locator).url  # type: ignore[union-attr]
    part = httpx2.get(url, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PNG")


def test_words_in_a_prompt_ask_for_faults(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    for word in ("429", "low"):
        with pytest.raises(RateLimited):
            started(provider, flux(prompt=f"a fox [[{word}]]"))
        started(provider, flux(prompt=f"a fox [[{word}]]"))
    with pytest.raises(Blocked):
        provider.poll(started(provider, flux(prompt="a fox [[nsfw]]")).handle)
    with pytest.raises(Expired):
        provider.poll(started(provider, flux(prompt="a fox [[removed]]")).handle)
    slow = started(provider, zeroscope(prompt="a fox [[slow:1]]"))
    assert isinstance(provider.poll(slow.handle), Pending)
    time.sleep(1.05)
    assert isinstance(provider.poll(slow.handle), Finished)


def test_an_hour_takes_what_is_done_and_nothing_else(replicate: ReplicateStandIn, provider: ReplicateProvider) -> None:
    early = started(provider, flux())
    late = started(provider, zeroscope(prompt="a fox [[slow:30]]"))
    assert httpx2.post(f"{replicate.url}/_control/hour").json() == {"ok": True}
    rows = httpx2.get(f"{replicate.url}/v1/predictions", headers={"Authorization": f"Bearer {KEY}"}).json()["results"]
    found = {row["id"]: (row["data_removed"], bool(row["input"])) for row in rows}
    assert found == {early.operation_id: (True, False), late.operation_id: (False, True)}


@pytest.mark.parametrize("command", [["tests.standins.replicate"], ["tests.standins", "replicate"]], ids=" ".join)
def test_it_runs_as_a_process_of_its_own(command: list[str]) -> None:
    words = [sys.executable, "-m", *command, "--key", "k"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            started(ReplicateProvider("k", url, frozenset()), flux())
            assert httpx2.get(f"{url}/_control/log").json()["accepted"] == {"a fox in the snow": 1}
        finally:
            process.terminate()
