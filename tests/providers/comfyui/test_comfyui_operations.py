"""One operation from submit to file: its name, its pictures, its place in the queue, its end (JOB-09, JOB-10)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.media.fetching import fetch
from app.providers.base import Accepted, Brief, Finder, Finished, Pending, Reference, Remote
from app.providers.comfyui.provider import ComfyUIProvider, Timeouts
from app.providers.errors import (
    Ambiguous,
    Blocked,
    Expired,
    Failed,
    InvalidRequest,
    Misconfigured,
    NoOutput,
    ProviderError,
    RateLimited,
    Retired,
    Retryable,
)
from tests.providers.contract import finish
from tests.standins import media
from tests.standins.comfyui import USER, ComfyUIStandIn

Asked = Callable[..., Brief]
ATTEMPT = "0199a1b2-77be-7c3d-8e4f-0123456789ab"
PICTURE = Reference(media.jpeg("1:1"), "image/jpeg")
FRAME = Reference(media.picture((864, 480), "PNG"), "image/png", "first")


def test_an_operation_has_the_attempts_own_id(comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked) -> None:
    started = provider.submit(asked(), ATTEMPT)
    assert started.operation_id == ATTEMPT
    assert started.handle == {"id": ATTEMPT, "client": ATTEMPT, "kind": "image"}
    body = comfyui.requests_to("prompt")[-1]["json"]
    assert (body["prompt_id"], body["client_id"]) == (ATTEMPT, ATTEMPT)
    assert provider.submit(asked(), ATTEMPT.upper()).operation_id == ATTEMPT


def test_pictures_are_put_there_first_under_names_of_ours(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked
) -> None:
    provider.submit(asked("wan2.2-5b", references=(FRAME,)), ATTEMPT)
    assert [one["endpoint"] for one in comfyui.requests] == ["upload", "prompt"]
    assert comfyui.uploads == {f"kinora/{ATTEMPT}-1.png": FRAME.data}
    graph = comfyui.requests_to("prompt")[-1]["json"]["prompt"]
    loaded = [node["inputs"]["image"] for node in graph.values() if node["class_type"] == "LoadImage"]
    assert loaded == [f"kinora/{ATTEMPT}-1.png"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"fault": "status", "status": 500}, Retryable),
        ({"fault": "status", "status": 429, "headers": {"Retry-After": "3"}}, RateLimited),
        ({"fault": "status", "status": 413}, InvalidRequest),
        ({"fault": "status", "status": 403}, Misconfigured),
        ({"fault": "status", "status": 404}, Misconfigured),
        ({"fault": "redirect", "to": "http://localhost:9/"}, Retryable),
        ("lost", Retryable),
        ("html", Retryable),
    ],
)
def test_an_upload_that_fails_has_started_nothing(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked, fault: Any, error: type[ProviderError]
) -> None:
    comfyui.script("upload", fault)
    with pytest.raises(error):
        provider.submit(asked(references=(PICTURE,)), ATTEMPT)
    assert comfyui.requests_to("prompt") == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [("no-file", "sd_xl_base_1.0.safetensors"), ("no-node", "FancyNode"), ("no-input", "KSampler sampler_name")],
)
def test_what_comfyui_lacks_takes_only_its_model_off_the_list_and_says_what_to_do(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked, fault: str, words: str
) -> None:
    comfyui.script("prompt", fault)
    with pytest.raises(Retired, match=words) as gone:
        provider.submit(asked(), ATTEMPT)
    assert "then offer the model again" in str(gone.value)


def test_a_file_that_was_taken_away_is_named(comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked) -> None:
    comfyui.files.discard("wan2.2_vae.safetensors")
    with pytest.raises(Retired, match=r"vae_name: 'wan2.2_vae.safetensors'"):
        provider.submit(asked("wan2.2-5b"), ATTEMPT)
    assert provider.submit(asked("sdxl"), ATTEMPT)


@pytest.mark.parametrize("status", [404, 405])
def test_an_address_that_is_no_comfyui_is_the_operators_to_mend(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked, status: int
) -> None:
    comfyui.script("prompt", {"fault": "status", "status": status})
    with pytest.raises(Misconfigured, match="COMFYUI_URL"):
        provider.submit(asked(), ATTEMPT)


def test_an_acceptance_without_an_id_is_no_certainty(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked
) -> None:
    comfyui.script("prompt", {"fault": "status", "status": 200, "body": {"number": 3}})
    with pytest.raises(Ambiguous):
        provider.submit(asked(), ATTEMPT)


@pytest.mark.parametrize("mishap", ["lost", {"fault": "status", "status": 504, "accept": True}, "unreadable"])
def test_what_nobody_confirmed_is_found_for_certain(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked, mishap: Any
) -> None:
    assert isinstance(provider, Finder)
    comfyui.script("prompt", mishap)
    with pytest.raises(Ambiguous):
        provider.submit(asked(), ATTEMPT)
    found = provider.find(asked(), ATTEMPT)
    assert found is not None
    assert isinstance(finish(provider, found), Finished)
    assert provider.find(asked(), str(uuid.uuid4())) is None
    assert len(comfyui.requests_to("prompt")) == 1


def test_it_is_found_wherever_it_is(provider: ComfyUIProvider, asked: Asked) -> None:
    running, waiting = str(uuid.uuid4()), str(uuid.uuid4())
    provider.submit(asked(prompt="a fox [[slow]]"), running)
    provider.submit(asked(prompt="a hare [[slow]]"), waiting)
    for attempt in (running, waiting):
        found = provider.find(asked(), attempt)
        assert found is not None
        assert found.operation_id == attempt


def test_a_search_that_fails_says_so_instead_of_no(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked
) -> None:
    for endpoint in ("queue", "history"):
        comfyui.script(endpoint, {"fault": "status", "status": 500})
        with pytest.raises(Retryable):
            provider.find(asked(), ATTEMPT)


def test_an_older_comfyui_names_operations_itself(asked: Asked) -> None:
    with ComfyUIStandIn(old=True) as comfyui:
        provider = ComfyUIProvider(comfyui.url, "")
        started = provider.submit(asked(), ATTEMPT)
        assert started.operation_id != ATTEMPT
        assert isinstance(finish(provider, started), Finished)
        assert provider.find(asked(), ATTEMPT) is None
        assert comfyui.violations == []


def test_one_is_made_and_the_others_wait(comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked) -> None:
    first = provider.submit(asked(prompt="a fox [[slow:1.5]]"), str(uuid.uuid4()))
    second = provider.submit(asked(prompt="a hare [[slow:1.5]]"), str(uuid.uuid4()))
    assert provider.poll(second.handle) == Pending()
    assert isinstance(finish(provider, first), Finished)
    assert isinstance(finish(provider, second), Finished)


@pytest.mark.parametrize("fault", [{"fault": "status", "status": 502}, "html", "lost", "unreadable",
                                   {"fault": "status", "status": 200, "body": {"queue_running": []}}])  # fmt: skip
def test_a_queue_that_cannot_be_read_is_no_sign_of_anything(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked, fault: Any
) -> None:
    started = provider.submit(asked(), ATTEMPT)
    comfyui.script("queue", fault)
    with pytest.raises(Retryable):
        provider.poll(started.handle)
    assert isinstance(provider.poll(started.handle), Finished)


def test_what_is_done_between_two_looks_is_never_taken_for_lost(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked
) -> None:
    """The queue is read before the history: whatever is not in the one is in the other already."""
    started = provider.submit(asked(prompt="a fox [[slow:0.5]]"), ATTEMPT)
    swift = ComfyUIProvider(comfyui.url, "", timeouts=Timeouts(listen=0.0))
    until = time.monotonic() + 10
    while not isinstance(swift.poll(started.handle), Finished):
        assert time.monotonic() < until
    assert [one["endpoint"] for one in comfyui.requests][-2:] == ["queue", "history"]


def test_a_restart_loses_the_queue(comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked) -> None:
    started = provider.submit(asked(prompt="a fox [[slow]]"), ATTEMPT)
    comfyui.restart()
    with pytest.raises(Expired, match="anew"):
        provider.poll(started.handle)


@pytest.mark.parametrize(
    ("word", "error", "words"),
    [
        ("failed", Failed, "KSampler RuntimeError mat1"),
        ("oom", Failed, "OutOfMemoryError"),
        ("blocked", Blocked, "NSFW"),
        ("cancelled", Failed, "interrupted"),
        ("empty", NoOutput, "SaveImage"),
    ],
)
def test_an_end_without_media_keeps_the_words_for_admins(
    provider: ComfyUIProvider, asked: Asked, word: str, error: type[ProviderError], words: str
) -> None:
    started = provider.submit(asked(prompt=f"a fox [[{word}]]"), ATTEMPT)
    with pytest.raises(error, match=words):
        provider.poll(started.handle)


def test_what_waits_is_taken_out_and_never_made(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked
) -> None:
    provider.submit(asked(prompt="a fox [[slow]]"), str(uuid.uuid4()))
    waiting = provider.submit(asked(prompt="a hare"), ATTEMPT)
    assert provider.cancel(waiting.handle) is True
    assert comfyui.requests_to("interrupt") == []
    with pytest.raises(Expired):
        provider.poll(waiting.handle)


@pytest.mark.parametrize("old", [False, True])
def test_what_runs_is_stopped_and_what_is_somebody_elses_runs_on(asked: Asked, old: bool) -> None:
    with ComfyUIStandIn(old=old) as comfyui:
        provider = ComfyUIProvider(comfyui.url, "")
        running = provider.submit(asked(prompt="a fox [[slow]]"), str(uuid.uuid4()))
        stranger = {"id": str(uuid.uuid4()), "kind": "image"}
        assert provider.cancel(stranger) is False
        assert comfyui.requests_to("interrupt") == []
        assert provider.cancel(running.handle) is True
        with pytest.raises(Failed) as stopped:
            provider.poll(running.handle)
        assert stopped.value.code == "cancelled"
        assert provider.cancel(running.handle) is False
        assert len(comfyui.requests_to("interrupt")) == 1
        assert comfyui.violations == []


def test_the_file_is_fetched_from_this_server_and_no_other(
    provider: ComfyUIProvider, asked: Asked, tmp_path: Any
) -> None:
    result = finish(provider, provider.submit(asked(), ATTEMPT)).result
    assert isinstance(result, Remote)
    assert result.locator == {"filename": f"{ATTEMPT}_00001_.png", "subfolder": "kinora", "type": "output"}
    download = provider.download(result.locator)
    assert fetch(download, tmp_path / "got").content_type == "image/png"
    assert not download.headers


@pytest.mark.parametrize(
    ("url", "start", "host"),
    [
        ("http://192.168.1.20:8188", "http://192.168.1.20:8188/view?", "192.168.1.20:8188"),
        ("http://ada:pa%20ss@gpu.lan:8188/", "http://gpu.lan:8188/view?", "gpu.lan:8188"),
        ("https://gpu.example.com/comfy", "https://gpu.example.com/comfy/view?", "gpu.example.com"),
    ],
)
def test_the_address_of_a_file_is_made_of_the_configured_one_without_its_password(
    url: str, start: str, host: str
) -> None:
    download = ComfyUIProvider(url, "").download({"filename": "a&b.png", "subfolder": "x/y", "type": "output"})
    assert download.url == f"{start}filename=a%26b.png&subfolder=x%2Fy&type=output"
    assert download.own_server == start.removesuffix("/view?")
    assert download.allowed_hosts == {host}
    assert download.headers_host == host
    assert download.headers == ({"Authorization": "Basic YWRhOnBhIHNz"} if "ada" in url else {})


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_the_password_shows_nowhere_not_even_when_it_is_sent_back(
    comfyui: ComfyUIStandIn, asked: Asked, status: int
) -> None:
    comfyui.password = "hush-hush"
    provider = ComfyUIProvider(f"http://{USER}:hush-hush@127.0.0.1:{comfyui.port}", "")
    started = provider.submit(asked(), str(uuid.uuid4()))
    sent = comfyui.requests_to("prompt")[0]["headers"]["authorization"]
    wrong = {"errors": [{"type": "value_not_in_list", "details": sent}], "class_type": "KSampler"}
    echo = {"error": f"You sent {sent}", "node_errors": {"5": wrong}}
    for endpoint, call in (
        ("upload", lambda: provider.submit(asked(references=(PICTURE,)), ATTEMPT)),
        ("prompt", lambda: provider.submit(asked(), ATTEMPT)),
        ("history", lambda: provider.poll(started.handle)),
    ):
        comfyui.script(endpoint, {"fault": "status", "status": status, "body": echo})
        with pytest.raises(ProviderError) as refused:
            call()
        assert "[key]" in str(refused.value)
        assert sent.removeprefix("Basic ") not in str(refused.value)
        assert "hush" not in str(refused.value)


def test_a_video_is_not_taken_from_a_workflow_that_saves_pictures(provider: ComfyUIProvider, asked: Asked) -> None:
    brief = replace(asked("wan2.2-5b"), recipe={"workflow": "sdxl.json"})
    started = provider.submit(brief, ATTEMPT)
    assert isinstance(started, Accepted)
    with pytest.raises(NoOutput, match="SaveVideo"):
        provider.poll(started.handle)
