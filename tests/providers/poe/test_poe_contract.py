"""Poe keeps the contract of all providers."""

from __future__ import annotations

import socket

import httpx2
import pytest

from app.providers.base import Brief, Download, Kind
from app.providers.poe.provider import PoeProvider, Timeouts
from tests.providers.contract import ProviderContract
from tests.standins.poe import KEY, PoeStandIn

AT_SUBMIT = {
    "busy": "429",
    "overloaded": "503",
    "error": {"fault": "500", "accept": True},
    "page": {"fault": "html", "status": 503},
    "lost": "lost",
    "reset": "reset",
    "hang": {"fault": "hang", "seconds": 1.0},
    "unreadable": "unreadable",
    "redirect": {"fault": "redirect", "to": "http://localhost:9/elsewhere"},
    "rejected": "400",
    "retired": {"fault": "400", "code": "model_not_found", "message": "The model does not exist."},
    "forbidden": "403",
    "out of funds": "402",
}


class PoeHarness:
    """Poe's stand-in in the words of the contract."""

    secret = KEY

    def __init__(self, poe: PoeStandIn, provider: PoeProvider, hasty: PoeProvider) -> None:
        self.poe = poe
        self.provider = provider
        self.hasty = hasty

    def another(self) -> PoeProvider:
        return self.with_key(KEY)

    def without_key(self) -> PoeProvider:
        return self.with_key("")

    def with_key(self, key: str) -> PoeProvider:
        return PoeProvider(key, self.poe.url, frozenset({f"127.0.0.1:{self.poe.port}"}))

    def impatient(self) -> PoeProvider:
        return self.hasty

    def unreachable(self) -> PoeProvider:
        # Bound and kept, but not listening: refused, and nobody else can listen there.
        self._taken = socket.socket()
        self._taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{self._taken.getsockname()[1]}"
        return PoeProvider(KEY, url, frozenset(), timeouts=Timeouts(connect=0.5))

    def brief(self, kind: Kind) -> Brief:
        if kind is Kind.IMAGE:
            return Brief(kind, "GPT-Image-2", "a fox in the snow", "1:1")
        return Brief(kind, "Video-Generator-PRO", "a fox runs", "16:9", duration=4, resolution="360p")

    def at_submit(self, kind: Kind, mishap: str) -> None:
        self.poe.script(kind.value, AT_SUBMIT[mishap])

    def at_look_up(self, mishap: str) -> None:
        raise AssertionError("nothing is looked up at Poe")

    def submits(self) -> int:
        return len(self.poe.requests_to("image")) + len(self.poe.requests_to("video"))

    def accepted(self) -> int:
        return sum(self.poe.accepted.values())

    def fetch(self, download: Download) -> bytes:
        return httpx2.get(download.url, headers=dict(download.headers)).raise_for_status().content


class TestPoe(ProviderContract):
    """Images and videos, both at once."""

    kinds = (Kind.IMAGE, Kind.VIDEO)

    @pytest.fixture
    def harness(self, poe: PoeStandIn, provider: PoeProvider, hasty: PoeProvider) -> PoeHarness:
        return PoeHarness(poe, provider, hasty)
