"""The main journey in a browser that runs no script at all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Visitor, balance
from tests.journeys.house import House

pytestmark = pytest.mark.browser


def test_everything_essential_works_without_scripts(google_house: House, visit: Callable[..., Visitor]) -> None:
    """Sign up, ask, see it ready on a page that refreshes itself, publish; another person likes."""
    ada = visit(google_house, "ada", java_script_enabled=False).join()
    bob = visit(google_house, "bob", java_script_enabled=False).join()
    page = ada.ask("A ferry in the fog [[slow:2]]")
    page.wait_for_url("**/creations/*")
    status, asked_at = page.locator(".status"), page.url
    expect(status).to_contain_text("Generating…")
    balance(page, 95)
    ada.forget_requests()
    expect(status).to_have_attribute("data-state", "draft", timeout=40_000)
    assert [one.path for one in ada.requests() if one.kind == "document"]
    assert page.url == asked_at
    expect(status.locator("img.card__picture")).to_have_js_property("complete", True)
    page.get_by_role("link", name="Publish").click()
    page.get_by_label(re.compile("Caption")).fill("The early ferry")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The early ferry")
    _like_and_take_back(bob)
    page.reload()
    expect(page.locator("[data-likes]")).to_have_text("1")


def test_a_page_that_waits_for_nothing_does_not_refresh_itself(
    google_house: House, visit: Callable[..., Visitor]
) -> None:
    """Only while something is being made, and only without scripts."""
    ada = visit(google_house, "ada", java_script_enabled=False).join()
    page = ada.ask("A crane over the harbour")
    page.wait_for_url("**/creations/*")
    status = page.locator(".status")
    expect(status).to_have_attribute("data-state", "draft", timeout=40_000)
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    ada.forget_requests()
    page.wait_for_timeout(9_000)
    assert not ada.requests()


def _like_and_take_back(bob: Visitor) -> None:
    """Like, take it back, like again: each time the page says what holds."""
    page = bob.open("/explore")
    page.locator(".tile", has_text="The early ferry").locator("a.tile__link").click()
    page.wait_for_url("**/p/*")
    like = page.get_by_role("button", name=re.compile("Like"))
    for pressed in ("true", "false", "true"):
        like.click()
        expect(like).to_have_attribute("aria-pressed", pressed)
        expect(page.locator("[data-likes]")).to_have_text("1" if pressed == "true" else "0")
