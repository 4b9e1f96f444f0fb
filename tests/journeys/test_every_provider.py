"""With each provider: somebody makes an image and a video, and sees a refusal, a busy minute and a lost answer end.

The provider's log is the judge: one accepted submit for each creation that was made, whatever happened on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import Visitor, card
from tests.journeys.house import House, eventually
from tests.journeys.players import PLAYERS, Player
from tests.standins.server import StandIn

pytestmark = pytest.mark.browser
IMAGE = "A lighthouse at dusk"
VIDEO = "Sun shafts through a kelp forest"
BUSY = "A busy street in the rain [[429]]"
LOST = "A letter that never arrives [[lost]]"
REFUSED = "A famous actor in a fight"
CREDITS = 2_000


@dataclass
class Place:
    """A house, the provider that serves it, and what that provider saw."""

    player: Player
    standin: StandIn
    house: House


@pytest.fixture(scope="module", params=PLAYERS, ids=lambda player: player.name)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Place]:
    player: Player = request.param
    with player.begin() as standin:
        house = House(tmp_path_factory.mktemp(player.name), sqlite_template, **player.environ_for(standin))
        with house:
            house.configure(unconfirmed_seconds=15, sweep_seconds=2)
            yield Place(player, standin, house)
            house.stop()


def test_work_is_made_or_paid_back_and_never_asked_for_twice(place: Place, visit: Callable[..., Visitor]) -> None:
    """JOB-01, JOB-09, JOB-10, PRV-01, PRC-10"""
    maker = visit(place.house, "maker").join()
    place.house.give(maker.name, CREDITS)
    for prompt in (IMAGE, BUSY, LOST, f"{REFUSED} [[{place.player.declines}]]"):
        maker.ask(prompt)
        expect(card(maker.page, prompt)).to_be_visible()
    page = maker.ask(VIDEO, "video")

    _is_made(page, IMAGE, "img")
    _is_made(page, VIDEO, "video")
    _is_made(page, BUSY, "img")
    expect(card(page, REFUSED)).to_have_attribute("data-state", "failed")
    expect(card(page, REFUSED)).to_contain_text("credits returned")
    lost = eventually(lambda: _settled(place.house, LOST), 40, what="an end of the lost one")

    assert place.standin.violations == []
    accepted = {prompt: _accepted(place.standin, prompt) for prompt in (IMAGE, VIDEO, BUSY, LOST)}
    assert accepted == dict.fromkeys(accepted, 1)
    assert lost == ("draft" if place.player.finds else "failed")
    _is_right_with_the_books(place.house, maker.name)


def _is_made(page: Page, prompt: str, media: str) -> None:
    """The card flips in place and shows what was made."""
    expect(card(page, prompt)).to_have_attribute("data-state", "draft", timeout=40_000)
    expect(card(page, prompt).locator(media).first).to_be_attached()


def _settled(house: House, prompt: str) -> str:
    found = house.rows("SELECT state FROM creations WHERE prompt = ? AND state IN ('draft', 'failed')", prompt)
    return str(found[0]["state"]) if found else ""


def _accepted(standin: StandIn, prompt: str) -> int:
    """How often work with these words was taken on; a provider may be told more than them."""
    return sum(count for words, count in standin.accepted.items() if prompt in words)


def _is_right_with_the_books(house: House, name: str) -> None:
    """What was made was paid for once, and nothing else."""
    spent = house.rows("SELECT sum(credit_cost) AS spent FROM creations WHERE state = 'draft'")[0]["spent"]
    balance = house.rows("SELECT balance FROM users WHERE username = ?", name)[0]["balance"]
    assert balance == CREDITS + 100 - spent
    house.clean()
