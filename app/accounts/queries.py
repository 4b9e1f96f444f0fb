"""Reads about people and their sessions."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.accounts.devices import device_name
from app.accounts.models import Session, User
from app.accounts.service import KEY_LENGTH
from app.accounts.sessions import ABSOLUTE, IDLE
from app.accounts.shapes import SessionLine
from app.errors import NotFound
from app.extensions import db, now


def sessions_of(user_id: uuid.UUID, *, current: str | None = None) -> tuple[SessionLine, ...]:
    """The devices a person is logged in on, this one first, then the last seen first."""
    moment = now()
    found = db.session.scalars(
        select(Session)
        .where(
            Session.user_id == user_id,
            Session.created_at > moment - ABSOLUTE,
            Session.last_seen_at > moment - IDLE,
        )
        .order_by(Session.last_seen_at.desc())
    )
    lines = (
        SessionLine(row.id[:KEY_LENGTH], device_name(row.agent), row.created_at, row.last_seen_at, row.id == current)
        for row in found
    )
    return tuple(sorted(lines, key=lambda line: not line.current))


def id_of(username: str) -> uuid.UUID:
    """The person of that name. Raises NotFound."""
    found: uuid.UUID | None = db.session.scalar(select(User.id).where(User.username == username.strip().casefold()))
    if found is None:
        raise NotFound("There is nobody of that name.")
    return found
