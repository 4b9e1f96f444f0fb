"""CSRF tokens: Flask-WTF's protection over the whole app, bound to our own sessions (SEC-03).

Flask-WTF keeps the token's other half in `flask.session`. Ours is a session that needs no cookie for people who are
logged in: their half is derived from the row of their session, so it ends with it and a form opened before a log-out
is refused after it. Signed-out people get a small signed cookie, and only on pages that draw a form (log in, sign up).
It also carries Flask's one-time messages.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import current_user
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

from app.config import Config
from app.web import cookies
from app.web.kept import Kept

FIELD = "csrf_token"
HEADER = "X-CSRFToken"
_DRAWN_FOR = "csrf_drawn_for"

csrf = CSRFProtect()
_tokens: Kept[tuple[str, str], str] = Kept(10_000)


class FormSession(SecureCookieSession):
    """`flask.session`, in which the CSRF secret of people who are logged in comes from their session's row."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or (key == FIELD and _bound() is not None)

    def __getitem__(self, key: str) -> Any:
        if key == FIELD and (bound := _bound()) is not None:
            return bound
        return super().__getitem__(key)


class FormSessions(SecureCookieSessionInterface):
    """Sets the cookie only when something was put in or taken out."""

    session_class = FormSession
    salt = "kinora-form"
    digest_method = staticmethod(hashlib.sha256)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        # Flask-Login looks into the session on every page; that alone must not add "Vary: Cookie" to pages that
        # are the same for all signed-out people.
        session.accessed = False
        if session.modified:
            response.headers["Cache-Control"] = "private, no-store"
        super().save_session(app, session, response)


def init_app(app: Flask, config: Config) -> None:
    """Demand a token on every unsafe request; call after `same_origin.init_app`."""
    app.secret_key = app.secret_key or config.secret_key
    app.session_interface = FormSessions()
    app.config.update(
        SESSION_COOKIE_NAME=cookies.name_of(cookies.FORM, https=config.https),
        SESSION_COOKIE_SECURE=config.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_FIELD_NAME=FIELD,
        WTF_CSRF_HEADERS=[HEADER],
        # Pages stay open for days; the session they belong to has an end of its own.
        WTF_CSRF_TIME_LIMIT=None,
        # The Origin check replaces the Referer check, which refuses everybody whose browser sends no Referer.
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)


def token() -> str:
    """The token for the forms of this page. Signing one costs as much as a query, so a session keeps its own."""
    known: str | None = g.get(FIELD)
    if known is not None:
        return known
    session_id = _session_id()
    if session_id is None:
        return str(generate_csrf())
    mine = (str(current_app.secret_key), session_id)
    known = _tokens.get(mine)
    if known is None:
        known = _made()
        _tokens.put(mine, known)
    # Where Flask-WTF puts it when it has made one.
    setattr(g, FIELD, known)
    return known


def draw_for(session_id: str) -> None:
    """Let the forms that are drawn in this context, which is no request, be those of a session."""
    setattr(g, _DRAWN_FOR, session_id)


def _made() -> str:
    if has_request_context():
        return str(generate_csrf())
    with current_app.test_request_context():
        return str(generate_csrf())


def _session_id() -> str | None:
    found: str | None = g.get(_DRAWN_FOR) or getattr(current_user, "session_id", None)
    return found


def _bound() -> str | None:
    session_id = _session_id()
    if session_id is None:
        return None
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"csrf:{session_id}".encode(), hashlib.sha256).hexdigest()
