"""People before a browser that knows no scripts: they fill forms and follow links."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.credits import ledger
from app.credits.models import EntryType
from app.extensions import db, transaction

PASSWORD = "violet-train-to-oslo"


class Person:
    """One person with one browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser: FlaskClient = app.test_client()
        self.id: uuid.UUID = uuid.UUID(int=0)
        self.name = ""
        self._headers = {"Host": "127.0.0.1:8000", "User-Agent": "Firefox"}

    def sign_up(self, name: str) -> Person:
        """Join; the person is logged in afterwards."""
        answer = self.post(
            "/signup", {"username": name, "email": f"{name}@example.org", "password": PASSWORD}, page="/signup"
        )
        assert answer.status_code == 303, answer.text
        with self.app.app_context():
            self.id = db.session.scalars(select(User.id).where(User.username == name)).one()
            db.session.remove()
        self.name = name
        return self

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self.browser.get(path, headers=self._headers | _wire(headers))

    def fragment(self, path: str) -> TestResponse:
        """Ask for a part of a page, as htmx does."""
        return self.get(path, hx_request="true", hx_request_type="partial")

    def post(
        self, path: str, fields: dict[str, Any] | None = None, *, page: str = "/create", **headers: str
    ) -> TestResponse:
        """Send a form, with the token of the page it stands on."""
        data = {"csrf_token": self.token(page), **(fields or {})}
        return self.browser.post(path, data=data, headers=self._headers | _wire(headers))

    def send(self, path: str, fields: dict[str, Any] | None = None, *, page: str = "/create") -> TestResponse:
        """Send a form as htmx does."""
        return self.post(path, fields, page=page, hx_request="true", hx_request_type="partial")

    def token(self, page: str = "/create") -> str:
        """The CSRF token of a page with a form on it."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found.group(1)

    def balance(self) -> int:
        """The credits this person has, by the database."""
        with self.app.app_context():
            credits = ledger.balance(self.id)
            db.session.remove()
        return credits

    def give(self, credits: int) -> Person:
        """Credits from the team."""
        with self.app.app_context():
            with transaction():
                ledger.grant(self.id, credits, type=EntryType.ADMIN_GRANT, key=f"admin:{uuid.uuid4()}")
            db.session.remove()
        return self


def _wire(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-").title(): value for name, value in headers.items()}
