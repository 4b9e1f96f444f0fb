"""A ComfyUI stand-in for each test, which fails the test for any request that ComfyUI would not understand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.catalogue.listing import built_in
from app.providers.base import Brief, Kind
from app.providers.comfyui.provider import ComfyUIProvider, Timeouts
from tests.standins.comfyui import ComfyUIStandIn

PATIENCE = Timeouts(connect=2.0, upload=10.0, submit=10.0, look_up=10.0, listen=2.0)


@pytest.fixture
def comfyui() -> Iterator[ComfyUIStandIn]:
    with ComfyUIStandIn() as standin:
        yield standin
        assert standin.violations == []


@pytest.fixture
def provider(comfyui: ComfyUIStandIn) -> ComfyUIProvider:
    return ComfyUIProvider(comfyui.url, "", timeouts=PATIENCE)


@pytest.fixture
def asked() -> Callable[..., Brief]:
    """`asked("sdxl", ...)`: a brief for a model that comes along, by its own entry in the catalogue."""

    def brief(model: str = "sdxl", prompt: str = "a fox in the snow", **fields: Any) -> Brief:
        entry = next(one for one in built_in() if (one.provider, one.id) == ("comfyui", model))
        video = {"duration": 3, "resolution": "480p"} if entry.kind == Kind.VIDEO else {}
        return Brief(**{"kind": entry.kind, "model": model, "prompt": prompt, "aspect_ratio": "16:9",
                        "recipe": entry.recipe, **video, **fields})  # fmt: skip

    return brief
