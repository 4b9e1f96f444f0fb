"""The number that rises with every change a person should see; pages catch up from it (RT-03)."""

from __future__ import annotations

import uuid

from sqlalchemy import update

from app.accounts.models import User
from app.extensions import db


def bump(user_id: uuid.UUID) -> int:
    """Raise the person's version by one in the caller's transaction and return it, for the row that changed."""
    return int(
        db.session.scalar(
            update(User)
            .where(User.id == user_id)
            .values(version=User.version + 1)
            .returning(User.version)
            .execution_options(synchronize_session=False)
        )
    )
