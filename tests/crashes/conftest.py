"""A house whose provider takes its time, so that it can be killed in the middle of everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crashes.deadly_google import DeadlyGoogle
from tests.journeys.house import House, with_google


@pytest.fixture(scope="module")
def google() -> Iterator[DeadlyGoogle]:
    """The provider."""
    with DeadlyGoogle() as standin:
        yield standin


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path, google: DeadlyGoogle) -> Iterator[House]:
    """A house of this test's own, with short leases."""
    google.reset()
    house = House(tmp_path, sqlite_template, **with_google(google))
    house.configure(lease_seconds=3, sweep_seconds=2, unconfirmed_seconds=2, video_concurrent_limit=1000)
    with house:
        yield house
