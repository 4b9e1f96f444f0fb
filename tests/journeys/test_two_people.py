"""The main journey: make an image and a video, watch them become ready, show them, be liked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Visitor, balance, card
from tests.journeys.house import House

pytestmark = pytest.mark.browser


def test_what_ada_makes_and_shows_bob_likes(house: House, visit: Callable[..., Visitor]) -> None:
    """Sign up, ask for an image and a video, watch both flip, publish, be liked: all pages by themselves (RT-01)."""
    ada, bob = visit(house, "ada").join(), visit(house, "bob").join()
    ada.ask("A lighthouse at dusk")
    ada.ask("Sun shafts through a kelp forest", "video", duration="4")
    beside = ada.tab("/me/settings")
    balance(ada.page, 55)
    balance(beside, 55)
    for prompt in ("A lighthouse at dusk", "Sun shafts through a kelp forest"):
        expect(card(ada.page, prompt)).to_have_attribute("data-state", "draft", timeout=60_000)
    video = card(ada.page, "kelp forest").locator("video")
    card(ada.page, "kelp forest").get_by_role("button", name=re.compile("Play")).click()
    expect(video).to_have_js_property("paused", False)
    for prompt, caption in (("A lighthouse at dusk", "Home"), ("Sun shafts through a kelp forest", "Under water")):
        _publish(ada, prompt, caption)
    ada.open("/explore")
    _like_both(bob)
    expect(ada.page.locator(".tile", has_text="Under water").locator("[data-likes]")).to_have_text("1")
    expect(ada.page.locator(".tile", has_text="Home").locator("[data-likes]")).to_have_text("1")


def test_a_balance_changes_in_every_tab(house: House, visit: Callable[..., Visitor]) -> None:
    """Two tabs, one person: what one spends, the other shows (RT-02)."""
    ada = visit(house, "ada").join()
    beside = ada.tab("/me/settings")
    balance(beside, 100)
    ada.ask("A single red umbrella in the rain")
    balance(beside, 95)
    balance(ada.page, 95)


def _publish(visitor: Visitor, prompt: str, caption: str) -> None:
    page = visitor.page
    mine = card(page, prompt)
    mine.get_by_role("link", name="Publish").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(re.compile("Caption")).fill(caption)
    dialog.get_by_role("button", name="Publish").click()
    expect(dialog).to_be_hidden()
    expect(mine).to_have_attribute("data-state", "published")


def _like_both(visitor: Visitor) -> None:
    page = visitor.open("/explore")
    for caption in ("Home", "Under water"):
        tile = page.locator(".tile", has_text=caption)
        tile.hover()
        tile.get_by_role("button", name=re.compile("Like")).click()
        expect(tile.get_by_role("button", name=re.compile("Like"))).to_have_attribute("aria-pressed", "true")
