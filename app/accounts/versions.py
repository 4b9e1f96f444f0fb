"""The number that rises with every change a person should see; pages catch up from it (RT-03)."""

from __future__ import annotations

import uuid

from sqlalchemy import bindparam, update

from app.accounts.models import User
from app.extensions import db

_users = User.__table__.c
_BUMP = (
    update(User.__table__)  # type: ignore[arg-type] # a mapped class has its table here
    .where(_users.id == bindparam("user"))
    .values(version=_users.version + 1)
    .returning(_users.version)
)


def bump(user_id: uuid.UUID) -> int:
    """Raise the person's version by one in the caller's transaction and return it, for the row that changed."""
    return int(db.session.scalar(_BUMP, {"user": user_id}))
