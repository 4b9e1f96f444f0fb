"""A small app around the rooms `web` and `accounts`: real databases, templates that say only what matters."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask, Response, render_template_string
from flask.testing import FlaskClient
from jinja2 import DictLoader

from app import queue
from app.accounts import sessions
from app.accounts import views as accounts
from app.config import Config, load
from app.creations import models as _creations  # noqa: F401 - the ledger's foreign keys point to its table
from app.extensions import db, prepare_engine
from app.settings import models as _settings  # noqa: F401
from app.web import csrf, error_pages, headers, input, limits, same_origin, views

ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "violet-train-to-oslo"
_FORM = """<form>{{ errors }}|{{ values }}|{{ next }}<input name="csrf_token" value="{{ csrf_token() }}"></form>"""
_ERROR = "[{{ status }}] {{ title }}: {{ words }} ({{ request_id }}) {{ current_user.username }} {{ errors }}"
TEMPLATES = {
    "accounts/signup.html": f"<html>Sign up{_FORM}</html>",
    "accounts/login.html": f"<html>Log in{_FORM}</html>",
    "accounts/settings.html": """<html>{{ get_flashed_messages() }}{{ errors }}{{ theme }}
        {% for line in sessions %}<li data-key="{{ line.key }}" data-current="{{ line.current }}">{{ line.agent }}</li>
        {% endfor %}<input name="csrf_token" value="{{ csrf_token() }}"></html>""",
    "errors/error.html": f"<html>{_ERROR}</html>",
    "errors/_error.html": _ERROR,
}


def settings(data: Path, **environ: str) -> Config:
    """A configuration for tests: SQLite in `data`, and a Redis that is not there unless one is named."""
    return load({"KINORA_DATA": str(data), "SECRET_KEY": "abcdefghij0123456789" * 2, "RATE_LIMITS": "off", **environ})


def make_app(config: Config, *, tables: bool = True) -> Flask:
    """The rooms wired as `create_app` wires them."""
    app = Flask("small", static_folder=None)
    app.config.update(SQLALCHEMY_DATABASE_URI=config.database_url, MAX_CONTENT_LENGTH=100_000)
    app.extensions["kinora_config"] = config
    app.jinja_loader = DictLoader(dict(TEMPLATES))
    db.init_app(app)
    queue.connect(config.redis_url or "redis://127.0.0.1:1/0")
    headers.init_app(app, config)
    input.init_app(app)
    same_origin.init_app(app, config)
    limits.init_app(app, config)
    csrf.init_app(app, config)
    sessions.init_app(app, config)
    error_pages.init_app(app)
    views.init_app(app, config)
    app.register_blueprint(accounts.bp)
    app.add_url_rule(
        "/create", "create", lambda: _page("Create {{ get_flashed_messages() }} {{ current_user.username }}")
    )
    app.add_url_rule("/explore", "explore", lambda: _page("Explore {{ current_user.is_authenticated }} {{ theme }}"))
    with app.app_context():
        prepare_engine(db.engine)
        if tables:
            db.create_all()
    return app


def _page(text: str) -> Response:
    return Response(render_template_string(f"<html>{text}</html>"))


class Person:
    """A browser and whoever sits before it."""

    def __init__(self, app: Flask, *, agent: str = "Firefox") -> None:
        self.app = app
        self.browser: FlaskClient = app.test_client()
        self._headers = {"Host": "127.0.0.1:8000", "User-Agent": agent}

    def get(self, path: str, **headers: str) -> Response:
        return self.browser.get(path, headers=self._with(headers))

    def token(self, page: str = "/login") -> str:
        """The CSRF token of a page with a form on it."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        return found.group(1)

    def post(self, path: str, data: dict[str, str] | None = None, *, form: str = "/login", **headers: str) -> Response:
        """Send a form as the page `form` would: with its token and from our own origin."""
        data = {"csrf_token": self.token(form), **(data or {})}
        return self.browser.post(path, data=data, headers=self._with({"Origin": ORIGIN, **headers}))

    def sign_up(self, username: str, *, password: str = PASSWORD, **more: str) -> Response:
        data = {"username": username, "email": f"{username}@example.test", "password": password, **more}
        return self.post("/signup", data, form="/signup")

    def log_in(self, username: str, *, password: str = PASSWORD, **more: str) -> Response:
        return self.post("/login", {"username": username, "password": password, **more})

    def is_in(self) -> bool:
        return self.get("/me/settings").status_code == 200

    def cookie(self, name: str = "kinora_session") -> str | None:
        found = self.browser.get_cookie(name, domain="127.0.0.1")
        return found.value if found else None

    def plant(self, value: str, name: str = "kinora_session") -> None:
        self.browser.set_cookie(name, value, domain="127.0.0.1")

    def _with(self, headers: dict[str, str]) -> dict[str, str]:
        return {**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
