"""A browser without a screen: cookies, forms and their tokens."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.parse
import urllib.request


class Browser:
    """One person's cookies at one address."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))

    @property
    def cookies(self) -> str:
        """The Cookie header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)

    def sign_up(self, name: str) -> None:
        """Join, and be logged in."""
        fields = {"username": name, "email": f"{name}@example.org", "password": "violet-train-to-oslo"}
        self.post("/signup", fields, page="/signup")

    def get(self, path: str) -> str:
        """A page's HTML."""
        with self._opener.open(self._base + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: dict[str, str], *, page: str = "/create") -> str:
        """Send a form with the token of the page it stands on; the HTML of the page that follows."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page))
        if token is None:
            raise RuntimeError(f"no form on {page}")
        data = urllib.parse.urlencode({"csrf_token": token[1], **fields}).encode()
        request = urllib.request.Request(self._base + path, data, {"Origin": self._base})
        with self._opener.open(request, timeout=30) as answer:
            return str(answer.read().decode())
