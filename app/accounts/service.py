"""Joining, logging in and out, and what ends a session."""

from __future__ import annotations

import logging
import re
import uuid
from typing import Any

from sqlalchemy import delete, exists, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.accounts import passwords, sessions
from app.accounts.forms import ChangePasswordForm, LogInForm, SignUpForm
from app.accounts.models import Role, Session, User
from app.credits import ledger
from app.credits.models import EntryType
from app.errors import Forbidden, Invalid, NotFound
from app.extensions import db, now, transaction
from app.realtime import bus
from app.settings import store

log = logging.getLogger(__name__)

WRONG = "The name or the password is not right."
_TAKEN = {
    "username": "This name is taken. Choose another.",
    "email": "There is an account with this address already. Log in instead.",
}
KEY_LENGTH = 24
_KEY = re.compile(rf"[0-9a-f]{{{KEY_LENGTH}}}")
_MOST_SESSIONS = 50
_FIRST_ACCOUNT = 0x4B696E6F7261
"""Any number: the PostgreSQL advisory lock under which two first accounts cannot both be the first."""


def refuse_taken(username: str) -> None:
    """Raise Invalid when the name is somebody's: names are public, so asking costs nobody a try at joining."""
    if db.session.scalar(select(exists().where(User.username == username))):
        raise Invalid({"username": _TAKEN["username"]})


def sign_up(form: SignUpForm, *, first_is_admin: bool = False) -> User:
    """Make an account with its first credits, in one transaction (ACC-01, ACC-03).

    With `first_is_admin` (development) the very first person becomes admin. Raises Invalid when the name or the
    address is taken, which the database decides, and Busy.
    """
    gift = store.current().signup_credits
    db.session.commit()
    user = User(username=form.username, email=form.email, password_hash=passwords.hash_password(form.password))
    try:
        with transaction() as session:
            session.add(user)
            session.flush()
            if first_is_admin:
                _crown_the_first(session, user)
            ledger.grant(user.id, gift, type=EntryType.SIGNUP_GRANT, key=f"grant:signup:{user.id}")
    except IntegrityError as error:
        if not (taken := _taken(error)):
            raise
        raise Invalid(taken) from None
    _event("signed_up", user.id)
    return user


def authenticate(form: LogInForm) -> User | None:
    """The person whose name (or address) and password these are; None without saying which was wrong.

    Takes equally long either way. Raises Forbidden for a suspended person who knew the password, and Busy.
    """
    column = User.email if "@" in form.username else User.username
    user: User | None = db.session.scalar(select(User).where(column == form.username, User.deleted_at.is_(None)))
    # No transaction stays open while the hash is made: waiting for a turn may take seconds.
    db.session.commit()
    if not passwords.matches(user.password_hash if user else None, form.password) or user is None:
        log.info("log-in failed", extra={"event": "login_failed"})
        return None
    if user.suspended_at is not None:
        raise Forbidden("This account is suspended. Write to the people who run this site.")
    if passwords.is_outdated(user.password_hash or ""):
        made = passwords.hash_password(form.password)
        with transaction() as session:
            _set_password(session, user.id, made, was=user.password_hash)
    return user


def open_session(user_id: uuid.UUID, *, agent: str = "", instead_of: str | None = None) -> str:
    """Begin a session and return its secret for the cookie.

    `instead_of` is the id of the session the browser had before, which ends: a cookie planted there is worth nothing.
    """
    with transaction() as session:
        ended = _end(session, Session.id == instead_of) if instead_of else []
        crowded = select(Session.id).where(Session.user_id == user_id).order_by(Session.created_at.desc())
        ended += _end(session, Session.id.in_(list(session.scalars(crowded.offset(_MOST_SESSIONS - 1)))))
        token = _begin(session, user_id, agent)
    _tell(ended)
    _event("logged_in", user_id)
    return token


def close_session(session_id: str) -> None:
    """Log out: the cookie is worth nothing from now on, wherever it was copied to."""
    _end_and_tell(Session.id == session_id)


def end_session(user_id: uuid.UUID, key: str) -> None:
    """End one of a person's own sessions, named by its key. Raises NotFound."""
    mine = (Session.user_id == user_id, Session.id.startswith(key))
    if not _KEY.fullmatch(key) or not _end_and_tell(*mine):
        raise NotFound("That device is logged out already.")


def end_other_sessions(user_id: uuid.UUID, keep: str | None = None) -> int:
    """End all of a person's sessions but one (or all); return how many ended."""
    return len(_end_and_tell(Session.user_id == user_id, *([Session.id != keep] if keep else [])))


