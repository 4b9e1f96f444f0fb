"""Replicate keeps the contract of all providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from app.providers.base import Brief, Kind
from app.providers.replicate.provider import ReplicateProvider
from tests.providers.contract import LookUpContract
from tests.providers.harness import AT_LOOK_UP, AT_SUBMIT, StandInHarness
from tests.providers.replicate.orders import HASTE, PATIENCE, flux, zeroscope
from tests.standins.replicate import KEY, ReplicateStandIn


class ReplicateHarness(StandInHarness[ReplicateProvider]):
    """Replicate's stand-in in the words of the contract."""

    secret = KEY
    submits_to: ClassVar[Mapping[Kind, str]] = {Kind.IMAGE: "create", Kind.VIDEO: "create"}
    at_submit_words: ClassVar[Mapping[str, Any]] = {**AT_SUBMIT, "rejected": "422"}
    at_look_up_words: ClassVar[Mapping[str, Any]] = {**AT_LOOK_UP, "cancelled": "canceled"}

    def build(self, *, key: str | None = None, url: str = "", hasty: bool = False) -> ReplicateProvider:
        timeouts = HASTE if hasty else PATIENCE
        return ReplicateProvider(KEY if key is None else key, url or self.standin.url, frozenset(), timeouts=timeouts)

    def brief(self, kind: Kind) -> Brief:
        return flux() if kind is Kind.IMAGE else zeroscope()


class TestReplicate(LookUpContract):
    """Images and videos alike are looked up."""

    kinds = (Kind.IMAGE, Kind.VIDEO)
    looked_up = (Kind.IMAGE, Kind.VIDEO)

    @pytest.fixture
    def harness(self, replicate: ReplicateStandIn) -> ReplicateHarness:
        return ReplicateHarness(replicate)
