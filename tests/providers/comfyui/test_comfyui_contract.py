"""ComfyUI keeps the contract of all providers.

ComfyUI knows no keys, no money and no limits; a proxy before it does, and that is who answers for them here. What other
providers do when a model is gone, it does when a file of the model is not there.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx2
import pytest

from app.providers.base import Brief, Download, Kind
from app.providers.comfyui.provider import ComfyUIProvider, Timeouts
from tests.providers.contract import LookUpContract
from tests.standins import comfyui_wire as wire
from tests.standins.comfyui import USER, ComfyUIStandIn

PASSWORD = "stand-in-word"
HASTY = Timeouts(0.4, 0.4, 0.4, 0.4, 0.4)
AT_SUBMIT = {
    "busy": wire.AT_SUBMIT["429"],
    "overloaded": wire.AT_SUBMIT["503"],
    "error": wire.AT_SUBMIT["500"],
    "page": wire.AT_SUBMIT["html503"],
    "lost": "lost",
    "reset": "reset",
    "hang": {"fault": "hang", "seconds": 1.0},
    "unreadable": "unreadable",
    "redirect": {"fault": "redirect", "to": "http://localhost:9/elsewhere"},
    "rejected": wire.AT_SUBMIT["400"],
    "retired": wire.AT_SUBMIT["404"],
    "forbidden": wire.AT_SUBMIT["403"],
    "out of funds": wire.AT_SUBMIT["402"],
}
AT_LOOK_UP = {
    **AT_SUBMIT,
    "gone": "forgotten",
    "blocked": "blocked",
    "empty": "empty",
    "failed": "failed",
    "cancelled": "cancelled",
    "unheard of": "thinking_hard",
}


class ComfyUIHarness:
    """The stand-in in the words of the contract."""

    secret = PASSWORD

    def __init__(self, comfyui: ComfyUIStandIn, asked: Callable[..., Brief]) -> None:
        self.comfyui = comfyui
        self.asked = asked
        self.provider = self.another()

    def another(self) -> ComfyUIProvider:
        return self.with_key(PASSWORD)

    def without_key(self) -> ComfyUIProvider:
        return ComfyUIProvider("", "")

    def with_key(self, key: str) -> ComfyUIProvider:
        return self._at(f"127.0.0.1:{self.comfyui.port}", key)

    def impatient(self) -> ComfyUIProvider:
        return self._at(f"127.0.0.1:{self.comfyui.port}", PASSWORD, HASTY)

    def unreachable(self) -> ComfyUIProvider:
        # Bound and kept, but not listening: refused, and nobody else can listen there.
        self._taken = socket.socket()
        self._taken.bind(("127.0.0.1", 0))
        return self._at(f"127.0.0.1:{self._taken.getsockname()[1]}", PASSWORD, replace(HASTY, connect=0.5))

    def brief(self, kind: Kind) -> Brief:
        return self.asked("sdxl") if kind is Kind.IMAGE else self.asked("wan2.2-5b")

    def at_submit(self, kind: Kind, mishap: str) -> None:
        self.comfyui.script("prompt", AT_SUBMIT[mishap])

    def at_look_up(self, mishap: str) -> None:
        self.comfyui.script("history", AT_LOOK_UP[mishap])

    def submits(self) -> int:
        return len(self.comfyui.requests_to("prompt"))

    def accepted(self) -> int:
        return sum(self.comfyui.accepted.values())

    def fetch(self, download: Download) -> bytes:
        return httpx2.get(download.url, headers=dict(download.headers)).raise_for_status().content

    def _at(self, host: str, password: str, timeouts: Timeouts | None = None) -> ComfyUIProvider:
        return ComfyUIProvider(f"http://{USER}:{password}@{host}", "", timeouts=timeouts)


class TestComfyUI(LookUpContract):
    """Images and videos, both by look-ups."""

    kinds = (Kind.IMAGE, Kind.VIDEO)
    looked_up = (Kind.IMAGE, Kind.VIDEO)

    @pytest.fixture
    def harness(self, asked: Callable[..., Brief]) -> Iterator[ComfyUIHarness]:
        with ComfyUIStandIn(password=PASSWORD) as comfyui:
            yield ComfyUIHarness(comfyui, asked)
            assert comfyui.violations == []
