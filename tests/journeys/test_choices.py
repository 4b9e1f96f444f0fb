"""What can be chosen on Create: options and their price, pictures of one's own, better words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.browsing import Visitor, balance, card
from tests.journeys.house import House
from tests.standins.google import GoogleStandIn
from tests.standins.media import jpeg

pytestmark = pytest.mark.browser


def choose(page: Page, name: str, value: str) -> None:
    """Choose one of the chips."""
    page.locator(f"input[name={name}][value='{value}']").check()


def price(page: Page, credits: int, after: str) -> None:
    """What the ticket says, and the frame beside the form."""
    ticket = page.locator("#ticket")
    expect(ticket.locator(".figure")).to_have_text(f"{credits} credits")
    expect(ticket).to_contain_text(after)
    expect(page.locator("[data-print=credits]")).to_have_text(f"{credits} cr")


def test_the_ticket_follows_every_choice(google_house: House, visit: Callable[..., Visitor]) -> None:
    """Kind, duration and resolution; the price is charged as it was shown (CRE-09, PRC-09)."""
    ada = visit(google_house, "ada").join()
    page = ada.open("/create?kind=video&duration=8&resolution=720p")
    price(page, 80, "100 now, 20 after this")
    choose(page, "duration", "4")
    price(page, 40, "100 now, 60 after this")
    choose(page, "kind", "image")
    price(page, 5, "100 now, 95 after this")
    choose(page, "kind", "video")
    price(page, 40, "100 now, 60 after this")
    page.get_by_label("Prompt", exact=True).fill("A lantern festival")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/drafts")
    balance(page, 60)


def test_what_cannot_be_paid_is_said_before_it_is_asked(google_house: House, visit: Callable[..., Visitor]) -> None:
    """How much is there, how much it needs, and what the balance does pay for; the words stay (CRE-10)."""
    ada = visit(google_house, "ada").join()
    ada.ask("A first one", "video", duration="8")
    page = ada.open("/create?kind=video&duration=4")
    page.get_by_label("Prompt", exact=True).fill("A second one")
    ticket = page.locator("#ticket")
    expect(ticket).to_contain_text("You have 20, this needs 40.")
    expect(page.get_by_role("button", name="Generate")).to_be_disabled()
    ticket.get_by_role("link", name="An image costs 5").click()
    page.wait_for_url("**/create?*kind=image*")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A second one")
    expect(page.locator("#ticket")).to_contain_text("20 now, 15 after this")
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()


def test_credits_that_go_in_another_tab_are_said_as_an_answer(
    google_house: House, visit: Callable[..., Visitor]
) -> None:
    """The form of this tab still believes in them: nothing is made, nothing is charged, the prompt is kept."""
    ada = visit(google_house, "ada").join()
    page = ada.open("/create?kind=video&duration=8")
    page.get_by_label("Prompt", exact=True).fill("One too many")
    beside = ada.tab("/create?kind=video&duration=8")
    beside.get_by_label("Prompt", exact=True).fill("The first")
    beside.get_by_role("button", name="Generate").click()
    beside.wait_for_url("**/drafts")
    balance(page, 20)
    ada.expect_trouble("status of 402", "status of 422")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("You have 20|not enough credits", re.IGNORECASE))
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("One too many")
    balance(page, 20)
    page.goto("/drafts")
    expect(card(page, "One too many")).to_have_count(0)


def test_an_uploaded_picture_is_what_the_model_gets(
    google_house: House, google: GoogleStandIn, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    """It shows at once, goes along with the brief, and can be taken out again (CRE-05)."""
    (tmp_path / "boat.jpg").write_bytes(jpeg("1:1"))
    (tmp_path / "notes.txt").write_text("no picture")
    ada = visit(google_house, "ada").join()
    page = ada.open("/create?kind=image")
    upload = page.get_by_label("Upload a reference picture")
    upload.set_input_files(tmp_path / "notes.txt")
    expect(page.locator("#references")).to_contain_text("This is not a picture.")
    page.locator("#references").get_by_role("button", name="Remove").click()
    upload.set_input_files(tmp_path / "boat.jpg")
    mine = page.locator("#references .reference")
    expect(mine).to_contain_text("1024 × 1024")
    expect(mine).to_have_count(1)
    page.get_by_label("Prompt", exact=True).fill("My boat at sea")
    page.get_by_role("button", name="Generate").click()
    expect(card(page, "My boat at sea")).to_have_attribute("data-state", "draft")
    assert "inlineData" in _asked(google, "image", "My boat at sea")


def test_a_draft_is_animated(google_house: House, google: GoogleStandIn, visit: Callable[..., Visitor]) -> None:
    """From the card of an image to a video that begins with it."""
    ada = visit(google_house, "ada").join()
    page = ada.ask("A paper ship")
    expect(card(page, "A paper ship")).to_have_attribute("data-state", "draft")
    card(page, "A paper ship").get_by_role("link", name="Animate").click()
    page.wait_for_url("**/create?*animate*")
    expect(page.get_by_role("radio", name="Video")).to_be_checked()
    expect(page.locator("#references .reference")).to_have_count(1)
    choose(page, "duration", "4")
    page.get_by_label("Prompt", exact=True).fill("The paper ship sets sail")
    price(page, 40, "95 now, 55 after this")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/drafts")
    expect(card(page, "sets sail")).to_have_attribute("data-state", "draft")
    expect(card(page, "sets sail").locator("video")).to_be_attached()
    assert "image_to_video" in _asked(google, "create", "sets sail")


def test_better_words_and_the_old_ones_back(google_house: House, visit: Callable[..., Visitor]) -> None:
    """Optimise puts a longer prompt in place; Undo gives back what was typed; neither costs anything (PRM-01)."""
    ada = visit(google_house, "ada").join()
    page = ada.open("/create?kind=image")
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("A fox")
    page.get_by_role("button", name="Optimise").click()
    expect(prompt).to_have_value(re.compile(r".{20,}"))
    expect(prompt).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(prompt).to_have_value("A fox")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    balance(page, 100)


def test_whoever_goes_on_writing_while_words_are_made_keeps_their_own(
    google_house: House, visit: Callable[..., Visitor]
) -> None:
    """The answer comes after more was typed: it is dropped, and the next one takes all of it (PRM-01)."""
    ada = visit(google_house, "ada").join()
    page = ada.open("/create?kind=image")
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("A fox")
    held: list[Route] = []
    page.route("**/create/optimise", lambda route: held.append(route))
    page.get_by_role("button", name="Optimise").click()
    expect(page.get_by_role("button", name="Rewriting…")).to_be_disabled()
    prompt.press_sequentially(" and a hare")
    held[0].continue_()
    page.unroute("**/create/optimise")
    expect(page.get_by_text("your words stay as they are")).to_be_visible()
    expect(prompt).to_have_value("A fox and a hare")
    page.get_by_role("button", name="Optimise").click()
    expect(prompt).to_have_value(re.compile(r"A fox and a hare.{10,}"))


def test_a_caption_is_suggested_in_the_dialog_and_taken_back(
    google_house: House, visit: Callable[..., Visitor]
) -> None:
    """PRM-03"""
    ada = visit(google_house, "ada").join()
    page = ada.ask("A paper lantern")
    expect(card(page, "A paper lantern")).to_have_attribute("data-state", "draft")
    card(page, "A paper lantern").get_by_role("link", name="Publish").click()
    caption = page.get_by_label("Caption")
    caption.fill("Mine")
    caption.press("Tab")
    page.keyboard.press("Enter")
    expect(caption).to_have_value(re.compile("A paper lantern.+"))
    expect(caption).to_be_focused()
    page.get_by_role("button", name="Undo caption").click()
    expect(caption).to_have_value("Mine")
    expect(page.get_by_role("dialog")).to_be_visible()


def _asked(google: GoogleStandIn, endpoint: str, words: str) -> str:
    """The body of the one request with these words."""
    (body,) = [text for one in google.requests_to(endpoint) if words in (text := json.dumps(one["json"]))]
    return body
