"""Google Cloud keeps the contract of all providers, in both of the ways in which it can be asked."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from app.providers.base import Brief, Download, Kind
from app.providers.google.client import Timeouts
from app.providers.google_cloud.provider import GoogleCloudProvider
from tests.providers.contract import LookUpContract
from tests.providers.google_cloud.orders import HASTE, Build
from tests.standins.google import KEY
from tests.standins.google_cloud import TOKEN, GoogleCloudStandIn

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
    "blocked": "filtered",
    "empty": "empty",
    "failed": "failed",
    "cancelled": "cancelled",
    "unheard of": "pondering",
}


class CloudHarness:
    """The Agent Platform's stand-in in the words of the contract."""

    def __init__(self, cloud: GoogleCloudStandIn, build: Build, secret: str) -> None:
        self.cloud = cloud
        self.build = build
        self.secret = secret
        self.provider = build()

    def another(self) -> GoogleCloudProvider:
        return self.build()

    def without_key(self) -> GoogleCloudProvider:
        return GoogleCloudProvider("", "", "", self.cloud.url)

    def with_key(self, key: str) -> GoogleCloudProvider:
        return self.build(key=key)

    def impatient(self) -> GoogleCloudProvider:
        return self.build(timeouts=HASTE)

    def unreachable(self) -> GoogleCloudProvider:
        # Bound and kept, but not listening: refused, and nobody else can listen there.
        self._taken = socket.socket()
        self._taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{self._taken.getsockname()[1]}"
        return self.build(base_url=url, timeouts=Timeouts(connect=0.5))

    def brief(self, kind: Kind) -> Brief:
        if kind is Kind.IMAGE:
            return Brief(kind, "gemini-3.1-flash-image", "a fox in the snow", "1:1")
        return Brief(kind, "veo-3.1-fast-generate-001", "a fox runs", "16:9", duration=4, resolution="720p")

    def at_submit(self, kind: Kind, mishap: str) -> None:
        self.cloud.script("image" if kind is Kind.IMAGE else "create", AT_SUBMIT[mishap])

    def at_look_up(self, mishap: str) -> None:
        self.cloud.script("get", AT_LOOK_UP[mishap])

    def submits(self) -> int:
        return len(self.cloud.requests_to("image")) + len(self.cloud.requests_to("create"))

    def accepted(self) -> int:
        return sum(self.cloud.accepted.values())

    def fetch(self, download: Download) -> bytes:
        raise AssertionError("every result comes with its answer")


class _Contract(LookUpContract):
    kinds = (Kind.IMAGE, Kind.VIDEO)
    looked_up = (Kind.VIDEO,)


class TestByProject(_Contract):
    """With a project and its service account."""

    @pytest.fixture
    def harness(self, cloud: GoogleCloudStandIn, by_project: Build, as_account: Callable[..., None]) -> CloudHarness:
        def build(*, key: str = "", **options: object) -> GoogleCloudProvider:
            if key:
                as_account(key=key)
            return by_project(**options)

        return CloudHarness(cloud, build, TOKEN)


class TestByKey(_Contract):
    """With an express key."""

    @pytest.fixture
    def harness(self, cloud: GoogleCloudStandIn, by_key: Build) -> CloudHarness:
        return CloudHarness(cloud, by_key, KEY)
