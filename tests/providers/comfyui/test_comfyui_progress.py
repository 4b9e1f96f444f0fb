"""Progress from ComfyUI's websocket: heard where it can be, never needed, never waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.providers.base import Brief, Pending
from app.providers.comfyui.provider import ComfyUIProvider, Timeouts
from tests.providers.comfyui.test_comfyui_workflows import node, own
from tests.standins.comfyui import USER, ComfyUIStandIn

Asked = Callable[..., Brief]


def progress(provider: ComfyUIProvider, handle: Any) -> float | None:
    found = provider.poll(handle)
    assert isinstance(found, Pending)
    return found.progress


@pytest.mark.parametrize("old", [False, True])
def test_steps_of_the_running_operation_are_heard(asked: Asked, old: bool) -> None:
    with ComfyUIStandIn(old=old) as comfyui:
        provider = ComfyUIProvider(comfyui.url, "")
        started = provider.submit(asked(prompt="a fox [[slow:10]]"), "attempt-1")
        time.sleep(0.5)
        first = progress(provider, started.handle)
        time.sleep(1.5)
        second = progress(provider, started.handle)
        assert first is not None
        assert second is not None
        assert 0 < first < second < 0.95
        assert comfyui.violations == []


def test_it_is_not_whole_before_the_file_is_there(comfyui: ComfyUIStandIn, asked: Asked) -> None:
    provider = ComfyUIProvider(comfyui.url, "")
    started = provider.submit(asked(prompt="a fox [[slow:1.2]]"), "attempt-1")
    heard = []
    while isinstance(found := provider.poll(started.handle), Pending):
        heard.append(found.progress or 0.0)
    assert heard
    assert max(heard) <= 0.95


def test_what_waits_has_none_and_nobody_listens(
    comfyui: ComfyUIStandIn, provider: ComfyUIProvider, asked: Asked
) -> None:
    provider.submit(asked(prompt="a fox [[slow]]"), "attempt-1")
    waiting = provider.submit(asked(prompt="a hare"), "attempt-2")
    assert progress(provider, waiting.handle) is None
    assert comfyui.requests_to("ws") == []


def test_two_samplers_count_the_same(comfyui: ComfyUIStandIn, asked: Asked, tmp_path: Path) -> None:
    def add(graph: dict[str, Any]) -> None:
        second = {**node(graph, "KSampler"), "latent_image": ["5", 0]}
        graph["20"] = {"class_type": "KSampler", "inputs": second}
        node(graph, "VAEDecode")["samples"] = ["20", 0]

    own(tmp_path, "sdxl.json", add)
    provider = ComfyUIProvider(comfyui.url, str(tmp_path))
    started = provider.submit(asked(prompt="a fox [[slow:8]]"), "attempt-1")
    time.sleep(5)
    heard = progress(provider, started.handle)
    # The stand-in's first sampler is well past its middle then, the second not begun.
    assert heard is not None
    assert 0.95 * 0.25 < heard <= 0.95 * 0.5


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "status", "status": 404},
        {"fault": "status", "status": 403},
        "html",
        "lost",
        "reset",
        {"fault": "redirect", "to": "http://localhost:9/"},
        {"fault": "hang", "seconds": 3.0},
    ],
)
def test_without_a_websocket_a_look_up_is_as_good_and_hardly_slower(
    comfyui: ComfyUIStandIn, asked: Asked, fault: Any
) -> None:
    provider = ComfyUIProvider(comfyui.url, "", timeouts=Timeouts(listen=0.3))
    started = provider.submit(asked(prompt="a fox [[slow]]"), "attempt-1")
    comfyui.script("ws", fault)
    began = time.monotonic()
    assert progress(provider, started.handle) is None
    assert time.monotonic() - began < 1.5
    assert comfyui.requests_to("ws") or fault == {"fault": "hang", "seconds": 3.0}


def test_the_password_of_a_proxy_goes_along(asked: Asked) -> None:
    with ComfyUIStandIn(password="word") as comfyui:
        provider = ComfyUIProvider(f"http://{USER}:word@127.0.0.1:{comfyui.port}", "", timeouts=Timeouts(listen=2.0))
        started = provider.submit(asked(prompt="a fox [[slow:10]]"), "attempt-1")
        assert progress(provider, started.handle) is not None
        assert comfyui.violations == []
