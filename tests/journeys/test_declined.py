"""Being declined, and what comes of it: the rule, the model's words, other words, another try."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.browsing import Visitor, balance, card
from tests.journeys.house import House

pytestmark = pytest.mark.browser
PROMPT = "A famous singer on a roof [[blocked-people]]"
BETTER = "A famous singer on a roof in soft evening light"


def test_who_is_declined_is_helped_to_other_words(google_house: House, visit: Callable[..., Visitor]) -> None:
    """ERR-01, ERR-02, PRM-01: nothing is lost, nothing is charged, and the suggestion can be taken back."""
    ada = visit(google_house, "ada").join()
    page = ada.ask(PROMPT, "image")
    declined = card(page, "A famous singer")
    expect(declined).to_have_attribute("data-state", "failed")
    expect(declined).to_contain_text("It looked like it shows real people.")
    expect(declined.locator("blockquote")).to_contain_text("an invented character is fine")
    expect(declined).not_to_contain_text("29310472")
    balance(page, 100)
    declined.get_by_role("link", name="Edit and retry").click()
    panel = page.locator(".declined")
    expect(panel).to_contain_text("Your 5 credits are back.")
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_have_value(PROMPT)
    expect(panel.locator(".rewording")).to_contain_text(BETTER)
    panel.get_by_role("button", name="Use these words").click()
    expect(prompt).to_have_value(BETTER)
    expect(prompt).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(prompt).to_have_value(PROMPT)
    panel.get_by_role("button", name="Use these words").click()
    expect(prompt).to_have_value(BETTER)
    page.get_by_role("button", name="Generate").click()
    expect(card(page, BETTER)).to_have_attribute("data-state", "draft")
    balance(page, 95)


def test_without_scripts_the_same_is_done_by_links_and_forms(
    google_house: House, visit: Callable[..., Visitor]
) -> None:
    """ERR-01, PRM-01."""
    ada = visit(google_house, "ada", java_script_enabled=False).join()
    page = ada.open("/create?kind=image")
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.get_by_role("button", name="Generate").click()
    status = page.locator("article.status[data-state=failed]")
    # The page asks again by itself, every eight seconds.
    expect(status).to_contain_text("It looked like it shows real people.", timeout=30_000)
    status.get_by_role("link", name="Edit and retry").click()
    page.get_by_role("link", name="Suggest other words").click()
    page.get_by_role("button", name="Use these words").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(BETTER)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)
