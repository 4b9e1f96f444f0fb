"""Google Cloud keeps the contract of all providers, in both of the ways in which it can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest

from app.providers.base import Brief, Kind
from app.providers.google_cloud.provider import GoogleCloudProvider
from tests.providers.contract import LookUpContract
from tests.providers.google_cloud.orders import HASTE, PATIENCE, Build
from tests.providers.harness import AT_LOOK_UP, StandInHarness
from tests.standins.google import KEY
from tests.standins.google_cloud import TOKEN, GoogleCloudStandIn


class CloudHarness(StandInHarness[GoogleCloudProvider]):
    """The Agent Platform's stand-in in the words of the contract."""

    submits_to: ClassVar[Mapping[Kind, str]] = {Kind.IMAGE: "image", Kind.VIDEO: "create"}
    at_look_up_words: ClassVar[Mapping[str, Any]] = {**AT_LOOK_UP, "blocked": "filtered", "unheard of": "pondering"}

    def __init__(self, cloud: GoogleCloudStandIn, made: Build, secret: str) -> None:
        self.made = made
        self.secret = secret
        super().__init__(cloud)

    def build(self, *, key: str | None = None, url: str = "", hasty: bool = False) -> GoogleCloudProvider:
        if key == "":
            return GoogleCloudProvider("", "", "", self.standin.url)
        return self.made(**({"key": key} if key else {}), base_url=url, timeouts=HASTE if hasty else PATIENCE)

    def brief(self, kind: Kind) -> Brief:
        if kind is Kind.IMAGE:
            return Brief(kind, "gemini-3.1-flash-image", "a fox in the snow", "1:1")
        return Brief(kind, "veo-3.1-fast-generate-001", "a fox runs", "16:9", duration=4, resolution="720p")


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
