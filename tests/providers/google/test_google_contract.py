"""Google keeps the contract of all providers."""

from __future__ import annotations

import socket

import httpx2
import pytest

from app.providers.base import Brief, Download, Kind
from app.providers.google.client import Timeouts
from app.providers.google.provider import GoogleProvider
from tests.providers.contract import LookUpContract
from tests.standins.google import KEY, GoogleStandIn

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
    "cancelled": "cancelled",
    "unheard of": "thinking_hard",
}


class GoogleHarness:
    """Google's stand-in in the words of the contract."""

    secret = KEY

    def __init__(self, google: GoogleStandIn, provider: GoogleProvider, hasty: GoogleProvider) -> None:
        self.google = google
        self.provider = provider
        self.hasty = hasty

    def another(self) -> GoogleProvider:
        return self.with_key(KEY)

    def without_key(self) -> GoogleProvider:
        return self.with_key("")

    def with_key(self, key: str) -> GoogleProvider:
        return GoogleProvider(key, self.google.url, frozenset())

    def impatient(self) -> GoogleProvider:
        return self.hasty

    def unreachable(self) -> GoogleProvider:
        # Bound and kept, but not listening: refused, and nobody else can listen there.
        self._taken = socket.socket()
        self._taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{self._taken.getsockname()[1]}"
        return GoogleProvider(KEY, url, frozenset(), timeouts=Timeouts(connect=0.5))

    def brief(self, kind: Kind) -> Brief:
        if kind is Kind.IMAGE:
            return Brief(kind, "gemini-3.1-flash-image", "a fox in the snow", "1:1")
        return Brief(kind, "gemini-omni-1.2-flash", "a fox runs", "16:9", duration=4, resolution="360p")

    def at_submit(self, kind: Kind, mishap: str) -> None:
        self.google.script("image" if kind is Kind.IMAGE else "create", AT_SUBMIT[mishap])

    def at_look_up(self, mishap: str) -> None:
        self.google.script("get", AT_LOOK_UP[mishap])

    def submits(self) -> int:
        return len(self.google.requests_to("image")) + len(self.google.requests_to("create"))

    def accepted(self) -> int:
        return sum(self.google.accepted.values())

    def fetch(self, download: Download) -> bytes:
        return httpx2.get(download.url, headers=dict(download.headers)).raise_for_status().content


class TestGoogle(LookUpContract):
    """Images at once, videos by look-ups."""

    kinds = (Kind.IMAGE, Kind.VIDEO)
    looked_up = (Kind.VIDEO,)

    @pytest.fixture
    def harness(self, google: GoogleStandIn, provider: GoogleProvider, hasty: GoogleProvider) -> GoogleHarness:
        return GoogleHarness(google, provider, hasty)
