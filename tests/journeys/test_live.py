"""Cards that change by themselves: how soon, with what requests, and through which breakdowns."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import processes
from tests.journeys.browsing import SERVER_AWAY, Visitor, balance, card
from tests.journeys.house import House, eventually

pytestmark = pytest.mark.browser
FLIP = """(id) => new Promise((done) => {
  const seen = () => document.getElementById(`creation-${id}`)?.dataset.state === "draft" && done(Date.now());
  new MutationObserver(seen).observe(document.body, { subtree: true, attributes: true, childList: true });
  seen();
})"""
CLOSE_CODES = """document.addEventListener("htmx:ws:close", ({ detail }) => {
  (window.closeCodes ??= []).push(detail.code);
})"""


def started(visitor: Visitor, prompt: str) -> tuple[Page, str]:
    """Ask for a video and wait until Drafts is open and its socket is: the page, and the creation's id."""
    page = visitor.ask(prompt, "video", duration="4")
    expect(page.locator("[data-live]")).to_have_text("Live")
    page.wait_for_load_state("networkidle")
    return page, (card(page, prompt).get_attribute("id") or "").removeprefix("creation-")


def test_a_card_flips_within_two_seconds_without_a_request(google_house: House, visit: Callable[..., Visitor]) -> None:
    """From the stored result to the picture on the page; nothing is asked for but the media (RT-01, RT-05)."""
    ada = visit(google_house, "ada").join()
    page, creation_id = started(ada, "A kite over the dunes")
    expect(card(page, "A kite")).to_contain_text("Generating…")
    ada.forget_requests()
    shown = page.evaluate(FLIP, creation_id) / 1000
    stored = datetime.fromisoformat(google_house.row(creation_id)["completed_at"]).replace(tzinfo=UTC).timestamp()
    assert shown - stored < 2
    expect(card(page, "A kite").locator("video")).to_be_attached()
    expect(page.locator(".toast")).to_contain_text("is ready")
    assert not ada.requests()


def test_a_card_flips_although_its_server_was_killed(google_house: House, visit: Callable[..., Visitor]) -> None:
    """The web is down while the job ends; the page comes back by itself and asks for nothing but its socket (RT-03)."""
    ada = visit(google_house, "ada").join()
    ada.expect_trouble(*SERVER_AWAY)
    page, creation_id = started(ada, "A tram in the snow")
    ada.forget_requests()
    until = time.monotonic() + 60
    while google_house.row(creation_id)["step"] is not None:
        assert time.monotonic() < until, google_house.words()
        processes.kill(google_house.child("web"))
        time.sleep(0.1)
    expect(card(page, "A tram")).not_to_have_attribute("data-state", "draft")
    expect(page.locator("[data-live]")).to_have_text("Reconnecting…")
    expect(card(page, "A tram")).to_have_attribute("data-state", "draft", timeout=40_000)
    expect(page.locator("[data-live]")).to_have_text("Live")
    expect(page.locator(".toast")).to_have_count(1)
    assert not ada.requests()


def test_an_idle_page_asks_for_nothing(google_house: House, visit: Callable[..., Visitor]) -> None:
    """Twenty seconds of Drafts, with a card that is ready and one that failed (RT-05)."""
    ada = visit(google_house, "ada").join()
    page, _ = started(ada, "An owl at night")
    expect(card(page, "An owl")).to_have_attribute("data-state", "draft")
    page.reload()
    expect(page.locator("[data-live]")).to_have_text("Live")
    page.wait_for_load_state("networkidle")
    ada.forget_requests()
    page.wait_for_timeout(20_000)
    assert not ada.requests()


def test_a_refusal_by_the_safety_filter_is_told_live(google_house: House, visit: Callable[..., Visitor]) -> None:
    """Not made, why, and that the credits are back (JOB-10, ERR-01)."""
    ada = visit(google_house, "ada").join()
    page = ada.ask("[[blocked]] [[slow:1]] something forbidden", "video", duration="4")
    balance(page, 60)
    failed = card(page, "something forbidden")
    expect(failed).to_contain_text("Generating…")
    ada.forget_requests()
    expect(failed).to_have_attribute("data-state", "failed")
    expect(failed).to_contain_text("Not made")
    expect(failed).to_contain_text("The safety filter declined it.")
    expect(failed).to_contain_text(re.compile("40 credits (are back|returned)"))
    expect(page.locator(".toast")).to_contain_text("40 credits are back")
    balance(page, 100)
    assert not ada.requests()
    page.goto("/me/ledger")
    expect(page.locator("tr[data-refund]")).to_have_count(1)


def test_logging_out_closes_every_tab_and_says_so(google_house: House, visit: Callable[..., Visitor]) -> None:
    """With 4401, at once; it does not come back until somebody logs in (SEC-03)."""
    ada = visit(google_house, "ada").join()
    drafts = ada.open("/drafts")
    drafts.evaluate(CLOSE_CODES)
    expect(drafts.locator("[data-live]")).to_have_text("Live")
    other = ada.tab(f"/u/{ada.name}")
    other.get_by_role("button", name="Log out").click()
    expect(drafts.locator("[data-live]")).to_have_text("Logged out")
    expect(drafts.locator(".toast")).to_contain_text("You have been logged out.")
    expect(drafts.locator(".toast a")).to_have_attribute("href", "/login")
    drafts.wait_for_timeout(1500)
    assert drafts.evaluate("closeCodes") == [4401]


def test_a_restart_sends_pages_away_and_they_come_back(google_house: House, visit: Callable[..., Visitor]) -> None:
    """With 1012; by themselves, as soon as the server is there again (RT-03)."""
    ada = visit(google_house, "ada").join()
    ada.expect_trouble(*SERVER_AWAY)
    page = ada.open("/drafts")
    page.evaluate(CLOSE_CODES)
    live = page.locator("[data-live]")
    expect(live).to_have_text("Live")
    ada.forget_requests()
    stopped = google_house.child("web")
    processes.kill(stopped, processes.signal.SIGTERM)
    eventually(lambda: google_house.child("web") not in (0, stopped) and google_house.answers(), what="the web")
    assert eventually(lambda: page.evaluate("window.closeCodes?.[0]"), what="the close") == 1012
    expect(live).to_have_text("Live")
    assert not ada.requests()


def test_leaving_a_page_as_soon_as_it_has_opened_is_no_error(
    google_house: House, visit: Callable[..., Visitor]
) -> None:
    """Its socket may be anywhere between the handshake and the first news; the console stays empty."""
    ada = visit(google_house, "ada").join()
    page = ada.open("/drafts")
    for number in range(10):
        with page.expect_event("websocket"):
            page.goto(("/me/settings", "/drafts", "/create")[number % 3], wait_until="commit")
        if number % 2:
            page.wait_for_load_state()
    page.wait_for_load_state("networkidle")
    assert not ada.troubles
