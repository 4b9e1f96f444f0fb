"""Google keeps the contract of all providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pytest

from app.providers.base import Brief, Kind
from app.providers.google.client import Timeouts
from app.providers.google.provider import GoogleProvider
from tests.providers.contract import LookUpContract
from tests.providers.google.conftest import HASTE, PATIENCE
from tests.providers.harness import StandInHarness
from tests.standins.google import KEY, GoogleStandIn


class GoogleHarness(StandInHarness[GoogleProvider]):
    """Google's stand-in in the words of the contract."""

    secret = KEY
    submits_to: ClassVar[Mapping[Kind, str]] = {Kind.IMAGE: "image", Kind.VIDEO: "create"}

    def build(self, *, key: str | None = None, url: str = "", hasty: bool = False) -> GoogleProvider:
        timeouts: Timeouts = HASTE if hasty else PATIENCE
        return GoogleProvider(KEY if key is None else key, url or self.standin.url, frozenset(), timeouts=timeouts)

    def brief(self, kind: Kind) -> Brief:
        if kind is Kind.IMAGE:
            return Brief(kind, "gemini-3.1-flash-image", "a fox in the snow", "1:1")
        return Brief(kind, "gemini-omni-1.2-flash", "a fox runs", "16:9", duration=4, resolution="360p")


class TestGoogle(LookUpContract):
    """Images at once, videos by look-ups."""

    kinds = (Kind.IMAGE, Kind.VIDEO)
    looked_up = (Kind.VIDEO,)

    @pytest.fixture
    def harness(self, google: GoogleStandIn) -> GoogleHarness:
        return GoogleHarness(google)
