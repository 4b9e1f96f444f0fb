"""A Google stand-in for each test, which fails the test for any request that Google would not understand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.providers.google.client import Timeouts
from app.providers.google.provider import GoogleProvider
from tests.standins.google import KEY, GoogleStandIn

PATIENCE = Timeouts(connect=2.0, image=10.0, submit=10.0, look_up=10.0, text=10.0)
HASTE = Timeouts(0.4, 0.4, 0.4, 0.4, 0.4)


@pytest.fixture
def google() -> Iterator[GoogleStandIn]:
    with GoogleStandIn() as standin:
        yield standin
        assert standin.violations == []


@pytest.fixture
def provider(google: GoogleStandIn) -> GoogleProvider:
    return GoogleProvider(KEY, google.url, frozenset(), timeouts=PATIENCE)


@pytest.fixture
def hasty(google: GoogleStandIn) -> GoogleProvider:
    """A provider that waits 0.4 s for anything."""
    return GoogleProvider(KEY, google.url, frozenset(), timeouts=HASTE)
