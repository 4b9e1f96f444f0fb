"""Poe keeps the contract of all providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from app.providers.base import Brief, Kind
from app.providers.poe.provider import PoeProvider
from tests.providers.contract import ProviderContract
from tests.providers.harness import AT_SUBMIT, StandInHarness
from tests.providers.poe.conftest import HASTE, PATIENCE
from tests.standins.poe import KEY, PoeStandIn

RETIRED = {"fault": "400", "code": "model_not_found", "message": "The model does not exist."}


class PoeHarness(StandInHarness[PoeProvider]):
    """Poe's stand-in in the words of the contract; nothing is looked up there."""

    secret = KEY
    submits_to: ClassVar[Mapping[Kind, str]] = {Kind.IMAGE: "image", Kind.VIDEO: "video"}
    at_submit_words: ClassVar[Mapping[str, Any]] = {**AT_SUBMIT, "retired": RETIRED}

    def build(self, *, key: str | None = None, url: str = "", hasty: bool = False) -> PoeProvider:
        hosts = frozenset({f"127.0.0.1:{self.standin.port}"})
        timeouts = HASTE if hasty else PATIENCE
        return PoeProvider(KEY if key is None else key, url or self.standin.url, hosts, timeouts=timeouts)

    def brief(self, kind: Kind) -> Brief:
        if kind is Kind.IMAGE:
            return Brief(kind, "GPT-Image-2", "a fox in the snow", "1:1")
        return Brief(kind, "Video-Generator-PRO", "a fox runs", "16:9", duration=4, resolution="360p")


class TestPoe(ProviderContract):
    """Images and videos, both at once."""

    kinds = (Kind.IMAGE, Kind.VIDEO)

    @pytest.fixture
    def harness(self, poe: PoeStandIn) -> PoeHarness:
        return PoeHarness(poe)
