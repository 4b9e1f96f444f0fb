"""The stand-in itself: it knows a graph that ComfyUI would not take, and makes one thing at a time."""

from __future__ import annotations

import copy
import subprocess
import sys
import uuid
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from app.providers.base import Brief, Finished
from app.providers.comfyui.provider import ComfyUIProvider
from tests.providers.contract import finish
from tests.standins.comfyui import ComfyUIStandIn

Asked = Callable[..., Brief]


@pytest.fixture
def good(asked: Asked) -> dict[str, Any]:
    """The body of a submit that is as it should be."""
    with ComfyUIStandIn() as comfyui:
        ComfyUIProvider(comfyui.url, "").submit(asked(), str(uuid.uuid4()))
        body: dict[str, Any] = comfyui.requests_to("prompt")[0]["json"]
    return copy.deepcopy(body)


def test_a_good_one_is_taken(good: dict[str, Any]) -> None:
    with ComfyUIStandIn() as comfyui:
        answer = httpx2.post(comfyui.url + "/prompt", json=good)
        assert answer.json() == {"prompt_id": good["prompt_id"], "number": 0, "node_errors": {}}
        assert comfyui.violations == []


def _node(body: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(node for node in body["prompt"].values() if node["class_type"] == kind)
    return found


WRONG: dict[str, Callable[[dict[str, Any]], Any]] = {
    "unknown field 'front'": lambda body: body.update(front=True),
    "'client_id' is missing": lambda body: body.pop("client_id"),
    "prompt_id: not in the canonical form": lambda body: body.update(prompt_id=body["prompt_id"].upper()),
    "prompt_id: no UUID": lambda body: body.update(prompt_id="attempt-1"),
    "'class_type' is missing": lambda body: body["prompt"]["1"].pop("class_type"),
    "unknown_input": lambda body: _node(body, "KSampler")["inputs"].update(stpes=3),
    "required_input_missing": lambda body: _node(body, "KSampler")["inputs"].pop("cfg"),
    "return_type_mismatch": lambda body: _node(body, "KSampler")["inputs"].update(model=["1", 1]),
    "there is no ['99', 0]": lambda body: _node(body, "KSampler")["inputs"].update(model=["99", 0]),
    "there is no ['1', 3]": lambda body: _node(body, "KSampler")["inputs"].update(model=["1", 3]),
    "bad_linked_input": lambda body: _node(body, "KSampler")["inputs"].update(model="1"),
    "no INT": lambda body: _node(body, "KSampler")["inputs"].update(seed="7"),
    "no FLOAT": lambda body: _node(body, "KSampler")["inputs"].update(denoise=1.5),
    "by 8": lambda body: _node(body, "EmptyLatentImage")["inputs"].update(width=1001),
    "none of": lambda body: _node(body, "KSampler")["inputs"].update(sampler_name="best"),
    "placeholder_left": lambda body: _node(body, "SaveImage")["inputs"].update(filename_prefix="{name}"),
    "saves not exactly one thing": lambda body: body["prompt"].update({"50": _node(body, "SaveImage")}),
}


@pytest.mark.parametrize("words", WRONG)
def test_a_request_that_comfyui_would_not_understand_is_noted(good: dict[str, Any], words: str) -> None:
    WRONG[words](good)
    with ComfyUIStandIn() as comfyui:
        httpx2.post(comfyui.url + "/prompt", json=good)
        assert any(words in one for one in comfyui.violations), comfyui.violations


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/prompts"), ("DELETE", "/queue"), ("GET", "/view?filename=a"), ("GET", "/ws")]
)
def test_an_address_that_comfyui_does_not_have_is_noted(method: str, path: str) -> None:
    with ComfyUIStandIn() as comfyui:
        assert httpx2.request(method, comfyui.url + path).status_code in {400, 404}
        assert comfyui.violations


def test_a_picture_that_was_never_given_is_noted(good: dict[str, Any]) -> None:
    good["prompt"]["40"] = {"class_type": "LoadImage", "inputs": {"image": "kinora/nobody.png"}}
    with ComfyUIStandIn() as comfyui:
        assert httpx2.post(comfyui.url + "/prompt", json=good).status_code == 400
        assert any("Invalid image file" in one for one in comfyui.violations)


def test_words_in_a_prompt_ask_for_faults(comfyui: ComfyUIStandIn, asked: Asked) -> None:
    provider = ComfyUIProvider(comfyui.url, "")
    for word, count in (("429", 2), ("503", 2), ("lost", 1)):
        prompt = f"a fox [[{word}]]"
        with pytest.raises(Exception, match=r".") as first:
            provider.submit(asked(prompt=prompt), str(uuid.uuid4()))
        assert type(first.value).__name__ == {"429": "RateLimited", "503": "Retryable", "lost": "Ambiguous"}[word]
        if count == 2:
            assert isinstance(finish(provider, provider.submit(asked(prompt=prompt), str(uuid.uuid4()))), Finished)
        assert (comfyui.submits[prompt], comfyui.accepted[prompt]) == (count, 1)


def test_it_runs_as_a_process_of_its_own(asked: Asked) -> None:
    command = [sys.executable, "-m", "tests.standins", "comfyui", "--image-seconds", "0.2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            provider = ComfyUIProvider(url, "")
            assert isinstance(finish(provider, provider.submit(asked(), "attempt-1")), Finished)
            assert httpx2.get(f"{url}/_control/log").json()["violations"] == []
        finally:
            process.terminate()
