"""People with a browser: what they do, what their pages ask the network for, and every error that they would see."""

from __future__ import annotations

import itertools
import re
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect
from playwright.sync_api import Error as PlaywrightError

from tests.journeys.caller import PASSWORD
from tests.journeys.house import House

expect.set_options(timeout=15_000)
_numbers = itertools.count(1)
CSP_REPORTS = """document.addEventListener("securitypolicyviolation",
    (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""
SERVER_AWAY = ("WebSocket connection to", "htmx:ws:error")
"""What a browser itself says when the server of an open page cannot be reached."""
UNHEARD = """addEventListener("unhandledrejection", (event) => console.error(`unhandled: ${event.reason}`))"""


@dataclass(frozen=True)
class Asked:
    """One request of a page."""

    method: str
    path: str
    kind: str


class Visitor:
    """One person, one browser context."""

    def __init__(self, context: BrowserContext, house: House, name: str) -> None:
        self.context = context
        self.house = house
        # Names are unique in a session, so that people of several tests can share a house.
        self.name = f"{name}_{next(_numbers)}" if name else ""
        self.troubles: list[str] = []
        self.asked: list[Asked] = []
        self.expected: list[str] = []
        context.add_init_script(CSP_REPORTS + ";" + UNHEARD)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._trouble(f"page error: {error.error}"))
        context.on("request", self._request)
        self.page = context.new_page()

    def expect_trouble(self, *patterns: str) -> None:
        """Errors that this journey brings about on purpose, such as a socket whose server was killed."""
        self.expected += patterns

    def seen(self) -> list[str]:
        """Every error so far, those that a tab has not told yet included."""
        for page in self.context.pages:
            with suppress(PlaywrightError):
                page.wait_for_timeout(1)
        return list(self.troubles)

    def open(self, path: str) -> Page:
        """Open an address in this person's first tab."""
        self.page.goto(path)
        return self.page

    def tab(self, path: str) -> Page:
        """Open an address in another tab."""
        page = self.context.new_page()
        page.goto(path)
        return page

    def join(self) -> Visitor:
        """Sign up through the form."""
        page = self.open("/signup")
        page.get_by_label("Name").fill(self.name)
        page.get_by_label("E-mail").fill(f"{self.name}@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign up").click()
        expect(page.locator("#balance")).to_be_visible()
        return self

    def ask(self, prompt: str, kind: str = "image", **choices: str) -> Page:
        """Ask for a creation through the form on Create."""
        page = self.open("/create")
        page.get_by_role("radio", name=kind.capitalize(), exact=True).check()
        page.get_by_label("Prompt", exact=True).fill(prompt)
        for name, value in choices.items():
            page.locator(f"input[name={name}][value='{value}']").check()
        page.get_by_role("button", name="Generate").click()
        if kind == "video":
            page.wait_for_url("**/drafts")
        return page

    def forget_requests(self) -> None:
        """From here on `requests` counts."""
        self.asked.clear()

    def requests(self) -> list[Asked]:
        """What was asked for, but for media and what lies at a data: address."""
        return [one for one in self.asked if not re.match(r"/media/|data:", one.path)]

    def _request(self, request: Request) -> None:
        path = request.url.removeprefix(self.house.url)
        self.asked.append(Asked(request.method, path, request.resource_type))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._trouble(f"{message.type} at {message.location.get('url', '')}: {message.text}")

    def _trouble(self, words: str) -> None:
        if not any(re.search(pattern, words) for pattern in self.expected):
            self.troubles.append(f"{self.name or 'somebody'} on {self.page.url}: {words}")


def card(page: Page, prompt: str) -> Locator:
    """The card of a creation, by its prompt."""
    return page.locator("article.card", has_text=prompt)


def balance(page: Page, credits: int) -> None:
    """The balance in the navigation becomes this."""
    expect(page.locator("#balance")).to_have_text(re.compile(rf"^{credits} credits?$"))
