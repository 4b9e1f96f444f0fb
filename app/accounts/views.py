"""Sign up, log in, log out, and the account's settings."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, request, url_for
from flask_login import current_user

from app.accounts import queries, service, sessions
from app.accounts.forms import ChangePasswordForm, LogInForm, SignUpForm
from app.errors import Forbidden, Invalid
from app.extensions import config
from app.web import limits
from app.web.answers import redirect_to, safe_next, show
from app.web.input import read
from app.web.views import current_theme

HOME = "/create"
bp = Blueprint("accounts", __name__)


@bp.get("/signup")
def signup() -> Response:
    """The form to join."""
    if current_user.is_authenticated:
        return redirect_to(HOME)
    return _joining()


@bp.post("/signup")
def join() -> Response:
    """Make the account and log in at once."""
    try:
        form = read(SignUpForm, request.form)
        service.refuse_taken(form.username)
        limits.hit("signup")
        user = service.sign_up(form, first_is_admin=config().development)
    except Invalid as error:
        return _joining(error.errors, 422)
    if user.is_admin:
        flash("You are the first one here, so this account is an admin. Only on development machines.")
    return _enter(user.id)


@bp.get("/login")
def login() -> Response:
    """The form to log in."""
    if current_user.is_authenticated:
        return redirect_to(_next() or HOME)
    return _entering()


@bp.post("/login")
def enter() -> Response:
    """Log in, by user name or e-mail address."""
    try:
        form = read(LogInForm, request.form)
    except Invalid:
        return _entering({"": service.WRONG}, 422)
    limits.check("login", form.username)
    try:
        user = service.authenticate(form)
    except Forbidden as error:
        return _entering({"": error.words}, 403)
    if user is None:
        limits.hit("login", form.username)
        return _entering({"": service.WRONG}, 422)
    return _enter(user.id)


@bp.post("/logout")
def logout() -> Response:
    """End this session, here and wherever its cookie was copied to."""
    if current_user.is_authenticated:
        service.close_session(current_user.session_id)
    return sessions.clear_cookie(redirect_to("/"))


@bp.get("/me/settings")
@sessions.members_only
def settings() -> Response:
    """Theme, password, and the devices that are logged in."""
    return _settings()


@bp.post("/me/password")
@sessions.members_only
@limits.limited("likes")
def change_password() -> Response:
    """Set a new password; every other device is logged out."""
    limits.check("login", current_user.id)
    try:
        token = service.change_password(current_user.id, read(ChangePasswordForm, request.form), agent=_agent())
    except Invalid as error:
        if "current_password" in error.errors:
            limits.hit("login", current_user.id)
        return _settings(error.errors, 422)
    flash("Your password is changed. All other devices are logged out.")
    return sessions.set_cookie(redirect_to(url_for(".settings")), token)


@bp.post("/me/sessions/<key>/end")
@sessions.members_only
@limits.limited("likes")
def end_session(key: str) -> Response:
    """Log one device out."""
    service.end_session(current_user.id, key)
    if current_user.session_id.startswith(key):
        return sessions.clear_cookie(redirect_to("/"))
    flash("That device is logged out.")
    return redirect_to(url_for(".settings"))


def _enter(user_id: uuid.UUID) -> Response:
    old = sessions.cookie_token()
    secret = service.open_session(user_id, agent=_agent(), instead_of=sessions.id_of(old) if old else None)
    return sessions.set_cookie(redirect_to(_next() or HOME), secret)


def _joining(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return _form("accounts/signup.html", ("username", "email"), errors, status)


def _entering(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    return _form("accounts/login.html", ("username",), errors, status)


def _form(page: str, fields: tuple[str, ...], errors: dict[str, str] | None, status: int) -> Response:
    # What was typed comes back, but never a password.
    values = {field: request.form.get(field, "")[:300] for field in fields}
    return show(page, status=status, values=values, errors=errors or {}, next=_next())


def _settings(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    lines = queries.sessions_of(current_user.id, current=current_user.session_id)
    return show("accounts/settings.html", status=status, sessions=lines, errors=errors or {}, theme=current_theme())


def _next() -> str:
    return safe_next(request.values.get("next"))


def _agent() -> str:
    return request.headers.get("User-Agent", "")
