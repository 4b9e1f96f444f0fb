"""A Replicate stand-in for each test, which fails the test for any request that Replicate would not understand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.providers.replicate.provider import ReplicateProvider
from tests.providers.replicate.orders import HASTE, PATIENCE
from tests.standins.replicate import KEY, ReplicateStandIn


@pytest.fixture
def replicate() -> Iterator[ReplicateStandIn]:
    with ReplicateStandIn() as standin:
        yield standin
        assert standin.violations == []


@pytest.fixture
def provider(replicate: ReplicateStandIn) -> ReplicateProvider:
    return ReplicateProvider(KEY, replicate.url, frozenset(), timeouts=PATIENCE)


@pytest.fixture
def hasty(replicate: ReplicateStandIn) -> ReplicateProvider:
    """A provider that waits 0.4 s for anything."""
    return ReplicateProvider(KEY, replicate.url, frozenset(), timeouts=HASTE)
