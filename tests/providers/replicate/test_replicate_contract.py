"""Replicate keeps the contract of all providers."""

from __future__ import annotations

import socket

import httpx2
import pytest

from app.providers.base import Brief, Download, Kind
from app.providers.replicate.provider import ReplicateProvider, Timeouts
from tests.providers.contract import LookUpContract
from tests.providers.replicate.orders import flux, zeroscope
from tests.standins.replicate import KEY, ReplicateStandIn

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
    "rejected": "422",
    "retired": "404",
    "forbidden": "403",
    "out of funds": "402",
}
AT_LOOK_UP = {
    **AT_SUBMIT,
    "error": "500",
    "gone": "404",
    "blocked": "blocked",
    "empty": "empty",
    "failed": "failed",
    "cancelled": "canceled",
    "unheard of": "thinking_hard",
}


class ReplicateHarness:
    """Replicate's stand-in in the words of the contract."""

    secret = KEY

    def __init__(self, replicate: ReplicateStandIn, provider: ReplicateProvider, hasty: ReplicateProvider) -> None:
        self.replicate = replicate
        self.provider = provider
        self.hasty = hasty

    def another(self) -> ReplicateProvider:
        return self.with_key(KEY)

    def without_key(self) -> ReplicateProvider:
        return self.with_key("")

    def with_key(self, key: str) -> ReplicateProvider:
        return ReplicateProvider(key, self.replicate.url, frozenset())

    def impatient(self) -> ReplicateProvider:
        return self.hasty

    def unreachable(self) -> ReplicateProvider:
        # Bound and kept, but not listening: refused, and nobody else can listen there.
        self._taken = socket.socket()
        self._taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{self._taken.getsockname()[1]}"
        return ReplicateProvider(KEY, url, frozenset(), timeouts=Timeouts(connect=0.5))

    def brief(self, kind: Kind) -> Brief:
        return flux() if kind is Kind.IMAGE else zeroscope()

    def at_submit(self, kind: Kind, mishap: str) -> None:
        self.replicate.script("create", AT_SUBMIT[mishap])

    def at_look_up(self, mishap: str) -> None:
        self.replicate.script("get", AT_LOOK_UP[mishap])

    def submits(self) -> int:
        return len(self.replicate.requests_to("create"))

    def accepted(self) -> int:
        return sum(self.replicate.accepted.values())

    def fetch(self, download: Download) -> bytes:
        return httpx2.get(download.url, headers=dict(download.headers)).raise_for_status().content


class TestReplicate(LookUpContract):
    """Images and videos alike are looked up."""

    kinds = (Kind.IMAGE, Kind.VIDEO)
    looked_up = (Kind.IMAGE, Kind.VIDEO)

    @pytest.fixture
    def harness(
        self, replicate: ReplicateStandIn, provider: ReplicateProvider, hasty: ReplicateProvider
    ) -> ReplicateHarness:
        return ReplicateHarness(replicate, provider, hasty)
