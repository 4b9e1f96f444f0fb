"""What journeys share: houses and one browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from tests.journeys.browsing import Visitor
from tests.journeys.house import House, with_google
from tests.standins.google import GoogleStandIn

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One headless Chromium for all journeys: the machine's own."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found or not os.access(found, os.X_OK):
        pytest.fail("The journeys need Chromium: install it (on Debian: apt-get install chromium)", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def google() -> Iterator[GoogleStandIn]:
    """Google's Gemini API, on loopback."""
    with GoogleStandIn(video_seconds=1.0) as standin:
        yield standin


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    """Kinora as a newcomer starts it, with the renderer of this house; for journeys that leave it running."""
    house = House(tmp_path_factory.mktemp("house"), sqlite_template)
    with house:
        yield house
        house.stop()


@pytest.fixture(scope="session")
def google_house(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, google: GoogleStandIn
) -> Iterator[House]:
    """The same with Google's models, played by the stand-in."""
    house = House(tmp_path_factory.mktemp("google-house"), sqlite_template, **with_google(google))
    with house:
        yield house
        house.stop()


@pytest.fixture
def visit(chromium: Chromium) -> Iterator[Callable[..., Visitor]]:
    """Let people come, each with a browser of their own; at the end none of them may have seen an error."""
    visitors: list[Visitor] = []

    def come(house: House, name: str = "", **options: object) -> Visitor:
        visitors.append(Visitor(chromium.new_context(base_url=house.url, **options), house, name))
        return visitors[-1]

    yield come
    # What a browser says while it is shut down, such as of a socket that was still opening, nobody sees.
    troubles = [trouble for visitor in visitors for trouble in visitor.seen()]
    for visitor in visitors:
        visitor.context.close()
    assert not troubles
