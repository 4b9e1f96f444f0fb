"""No page in any role, theme or width shows an error, breaks the content policy or scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import Visitor, card
from tests.journeys.caller import PASSWORD
from tests.journeys.house import House

pytestmark = pytest.mark.browser
ADMIN = (
    "/admin",
    "/admin/people",
    "/admin/models",
    "/admin/models/google/gemini-omni-1.2-flash",
    "/admin/models/new?kind=image",
    "/admin/models/load",
    "/admin/settings",
)
WIDTHS = (390, 1440)
SIDEWAYS = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return "";
  const all = [...document.querySelectorAll("body *")];
  const wide = all.filter((one) => one.getBoundingClientRect().right > clientWidth);
  return `${scrollWidth} of ${clientWidth}: ${wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 120))}`;
}"""


def test_no_page_shows_an_error_or_scrolls_sideways(google_house: House, visit: Callable[..., Visitor]) -> None:
    """Everybody, everywhere (SEC-03)."""
    ada = visit(google_house, "ada").join()
    post, draft = _makes(ada)
    boss = visit(google_house, "boss").join()
    assert google_house.command("promote", boss.name).returncode == 0
    boss.context.clear_cookies()
    _log_in(boss)
    own = ["/create", "/create/history", "/drafts", f"/creations/{draft}", f"/creations/{draft}/publish",
           f"/creations/{draft}/receipt", "/me/records", "/me/ledger", "/me/settings", f"/u/{ada.name}"]  # fmt: skip
    public = ["/", "/explore", "/explore?kind=video", "/explore?q=nothing+like+this", f"/p/{post}", f"/u/{ada.name}"]
    nobody = visit(google_house)
    nobody.expect_trouble("status of 404")
    for visitor, paths in (
        (nobody, [*public, "/signup", "/login", "/no-such-page"]),
        (ada, [*public, *own]),
        (boss, ADMIN),
    ):
        for theme in ("dark", "light"):
            _dress(visitor, theme)
            for path in paths:
                _look(visitor, path, theme)


def _look(visitor: Visitor, path: str, theme: str) -> None:
    page = visitor.open(path)
    assert page.locator("html").get_attribute("data-theme") == theme
    expect(page.locator("h1")).to_have_count(1)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(SIDEWAYS) == "", f"{path} in {theme} at {width}"


def _dress(visitor: Visitor, theme: str) -> None:
    visitor.context.add_cookies([{"name": "kinora_theme", "value": theme, "url": visitor.house.url}])


def _makes(ada: Visitor) -> tuple[str, str]:
    """A post and a draft."""
    ids = []
    for prompt in ("A heron in the reeds", "A bicycle against a wall"):
        page = ada.ask(prompt)
        mine = card(page, prompt)
        expect(mine).to_have_attribute("data-state", "draft")
        ids.append((mine.get_attribute("id") or "").removeprefix("creation-"))
    page = ada.open(f"/creations/{ids[0]}/publish")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(lambda url: "publish" not in url)
    return ids[0], ids[1]


def _log_in(visitor: Visitor) -> Page:
    page = visitor.open("/login")
    page.get_by_label("Name or e-mail").fill(visitor.name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.locator("#balance")).to_be_visible()
    return page