def change_password(user_id: uuid.UUID, form: ChangePasswordForm, *, agent: str = "") -> str:
    """Set a new password, end every session and return the secret of a new one for the browser that asked.

    Raises Invalid, and then nothing has changed.
    """
    user = db.session.get_one(User, user_id)
    db.session.commit()
    if not passwords.matches(user.password_hash, form.current_password):
        raise Invalid({"current_password": "This is not your current password."})
    wrong = passwords.problem(form.new_password, username=user.username or "", email=user.email or "")
    if wrong is not None:
        raise Invalid({"new_password": wrong})
    made = passwords.hash_password(form.new_password)
    with transaction() as session:
        if not _set_password(session, user_id, made, was=user.password_hash):
            raise Invalid({"current_password": "The password was changed elsewhere meanwhile."})
        ended = _end(session, Session.user_id == user_id)
        token = _begin(session, user_id, agent)
    _tell(ended)
    _event("password_changed", user_id)
    return token


def suspend(user_id: uuid.UUID) -> None:
    """Keep a person out until `reinstate`: every session and socket ends (ADM-06)."""
    _mark(user_id, ends_sessions=True, suspended_at=now())
    _event("suspended", user_id)


def reinstate(user_id: uuid.UUID) -> None:
    """Let a suspended person log in again."""
    _mark(user_id, ends_sessions=False, suspended_at=None)
    _event("reinstated", user_id)


def promote(username: str) -> uuid.UUID:
    """Make a person admin. Their sessions end, so that no cookie from before opens the dashboard. Raises NotFound."""
    user_id: uuid.UUID | None = db.session.scalar(select(User.id).where(User.username == username.strip().casefold()))
    if user_id is None:
        raise NotFound("There is nobody of that name.")
    _mark(user_id, ends_sessions=True, role=Role.ADMIN)
    _event("promoted", user_id)
    return user_id


def forget_expired() -> int:
    """Drop the rows of sessions that opened nothing any more; return how many. For the upkeep clock."""
    moment = now()
    old = (Session.created_at <= moment - sessions.ABSOLUTE) | (Session.last_seen_at <= moment - sessions.IDLE)
    with transaction() as session:
        return len(_end(session, old))


def _crown_the_first(session: Any, user: User) -> None:
    # After our INSERT SQLite lets nobody else write; PostgreSQL must be told to answer one at a time.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIRST_ACCOUNT})
    other = aliased(User)
    if not session.scalar(select(exists().where(other.id != user.id, other.is_sample.is_(False)))):
        user.role = Role.ADMIN


def _taken(error: IntegrityError) -> dict[str, str]:
    # Both databases name the constraint; PostgreSQL adds the values, which may themselves say "email".
    constraint = str(error.orig).partition("DETAIL")[0]
    return {field: words for field, words in _TAKEN.items() if field in constraint}


def _set_password(session: Any, user_id: uuid.UUID, password_hash: str, *, was: str | None) -> bool:
    changed = session.execute(
        update(User)
        .where(User.id == user_id, User.password_hash == was)
        .values(password_hash=password_hash, updated_at=now())
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)


def _mark(user_id: uuid.UUID, *, ends_sessions: bool, **values: Any) -> None:
    ended: list[tuple[uuid.UUID, str]] = []
    with transaction() as session:
        changed = session.execute(update(User).where(User.id == user_id).values(**values, updated_at=now()))
        if not changed.rowcount:
            raise NotFound("There is nobody like that.")
        if ends_sessions:
            ended = _end(session, Session.user_id == user_id)
    _tell(ended)


def _begin(session: Any, user_id: uuid.UUID, agent: str) -> str:
    token, session_id = sessions.new_token()
    session.add(Session(id=session_id, user_id=user_id, agent=_printable(agent)))
    session.execute(
        update(User).where(User.id == user_id).values(last_seen_at=now()).execution_options(synchronize_session=False)
    )
    return token


def _end_and_tell(*which: Any) -> list[tuple[uuid.UUID, str]]:
    with transaction() as session:
        ended = _end(session, *which)
    _tell(ended)
    return ended


def _end(session: Any, *which: Any) -> list[tuple[uuid.UUID, str]]:
    gone = delete(Session).where(*which).returning(Session.user_id, Session.id)
    return [(row.user_id, row.id) for row in session.execute(gone.execution_options(synchronize_session=False))]


def _tell(ended: list[tuple[uuid.UUID, str]]) -> None:
    for user_id in {user_id for user_id, _ in ended}:
        bus.end_sessions(user_id, [session_id for owner, session_id in ended if owner == user_id])


def _printable(agent: str) -> str:
    return "".join(character for character in agent if character.isprintable())[:200]


def _event(name: str, user_id: uuid.UUID) -> None:
    log.info("%s: %s", name, user_id, extra={"event": name, "user": str(user_id)})
