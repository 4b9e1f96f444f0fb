"""One house for all of these tests, with a provider that can be slow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crashes.slow_google import SlowGoogle
from tests.journeys.caller import Caller
from tests.journeys.house import House, with_google


@pytest.fixture(scope="package")
def google() -> Iterator[SlowGoogle]:
    """The provider."""
    with SlowGoogle() as standin:
        yield standin


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, google: SlowGoogle) -> Iterator[House]:
    """A house with short leases; tests may kill what is in it, it comes back."""
    house = House(tmp_path_factory.mktemp("house"), sqlite_template, **with_google(google))
    house.configure(lease_seconds=3, sweep_seconds=2, unconfirmed_seconds=2)
    with house:
        yield house
        house.clean()
        house.stop()


@pytest.fixture(scope="package")
def ada(house: House) -> Caller:
    """Somebody with credits enough."""
    ada = Caller(house.url, "ada_l").sign_up()
    house.give("ada_l", 1_000)
    return ada
