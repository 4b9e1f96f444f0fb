"""ComfyUI keeps the contract of all providers.

ComfyUI knows no keys, no money and no limits; a proxy before it does, and that is who answers for them here. What other
providers do when a model is gone, it does when a file of the model is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

import pytest

from app.providers.base import Brief, Kind
from app.providers.comfyui.provider import ComfyUIProvider, Timeouts
from tests.providers.contract import LookUpContract
from tests.providers.harness import AT_LOOK_UP, AT_SUBMIT, StandInHarness
from tests.standins import comfyui_wire as wire
from tests.standins.comfyui import USER, ComfyUIStandIn

PASSWORD = "stand-in-word"
HASTY = Timeouts(0.4, 0.4, 0.4, 0.4, 0.4)
REFUSED = {"busy": "429", "overloaded": "503", "error": "500", "page": "html503", "rejected": "400", "retired": "404",
           "forbidden": "403", "out of funds": "402"}  # fmt: skip


class ComfyUIHarness(StandInHarness[ComfyUIProvider]):
    """The stand-in in the words of the contract."""

    secret = PASSWORD
    submits_to: ClassVar[Mapping[Kind, str]] = {Kind.IMAGE: "prompt", Kind.VIDEO: "prompt"}
    looks_at = "history"
    at_submit_words: ClassVar[Mapping[str, Any]] = {
        **AT_SUBMIT,
        **{mishap: wire.AT_SUBMIT[word] for mishap, word in REFUSED.items()},
    }
    at_look_up_words: ClassVar[Mapping[str, Any]] = {**AT_LOOK_UP, **at_submit_words, "gone": "forgotten"}

    def __init__(self, comfyui: ComfyUIStandIn, asked: Callable[..., Brief]) -> None:
        self.asked = asked
        super().__init__(comfyui)

    def build(self, *, key: str | None = None, url: str = "", hasty: bool = False) -> ComfyUIProvider:
        host = (url or self.standin.url).removeprefix("http://")
        address = "" if key == "" else f"http://{USER}:{PASSWORD if key is None else key}@{host}"
        return ComfyUIProvider(address, "", timeouts=HASTY if hasty else None)

    def brief(self, kind: Kind) -> Brief:
        return self.asked("sdxl") if kind is Kind.IMAGE else self.asked("wan2.2-5b")


class TestComfyUI(LookUpContract):
    """Images and videos, both by look-ups."""

    kinds = (Kind.IMAGE, Kind.VIDEO)
    looked_up = (Kind.IMAGE, Kind.VIDEO)

    @pytest.fixture
    def harness(self, asked: Callable[..., Brief]) -> Iterator[ComfyUIHarness]:
        with ComfyUIStandIn(password=PASSWORD) as comfyui:
            yield ComfyUIHarness(comfyui, asked)
            assert comfyui.violations == []
