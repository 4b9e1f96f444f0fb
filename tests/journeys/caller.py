"""A person over plain HTTP, without a browser: forms and links, against a server that really listens."""

from __future__ import annotations

import http.client
import re
import uuid
from contextlib import closing
from typing import Any
from urllib.parse import urlencode, urlsplit

PASSWORD = "violet-train-to-oslo"


class Caller:
    """One person and their cookies."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self.cookies: dict[str, str] = {}
        self._token = ""

    def sign_up(self) -> Caller:
        """Join; logged in afterwards."""
        status, where, _ = self.post(
            "/signup", {"username": self.name, "email": f"{self.name}@example.org", "password": PASSWORD}, "/signup"
        )
        assert status == 303, where
        self._token = ""
        return self

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of a page."""
        status, _, text = self._ask("GET", path)
        return status, text

    def post(self, path: str, fields: dict[str, Any], page: str = "/create") -> tuple[int, str, str]:
        """Send a form that stands on `page`: status, where it leads, text."""
        if not self._token:
            found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page)[1])
            assert found, f"no form on {page}"
            self._token = found.group(1)
        return self._ask("POST", path, urlencode({"csrf_token": self._token, **fields}))

    def ask(self, prompt: str, kind: str = "image", **fields: Any) -> int:
        """Ask for a creation; the status of the answer."""
        wish = {"kind": kind, "prompt": prompt, "idempotency_key": uuid.uuid4().hex, **fields}
        if kind == "video":
            wish.setdefault("duration", "4")
        return self.post("/create", wish)[0]

    @property
    def cookie(self) -> str:
        """The Cookie header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        address = urlsplit(self.url)
        headers = {"User-Agent": "Firefox", "Accept-Encoding": "identity"}
        if self.cookies:
            headers["Cookie"] = self.cookie
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.url}
        with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location", ""), answer.read().decode(errors="replace")
