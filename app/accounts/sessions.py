"""Who is asking: sessions as rows, and Flask-Login on top of them (SEC-03).

The cookie holds 256 random bits, the table their SHA-256, so that neither a stolen table nor a copied cookie outlives
a log-out. Flask-Login's own session and "remember" cookies are not used: it only asks `_load` once a request.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, Request, Response, g, request, url_for
from flask_login import login_required
from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.models import Role, Session, User
from app.config import Config
from app.errors import NotLoggedIn
from app.extensions import db, login, now, transaction
from app.web import answers, cookies

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=90)
SEEN_EVERY = timedelta(hours=1)
NOTE_PATIENCE = 0.2
"""Seconds that a page waits to note when it was asked for: a courtesy, which the next page may do as well."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_sessions, _users = Session.__table__.c, User.__table__.c
# Built once and of plain columns: every page of everybody who is logged in begins with it.
_OPEN = (
    select(_sessions.id)
    .select_from(Session.__table__.join(User.__table__, _users.id == _sessions.user_id))
    .where(
        _sessions.created_at > bindparam("oldest"),
        _sessions.last_seen_at > bindparam("unused"),
        _users.suspended_at.is_(None),
        _users.deleted_at.is_(None),
    )
)
"""Sessions that still open pages, of people who may be here."""
_LIVING = _OPEN.where(_sessions.id.in_(bindparam("session_ids", expanding=True)))
_WHO = _OPEN.with_only_columns(
    _users.id, _users.username, _users.balance, _users.version, _users.role, _sessions.last_seen_at
).where(_sessions.id == bindparam("session_id"))


@dataclass(frozen=True)
class Member:
    """`current_user` of somebody who is logged in: plain values, read with their session in one query."""

    id: uuid.UUID
    username: str
    balance: int
    version: int
    is_admin: bool
    session_id: str
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Flask-Login's name for whoever this is: the session, not the person."""
        return self.session_id


@dataclass(frozen=True)
class Guest:
    """`current_user` of everybody else."""

    id: None = None
    username: str = ""
    balance: int = 0
    version: int = 0
    is_admin: bool = False
    session_id: None = None
    is_authenticated: bool = False
    is_active: bool = False
    is_anonymous: bool = True

    def get_id(self) -> None:
        """Nobody."""


def init_app(app: Flask, config: Config) -> None:
    """Let Flask-Login ask our table; call after `csrf.init_app`."""
    login.init_app(app)
    login.anonymous_user = Guest
    login.session_protection = None
    login.request_loader(_load)
    login.unauthorized_handler(_ask_to_log_in)
    # Whoever sends a cookie of this name would not be asked for ours; no browser can send one with a semicolon.
    app.config["REMEMBER_COOKIE_NAME"] = "unused;"
    app.after_request(_note_seen)


def members_only(view: Callable[P, R]) -> Callable[P, R]:
    """Send whoever is not logged in to the log-in page, and back afterwards."""
    return cast(Callable[P, R], login_required(view))


def new_token() -> tuple[str, str]:
    """A new session's secret for the cookie, and its id for the table."""
    token = secrets.token_urlsafe(32)
    return token, id_of(token)


def id_of(token: str) -> str:
    """The id of the session that a cookie's secret opens."""
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_token() -> str | None:
    """The secret that the request's cookie holds, if it looks like one of ours."""
    token = request.cookies.get(cookies.name_of(cookies.SESSION), "")
    return token if _TOKEN.fullmatch(token) else None


def set_cookie(response: Response, token: str) -> Response:
    """Hand a session's secret to the browser. Its age is ours to judge; the cookie only has to last as long."""
    age = int(ABSOLUTE.total_seconds())
    response.set_cookie(cookies.name_of(cookies.SESSION), token, max_age=age, **cookies.flags())
    response.headers["Cache-Control"] = "private, no-store"
    return response


def clear_cookie(response: Response) -> Response:
    """Take the session cookie back."""
    response.delete_cookie(cookies.name_of(cookies.SESSION), **cookies.flags())
    return response


def living(session_ids: Collection[str]) -> set[str]:
    """Which of these sessions still open pages; asked for many sockets at once. Keeps no connection, no transaction."""
    with db.engine.connect() as connection:
        rows = connection.execute(_LIVING, {"session_ids": list(session_ids), **_times(now())})
        return {row.id for row in rows}


def _times(moment: datetime) -> dict[str, datetime]:
    """What a session must be younger than to be neither too old nor unused for too long."""
    return {"oldest": moment - ABSOLUTE, "unused": moment - IDLE}


def _load(_request: Request) -> Member | None:
    token = cookie_token()
    if token is None:
        return None
    session_id, moment = id_of(token), now()
    row: Row[Any] | None = db.session.execute(_WHO, {"session_id": session_id, **_times(moment)}).first()
    if row is None:
        return None
    if row.last_seen_at < moment - SEEN_EVERY:
        g.session_to_note = session_id
    return Member(row.id, row.username or "", row.balance, row.version, row.role == Role.ADMIN, session_id)


def _note_seen(response: Response) -> Response:
    """Write "last seen" after the view, so that a GET's reading is not held up, and never fail a page for it."""
    session_id = g.pop("session_to_note", None)
    if session_id is None or response.status_code >= 500:
        return response
    moment = now()
    try:
        db.session.rollback()
        with transaction(patience=NOTE_PATIENCE) as session:
            _touch(session.execute, session_id, moment)
    except SQLAlchemyError as error:
        log.warning("last seen was not written: %s", type(error).__name__)
    return response


def _touch(execute: Callable[..., Any], session_id: str, moment: datetime) -> None:
    # The old time in the WHERE lets one of several pages that load at once write, and the others do nothing.
    mine = (Session.id == session_id, Session.last_seen_at < moment - SEEN_EVERY)
    user_id = execute(
        update(Session)
        .where(*mine)
        .values(last_seen_at=moment)
        .returning(Session.user_id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if user_id is not None:
        execute(
            update(User)
            .where(User.id == user_id)
            .values(last_seen_at=moment)
            .execution_options(synchronize_session=False)
        )


def _ask_to_log_in() -> Response:
    if request.path.startswith("/api/"):
        raise NotLoggedIn
    return answers.redirect_to(url_for("accounts.login", next=_where_from() or None))


def _where_from() -> str:
    """The page to come back to: this one, or the page a form or a fragment was on."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return answers.safe_next(request.full_path.rstrip("?"))
    page = request.headers.get("HX-Current-URL") or request.referrer or ""
    origin = request.host_url.rstrip("/")
    return answers.safe_next(page.removeprefix(origin)) if page.startswith(f"{origin}/") else ""
