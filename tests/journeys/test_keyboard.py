"""Keys only: nothing here is clicked, and the focus is never lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import Visitor, card
from tests.journeys.caller import PASSWORD
from tests.journeys.house import House

pytestmark = pytest.mark.browser
MOST_TABS = 60
FOCUSED = "(selector) => document.activeElement.matches(selector)"
LOST = "document.activeElement === document.body || document.activeElement === null"


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(MOST_TABS):
        if page.evaluate(FOCUSED, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab")


def follow(page: Page, selector: str, key: str = "Enter") -> None:
    """Go to a link or a button and press it."""
    reach(page, selector)
    page.keyboard.press(key)


def write(page: Page, selector: str, words: str) -> None:
    """Go to a field and type."""
    reach(page, selector)
    page.keyboard.type(words)


def test_from_signing_up_to_a_published_image(google_house: House, visit: Callable[..., Visitor]) -> None:
    """With Tab, arrows, Enter, Space and Escape."""
    ada = visit(google_house, "ada")
    page = ada.open("/signup")
    for name, words in (("username", ada.name), ("email", f"{ada.name}@example.org"), ("password", PASSWORD)):
        write(page, f"[name={name}]", words)
    page.keyboard.press("Enter")
    expect(page.locator("#balance")).to_be_visible()
    page.wait_for_url("**/create")
    reach(page, "[name=kind]:checked")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=kind][value=image]")).to_be_checked()
    expect(page.locator("#ticket")).to_have_attribute("data-credits", "5")
    write(page, "#prompt", "A bell tower")
    follow(page, "#generate")
    mine = card(page, "A bell tower")
    expect(mine).to_have_attribute("data-state", "draft")
    assert not page.evaluate(LOST), "after the answer to Generate"
    follow(page, ".card a[href$='/publish']")
    expect(page.locator("dialog #caption")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    assert page.evaluate(FOCUSED, ".card a[href$='/publish']"), "after Escape"
    page.keyboard.press("Enter")
    expect(page.locator("dialog #caption")).to_be_focused()
    page.keyboard.type("Noon")
    reach(page, "dialog [name=shows_prompt]")
    page.keyboard.press("Enter")
    expect(mine).to_have_attribute("data-state", "published")
    expect(page.locator("dialog")).to_be_hidden()
    assert not page.evaluate(LOST), "after publishing"


def test_a_dialog_gives_the_focus_back(google_house: House, visit: Callable[..., Visitor]) -> None:
    """To what opened it, by whichever way it is closed; and while it is open the focus is in it."""
    ada = visit(google_house, "ada").join()
    _has_made(ada)
    for path, opener, inside in (
        ("/explore", "a.tile__link", ".work"),
        ("/create", "a[hx-get='/create/history']", ".picks"),
        ("/drafts", ".card a[href$='/publish']", "#caption"),
    ):
        page = ada.open(path)
        for close in ("Escape", "button"):
            follow(page, opener)
            expect(page.locator(f"dialog {inside}")).to_be_visible()
            assert page.evaluate("document.activeElement.closest('dialog') !== null"), path
            if close == "button":
                follow(page, "dialog [data-close]")
            else:
                page.keyboard.press(close)
            expect(page.locator("dialog")).to_be_hidden()
            assert page.evaluate(FOCUSED, opener), f"{path}, closed by {close}"


def _has_made(ada: Visitor) -> None:
    """A draft and a post."""
    for prompt in ("A draft", "A post"):
        page = ada.ask(prompt)
        expect(card(page, prompt)).to_have_attribute("data-state", "draft")
    mine = card(page, "A post")
    mine.get_by_role("link", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(mine).to_have_attribute("data-state", "published")
