"""The stand-in itself: what other tests and other processes rely on."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from typing import Any

import av
import httpx2
import pytest

from app.providers.base import Accepted, Brief, Finished, Kind, Pending
from app.providers.errors import Blocked, NoOutput, RateLimited
from app.providers.google.provider import GoogleProvider
from tests.standins import media
from tests.standins.google import KEY, GoogleStandIn

IMAGE = Brief(Kind.IMAGE, "gemini-3.1-flash-image", "a fox", "1:1")
GENERATE = "/v1/models/gemini-3.1-flash-image:generateContent"
GOOD: dict[str, Any] = {
    "contents": [{"role": "user", "parts": [{"text": "a fox"}]}],
    "generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "1:1"}},
}
VIDEO: dict[str, Any] = {
    "model": "gemini-omni-1.2-flash",
    "background": True,
    "input": [{"type": "user_input", "content": [{"type": "text", "text": "a fox"}]}],
    "response_format": {"type": "video", "duration": "4s"},
}


def post(google: GoogleStandIn, path: str, body: Any, key: str = KEY) -> httpx2.Response:
    return httpx2.post(google.url + path, json=body, headers={"x-goog-api-key": key})


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        (GENERATE, {**GOOD, "negativePrompt": "x"}, "unknown field 'negativePrompt'"),
        (GENERATE, {**GOOD, "contents": "a fox"}, "expected a list"),
        (GENERATE, {**GOOD, "generationConfig": {**GOOD["generationConfig"], "seed": 2**31}}, "32-bit"),
        (GENERATE, {**GOOD, "generationConfig": {"responseModalities": ["VIDEO"]}}, "none of IMAGE"),
        ("/v1/interactions", {**VIDEO, "background": False}, "none of True"),
        ("/v1/interactions", {**VIDEO, "response_format": {"type": "video", "duration": 4}}, 'expected "3s"'),
        ("/v1/interactions", {**VIDEO, "response_format": {"type": "video", "aspect_ratio": "1:1"}}, "none of 16:9"),
        ("/v1/interactions", {**VIDEO, "labels": {"job": "No Label"}}, "no labels"),
        ("/v1/interactions", {**VIDEO, "negative_prompt": "x"}, "unknown field"),
        ("/v1/interactions", {name: VIDEO[name] for name in VIDEO if name != "model"}, "'model' is missing"),
    ],
)
def test_a_request_that_google_would_not_understand_is_refused_and_noted(path: str, body: Any, wrong: str) -> None:
    with GoogleStandIn() as google:
        answer = post(google, path, body)
        assert answer.status_code == 400
        assert any(wrong in violation for violation in google.violations), google.violations
        assert not google.accepted


def test_an_address_that_google_does_not_have_is_noted() -> None:
    with GoogleStandIn() as google:
        assert post(google, "/v1/models/veo-3.1:predictLongRunning", {}).status_code == 404
        assert google.violations


def test_a_missing_key_and_a_wrong_one_are_answered_as_google_does(google: GoogleStandIn) -> None:
    assert httpx2.post(google.url + GENERATE, json=GOOD).status_code == 403
    wrong = post(google, GENERATE, GOOD, key="nope")
    assert wrong.status_code == 400
    assert wrong.json()["error"]["details"][0]["reason"] == "API_KEY_INVALID"


@pytest.mark.parametrize(
    ("seconds", "resolution", "ratio", "size"), [(4, "720p", "16:9", (1280, 720)), (6, "360p", "9:16", (360, 640))]
)
def test_a_video_is_what_was_ordered(seconds: int, resolution: str, ratio: str, size: tuple[int, int]) -> None:
    data = media.mp4(seconds, resolution, ratio)
    with av.open(io.BytesIO(data)) as film:
        stream = film.streams.video[0]
        assert (stream.codec_context.name, str(stream.average_rate)) == ("h264", "24")
        assert stream.frames == seconds * 24
        assert (stream.width, stream.height) == size
        assert stream.duration is not None
        assert stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(seconds, rel=0.02)
        assert film.streams.audio
    assert data.index(b"moov") > data.index(b"mdat")


def test_scripts_and_the_log_work_from_another_process(google: GoogleStandIn, provider: GoogleProvider) -> None:
    script = {"image": ["blocked", {"fault": "429", "seconds": 2}]}
    assert httpx2.post(f"{google.url}/_control/script", json=script).json() == {"ok": True}
    with pytest.raises(Blocked):
        provider.submit(IMAGE, "a1")
    with pytest.raises(RateLimited):
        provider.submit(IMAGE, "a1")
    assert isinstance(provider.submit(IMAGE, "a1"), Finished)
    log = httpx2.get(f"{google.url}/_control/log").json()
    assert [entry["fault"] for entry in log["requests"]] == ["blocked", "429", None]
    assert (log["submits"], log["accepted"], log["violations"]) == ({"a fox": 3}, {"a fox": 1}, [])
    httpx2.post(f"{google.url}/_control/reset")
    assert httpx2.get(f"{google.url}/_control/log").json()["requests"] == []


def test_it_runs_as_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "tests.standins.google", "--key", "k"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert isinstance(GoogleProvider("k", url, frozenset()).submit(IMAGE, "a1"), Finished)
            assert httpx2.get(f"{url}/_control/log").json()["submits"] == {"a fox": 1}
        finally:
            process.terminate()


def film(provider: GoogleProvider, prompt: str) -> Accepted:
    brief = Brief(Kind.VIDEO, "gemini-omni-1.2-flash", prompt, "16:9", duration=4, resolution="360p")
    accepted = provider.submit(brief, "a1")
    assert isinstance(accepted, Accepted)
    return accepted


def test_words_in_a_prompt_ask_for_faults(google: GoogleStandIn, provider: GoogleProvider) -> None:
    with pytest.raises(RateLimited):
        film(provider, "a fox [[429]]")
    assert isinstance(provider.poll(film(provider, "a fox [[429]]").handle), Finished)
    with pytest.raises(Blocked):
        provider.poll(film(provider, "a fox [[blocked]]").handle)
    empty = film(provider, "a fox [[empty]]")
    for _ in range(2):
        with pytest.raises(NoOutput):
            provider.poll(empty.handle)
    waiting = film(provider, "a fox [[processing]]")
    assert [type(provider.poll(waiting.handle)) for _ in range(3)] == [Pending, Pending, Finished]
    assert google.submits["a fox [[429]]"] == 2
    assert google.accepted["a fox [[429]]"] == 1


def test_a_slow_video_takes_its_time(provider: GoogleProvider) -> None:
    slow = film(provider, "a fox [[slow:1]]")
    assert provider.poll(slow.handle) == Pending()
    time.sleep(1.05)
    assert isinstance(provider.poll(slow.handle), Finished)
