"""A Poe stand-in for each test, which fails the test for any request that Poe would not understand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.providers.poe.provider import PoeProvider, Timeouts
from tests.standins.poe import KEY, PoeStandIn

PATIENCE = Timeouts(connect=2.0, image=10.0, video=10.0, text=10.0, listing=10.0)
HASTE = Timeouts(0.4, 0.4, 0.4, 0.4, 0.4)


@pytest.fixture
def poe() -> Iterator[PoeStandIn]:
    with PoeStandIn() as standin:
        yield standin
        assert standin.violations == []


@pytest.fixture
def provider(poe: PoeStandIn) -> PoeProvider:
    return PoeProvider(KEY, poe.url, frozenset({f"127.0.0.1:{poe.port}"}), timeouts=PATIENCE)


@pytest.fixture
def hasty(poe: PoeStandIn) -> PoeProvider:
    """A provider that waits 0.4 s for anything."""
    hosts = frozenset({f"127.0.0.1:{poe.port}"})
    return PoeProvider(KEY, poe.url, hosts, timeouts=HASTE)
